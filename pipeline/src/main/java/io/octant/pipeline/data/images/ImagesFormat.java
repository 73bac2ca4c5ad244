package io.octant.pipeline.data.images;

import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.DataFormat;
import io.octant.pipeline.data.FileListing;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.Folders;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * JPEG and PNG files in folders, a row each, with the columns
 *
 * <ul>
 *   <li>{@code image}: the bytes of the file;
 *   <li>{@code path}: where it lies below the path of the data;
 *   <li>{@code label}: the class, which is the place of its folder among the folders directly below
 *       the path of the data that hold pictures, from 0 on in the order of their names' UTF-8
 *       bytes, as torchvision's {@code ImageFolder} numbers them; null for a file in no folder.
 * </ul>
 */
public final class ImagesFormat implements DataFormat {

  /** Folders or files. */
  public static FileSource source(String... paths) {
    return FileSource.of(new ImagesFormat(), List.of(paths));
  }

  @Override
  public String name() {
    return "images";
  }

  @Override
  public String title() {
    return "image";
  }

  @Override
  public List<String> extensions() {
    return List.of(".jpg", ".jpeg", ".png");
  }

  @Override
  public Folders folders() {
    return Folders.ALL;
  }

  @Override
  public Optional<StructType> columns(FileSystem fs, DataFile file) {
    return Optional.of(ImageReader.COLUMNS);
  }

  /** Only names are looked at: a file without one of the extensions is of another format. */
  @Override
  public Table look(SparkSession spark, FileListing listing, TableRequest request) {
    List<DataFile> pictures = new ArrayList<>();
    for (DataFile file : listing.files()) {
      String name = file.path().getName().toLowerCase(Locale.ROOT);
      if (extensions().stream().anyMatch(name::endsWith)) {
        pictures.add(file);
      }
    }
    return new ImageTable(
        spark, listing.roots(), pictures, listing.files().size() - pictures.size());
  }
}
