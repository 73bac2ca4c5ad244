package io.octant.pipeline.data.arrow;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.DataFormat;
import io.octant.pipeline.data.FileListing;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.FileWaves;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRequest;
import io.octant.pipeline.data.splits.Block;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Arrow's IPC files (also called Feather, version 2) and streams. Lists of any kind hold the
 * elements of a sample, binary columns their little-endian bytes.
 */
public final class ArrowFormat implements DataFormat {

  /** Files, directories or globs of one schema. */
  public static FileSource source(String... paths) {
    return FileSource.of(new ArrowFormat(), List.of(paths));
  }

  @Override
  public String name() {
    return "arrow";
  }

  @Override
  public String title() {
    return "Arrow";
  }

  @Override
  public List<String> extensions() {
    return List.of(".arrow", ".arrows", ".feather", ".ipc");
  }

  @Override
  public Optional<StructType> columns(FileSystem fs, DataFile file) throws IOException {
    ArrowFile found = ArrowFile.look(fs, file);
    return found.kind() == ArrowFile.Kind.FILE || found.kind() == ArrowFile.Kind.STREAM
        ? Optional.of(found.columns())
        : Optional.empty();
  }

  @Override
  public Table look(SparkSession spark, FileListing listing, TableRequest request) {
    FileWaves<ArrowFile> waves = new FileWaves<>(spark, listing, request, ArrowFile::look);
    List<ArrowFile> files = new ArrayList<>();
    long other = 0;
    long left = request.limit().orElse(Long.MAX_VALUE);
    while (left > 0 && waves.hasNext()) {
      ArrowFile file = waves.next();
      switch (file.kind()) {
        case DAMAGED ->
            request.damaged().found(file.file(), file.fault(), "a readable Arrow file or stream");
        case OTHER -> other++;
        case FILE, STREAM -> {
          files.add(file);
          requireColumns(files.get(0), file, request.columns());
          left -= file.blocks().stream().mapToLong(Block::rows).sum();
        }
      }
    }
    StructType columns = files.isEmpty() ? new StructType() : files.get(0).columns();
    return new ArrowTable(spark, files, other, columns, Set.copyOf(request.columns()));
  }

  private static void requireColumns(ArrowFile first, ArrowFile file, List<String> columns) {
    for (String column : columns) {
      if (List.of(file.columns().fieldNames()).stream().filter(column::equals).count() > 1) {
        throw new DataException(
            "Cannot read column '"
                + column
                + "' of "
                + DataFile.readable(file.file().uri())
                + ": more than one of this name, expected one");
      }
      String expected = type(first, column);
      String found = type(file, column);
      if (!found.equals(expected)) {
        throw new DataException(
            "Cannot read column '"
                + column
                + "' of "
                + DataFile.readable(file.file().uri())
                + ": "
                + found
                + ", expected "
                + expected
                + " as in "
                + DataFile.readable(first.file().uri()));
      }
    }
  }

  private static String type(ArrowFile file, String column) {
    return List.of(file.columns().fieldNames()).contains(column)
        ? file.columns().apply(column).dataType().catalogString()
        : "absent";
  }
}
