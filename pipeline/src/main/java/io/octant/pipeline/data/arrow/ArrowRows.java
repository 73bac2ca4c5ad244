package io.octant.pipeline.data.arrow;

import io.octant.OctantException;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.splits.Piece;
import io.octant.pipeline.data.splits.PieceReader;
import java.io.IOException;
import java.net.URI;
import java.util.Iterator;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads the batches of a file as rows, one batch in memory at a time.
 *
 * @param columns of a row, without those of file and index, which stand behind them
 * @param wanted names of those that are read; the others are null
 */
record ArrowRows(
    Broadcast<SerializableConfiguration> hadoop, StructType columns, Set<String> wanted)
    implements PieceReader<InternalRow> {

  @Override
  public Iterator<InternalRow> read(Piece piece) {
    Path path = new Path(URI.create(piece.uri()));
    try {
      FileSystem fs = path.getFileSystem(hadoop.value().value());
      long length = fs.getFileStatus(path).getLen();
      ArrowFile file = ArrowFile.look(fs, new DataFile(piece.uri(), length, "", true));
      if (file.kind() == ArrowFile.Kind.DAMAGED) {
        throw new DataException("Cannot read data: " + path + ": changed after it was looked at");
      }
      ArrowBatches batches = new ArrowBatches(fs.open(path), path, file, piece);
      TaskContext.get()
          .addTaskCompletionListener((TaskCompletionListener) context -> batches.close());
      return new ArrowIterator(batches, piece, columns, wanted);
    } catch (IOException | RuntimeException e) {
      throw fault(path, e);
    }
  }

  /** Memory that was asked for in one piece, for a length that stands in the file. */
  static DataException tooLarge(Path path, OutOfMemoryError e) {
    return new DataException(
        "Cannot read data: "
            + path
            + ": a batch does not fit into memory ("
            + e.getMessage()
            + "), expected a file that is not damaged, of smaller batches",
        e);
  }

  /** What Arrow throws in the terms of data and storage. */
  static OctantException fault(Path path, Exception e) {
    return e instanceof OctantException known ? known : FileFailure.of(path.toString(), e);
  }
}
