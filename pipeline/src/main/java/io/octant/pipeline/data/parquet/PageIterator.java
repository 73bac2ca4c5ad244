package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.splits.Piece;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** The rows of a piece, one row group after the other; behind the columns, file and index. */
final class PageIterator implements Iterator<InternalRow> {
  private final Path path;
  private final Piece piece;
  private final UTF8String uri;
  private final Iterator<BlockMetaData> groups;
  private final List<PageColumn> columns;
  private final List<PageCells> cells;
  private final @Nullable Object[] row;
  private long next;

  /** Index in the file of the first row behind the groups begun so far. */
  private long end;

  PageIterator(
      Path path,
      Piece piece,
      List<BlockMetaData> groups,
      List<PageColumn> columns,
      List<PageCells> cells) {
    this.path = path;
    this.piece = piece;
    this.uri = UTF8String.fromString(piece.uri());
    this.groups = groups.iterator();
    this.columns = columns;
    this.cells = cells;
    this.row = new Object[columns.size() + 2];
  }

  @Override
  public boolean hasNext() {
    if (next < piece.to()) {
      return true;
    }
    PageRows.closeAll(cells);
    return false;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      do {
        while (next >= end) {
          begin();
        }
        for (int i = 0; i < cells.size(); i++) {
          row[i] = cells.get(i).next();
        }
        next++;
        if (next == end) {
          for (PageCells each : cells) {
            each.end();
          }
        }
      } while (next <= piece.from());
    } catch (IOException | RuntimeException e) {
      throw PageRows.fault(path, e);
    }
    row[cells.size()] = uri;
    row[cells.size() + 1] = next - 1;
    return new GenericInternalRow(row);
  }

  /** Goes to the next group that holds rows of the piece. */
  private void begin() throws IOException {
    while (groups.hasNext()) {
      BlockMetaData group = groups.next();
      end += group.getRowCount();
      if (end > piece.from() && group.getRowCount() > 0) {
        for (int i = 0; i < cells.size(); i++) {
          cells.get(i).begin(chunk(group, columns.get(i)));
        }
        return;
      }
      next = end;
    }
    throw PageRows.changed(path);
  }

  private ColumnChunkMetaData chunk(BlockMetaData group, PageColumn column) {
    ColumnPath wanted = ColumnPath.get(column.path().toArray(String[]::new));
    return group.getColumns().stream()
        .filter(chunk -> chunk.getPath().equals(wanted))
        .findFirst()
        .orElseThrow(() -> PageRows.changed(path));
  }
}
