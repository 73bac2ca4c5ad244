package io.octant.pipeline.data.parquet;

import io.octant.OctantException;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.splits.Piece;
import io.octant.pipeline.data.splits.PieceReader;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FutureIO;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads columns of {@link PageColumn} from their pages: a page in memory at a time, levels as runs,
 * floats as blocks.
 *
 * @param columns names
 * @param verify whether pages are held to their checksums
 */
record PageRows(Broadcast<SerializableConfiguration> hadoop, List<String> columns, boolean verify)
    implements PieceReader<InternalRow> {
  PageRows {
    columns = List.copyOf(columns);
  }

  @Override
  public Iterator<InternalRow> read(Piece piece) {
    Path path = new Path(URI.create(piece.uri()));
    List<PageCells> cells = new ArrayList<>();
    try {
      Configuration configuration = hadoop.value().value();
      FileSystem fs = path.getFileSystem(configuration);
      FileStatus status = fs.getFileStatus(path); // stores are asked for it once
      ParquetMetadata footer =
          ParquetFileReader.readFooter(
              HadoopInputFile.fromStatus(status, configuration),
              ParquetMetadataConverter.NO_FILTER);
      List<PageColumn> known = known(path, footer);
      TaskContext.get()
          .addTaskCompletionListener((TaskCompletionListener) context -> closeAll(cells));
      for (PageColumn column : known) {
        cells.add(new PageCells(open(fs, status), column, verify));
      }
      return new PageIterator(path, piece, footer.getBlocks(), known, cells);
    } catch (IOException | RuntimeException e) {
      closeAll(cells);
      throw fault(path, e);
    }
  }

  /** A stream of its own: stores read forward for as long as nobody goes back. */
  private static FSDataInputStream open(FileSystem fs, FileStatus status) throws IOException {
    return FutureIO.awaitFuture(fs.openFile(status.getPath()).withFileStatus(status).build());
  }

  private List<PageColumn> known(Path path, ParquetMetadata footer) {
    List<PageColumn> known = new ArrayList<>();
    for (String name : columns) {
      known.add(
          PageColumn.in(footer.getFileMetaData().getSchema(), name)
              .orElseThrow(() -> changed(path)));
    }
    for (BlockMetaData block : footer.getBlocks()) {
      boolean all =
          block.getColumns().stream()
              .filter(chunk -> columns.contains(chunk.getPath().toArray()[0]))
              .allMatch(PageColumn::isKnown);
      if (!all) {
        throw changed(path);
      }
    }
    return known;
  }

  static DataException changed(Path path) {
    return new DataException("Cannot read data: " + path + ": changed after it was looked at");
  }

  /** What reading throws in the terms of data and storage. */
  static OctantException fault(Path path, Exception e) {
    return e instanceof OctantException known ? known : FileFailure.of(path.toString(), e);
  }

  /** Closes, and takes from the list what the task would else keep in memory to its end. */
  static void closeAll(List<PageCells> cells) {
    for (PageCells each : cells) {
      try {
        each.close();
      } catch (IOException e) {
        // What was read has been checked.
      }
    }
    cells.clear();
  }
}
