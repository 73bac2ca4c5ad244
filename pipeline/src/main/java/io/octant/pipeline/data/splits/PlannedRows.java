package io.octant.pipeline.data.splits;

import io.octant.OctantException;
import io.octant.pipeline.data.splits.Piece.Extent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partition;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.PartitionedFile;

/**
 * Rows as Spark planned them, read in other partitions than Spark would. Every step of such a plan
 * hands the partition that it is asked for down to the one at its bottom, which reads what the
 * partition says: Spark's scan of files, or a {@link PieceRdd}. So partitions of our own do.
 */
public final class PlannedRows {
  private final RDD<InternalRow> rows;
  private final int ordinal;
  private final Map<String, PartitionedFile> scanned = new HashMap<>();
  private final Map<String, ListedFile> listed = new HashMap<>();
  private final AfterRead check;
  private final boolean isOurs;

  /**
   * @param rows of a plan without exchange
   * @param ordinal of the column with the index of a row in its file
   * @param files that pieces may be of
   * @param check hears of each file that a task has read
   */
  public PlannedRows(RDD<InternalRow> rows, int ordinal, List<SplitFile> files, AfterRead check) {
    this.rows = rows;
    this.ordinal = ordinal;
    this.check = check;
    files.forEach(file -> listed.put(file.uri(), file.listed()));
    Partition[] planned = rows.partitions();
    this.isOurs = planned.length == 1 && planned[0] instanceof PieceRdd.Pieces;
    if (!isOurs) {
      for (Partition partition : planned) {
        for (PartitionedFile file : ((FilePartition) partition).files()) {
          // A path of its text has the one form of its URI that columns of file names have.
          scanned.putIfAbsent(new Path(file.toPath().toString()).toUri().toString(), file);
        }
      }
    }
  }

  /** The rows of the pieces, one partition for each list, in this order. */
  public JavaRDD<InternalRow> read(List<List<Piece>> partitions) {
    List<SplitRdd.Reads> out = new ArrayList<>();
    for (List<Piece> pieces : partitions) {
      out.add(new SplitRdd.Reads(out.size(), reads(out.size(), pieces)));
    }
    return new SplitRdd(rows, ordinal, out, check).toJavaRDD();
  }

  /** Whole pieces are read in one go; a cut one alone, so that its rows are counted. */
  private List<SplitRdd.Read> reads(int index, List<Piece> pieces) {
    List<SplitRdd.Read> out = new ArrayList<>();
    List<Piece> whole = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece.extent() == Extent.WHOLE) {
        whole.add(piece);
        continue;
      }
      if (!whole.isEmpty()) {
        out.add(all(index, whole));
        whole.clear();
      }
      List<Piece> one = List.of(piece);
      out.add(new SplitRdd.Read(partition(index, one), files(one), piece.from(), piece.to()));
    }
    if (!whole.isEmpty()) {
      out.add(all(index, whole));
    }
    return out;
  }

  private SplitRdd.Read all(int index, List<Piece> pieces) {
    return SplitRdd.Read.all(partition(index, pieces), files(pieces));
  }

  private List<ListedFile> files(List<Piece> pieces) {
    return pieces.stream()
        .map(piece -> Objects.requireNonNull(listed.get(piece.uri()), piece.uri()))
        .distinct()
        .toList();
  }

  private Partition partition(int index, List<Piece> pieces) {
    return isOurs
        ? new PieceRdd.Pieces(index, pieces)
        : new FilePartition(
            index, pieces.stream().map(this::scanned).toArray(PartitionedFile[]::new));
  }

  private PartitionedFile scanned(Piece piece) {
    PartitionedFile file = scanned.get(piece.uri());
    if (file == null) {
      throw new OctantException(
          "Cannot plan the reading of " + piece.uri() + ": it vanished after it was listed");
    }
    return file.copy(
        file.partitionValues(),
        file.filePath(),
        piece.start(),
        piece.length(),
        file.locations(),
        file.modificationTime(),
        file.fileSize(),
        file.otherConstantMetadataColumnValues());
  }
}
