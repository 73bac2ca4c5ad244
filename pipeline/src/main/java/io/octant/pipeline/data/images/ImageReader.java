package io.octant.pipeline.data.images;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.splits.Piece;
import io.octant.pipeline.data.splits.PieceReader;
import java.io.IOException;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads a file as its one row.
 *
 * @param roots the paths of the data, without scheme and host
 * @param classes numbers by folder
 */
record ImageReader(
    Broadcast<SerializableConfiguration> hadoop, List<String> roots, Map<String, Long> classes)
    implements PieceReader<Row> {
  static final String FILE = "octant_file";
  static final String ROW = "octant_row";

  static final StructType COLUMNS =
      new StructType()
          .add("image", DataTypes.BinaryType)
          .add("path", DataTypes.StringType)
          .add("label", DataTypes.LongType)
          .add(FILE, DataTypes.StringType)
          .add(ROW, DataTypes.LongType);

  @Override
  public Iterator<Row> read(Piece file) {
    return Stream.of(file).map(this::row).iterator();
  }

  private Row row(Piece file) {
    Path path = new Path(URI.create(file.uri()));
    Configuration configuration = hadoop.value().value();
    byte[] bytes;
    try (FSDataInputStream in = path.getFileSystem(configuration).open(path)) {
      bytes = in.readNBytes((int) Math.min(file.length() + 1, Integer.MAX_VALUE - 8));
    } catch (IOException e) {
      throw FileFailure.of(path.toString(), e);
    }
    if (bytes.length != file.length()) {
      throw new DataException(
          "Cannot read data: "
              + path
              + ": changed while it was read, expected its "
              + file.length()
              + " bytes");
    }
    String below = below(roots, path);
    return RowFactory.create(
        bytes, below, folder(below).map(classes::get).orElse(null), file.uri(), 0L);
  }

  /** The path below the root that the file was found in; its name if it is a root itself. */
  static String below(List<String> roots, Path file) {
    String path = file.toUri().getPath();
    for (String root : roots) {
      String above = root.endsWith("/") ? root : root + "/";
      if (path.startsWith(above)) {
        return path.substring(above.length());
      }
    }
    return file.getName();
  }

  /** The first folder of a path. */
  static Optional<String> folder(String below) {
    int slash = below.indexOf('/');
    return slash < 0 ? Optional.empty() : Optional.of(below.substring(0, slash));
  }
}
