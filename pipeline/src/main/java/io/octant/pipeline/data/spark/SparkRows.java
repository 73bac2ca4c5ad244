package io.octant.pipeline.data.spark;

import io.octant.OctantException;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.splits.Piece;
import io.octant.pipeline.data.splits.PieceReader;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.SparkThrowable;
import org.apache.spark.paths.SparkPath;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Function1;

/**
 * Reads files with Spark's function for one, whole, and adds to each row its file and its index.
 *
 * @param read gives the rows of a file
 * @param folders values of the columns that folders make, by the URI of a file; empty if there are
 *     none
 */
record SparkRows(
    Function1<PartitionedFile, scala.collection.Iterator<InternalRow>> read,
    Map<String, InternalRow> folders)
    implements PieceReader<InternalRow> {

  @Override
  public Iterator<InternalRow> read(Piece piece) {
    return new Numbered(piece.uri(), piece.start() + piece.length());
  }

  /**
   * Counts the rows of a file.
   *
   * @throws OctantException if it is damaged, or storage does not answer
   */
  long count(DataFile file) {
    Numbered rows = new Numbered(file.uri(), file.length());
    while (rows.hasNext()) {
      rows.next();
    }
    return rows.index;
  }

  /** The rows of a file; each holds until the next is asked for. */
  private final class Numbered implements Iterator<InternalRow> {
    private final String uri;
    private final scala.collection.Iterator<InternalRow> rows;
    private final JoinedRow joined = new JoinedRow();
    private final UTF8String file;
    private long index;

    Numbered(String uri, long length) {
      this.uri = uri;
      this.file = UTF8String.fromString(uri);
      InternalRow values =
          folders.isEmpty()
              ? new GenericInternalRow(0)
              : Objects.requireNonNull(folders.get(uri), uri);
      PartitionedFile whole =
          new PartitionedFile(
              values,
              SparkPath.fromUrlString(uri),
              0,
              length,
              new String[0],
              0,
              length,
              scala.collection.immutable.Map$.MODULE$.empty());
      try {
        this.rows = read.apply(whole);
      } catch (Exception e) {
        throw fault(e);
      }
    }

    @Override
    public boolean hasNext() {
      try {
        return rows.hasNext();
      } catch (Exception e) {
        // Scala throws checked exceptions unchecked.
        throw fault(e);
      }
    }

    @Override
    public InternalRow next() {
      try {
        InternalRow row = rows.next();
        return joined.apply(row, new GenericInternalRow(new Object[] {file, index++}));
      } catch (Exception e) {
        throw fault(e);
      }
    }

    private OctantException fault(Exception e) {
      String path = DataFile.readable(uri);
      if (e instanceof OctantException known) {
        return known;
      }
      return isMalformed(e)
          ? new DataException(
              "Cannot read data: "
                  + path
                  + " row "
                  + index
                  + ": "
                  + FileFailure.rootMessage(e)
                  + ", expected a record of the columns of the others",
              e)
          : FileFailure.of(path, e);
    }
  }

  private static boolean isMalformed(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String condition = t instanceof SparkThrowable s ? String.valueOf(s.getCondition()) : "";
      if (condition.startsWith("MALFORMED_RECORD")) {
        return true;
      }
    }
    return false;
  }
}
