package io.octant.pipeline.data.npy;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.splits.Piece;
import io.octant.pipeline.data.splits.PieceReader;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads samples of a file as rows, some megabytes at a time; elements come in the order of C
 * whatever the file's. Of an array in Fortran's order, the whole is read at once.
 *
 * @param field the input whose shape tells what a sample is
 */
record NpyRows(Broadcast<SerializableConfiguration> hadoop, SampleField field)
    implements PieceReader<InternalRow> {
  private static final long CHUNK_BYTES = 4L << 20;

  @Override
  public Iterator<InternalRow> read(Piece piece) {
    Path path = new Path(URI.create(piece.uri()));
    try {
      FileSystem fs = path.getFileSystem(hadoop.value().value());
      FileStatus status = fs.getFileStatus(path);
      NpyFile file = NpyFile.look(fs, new DataFile(piece.uri(), status.getLen(), "", true));
      NpyHeader header = file.header();
      NpyLayout layout = header == null ? null : NpyLayout.of(header.shape(), field).orElse(null);
      if (header == null || layout == null || layout.samples() < piece.to()) {
        throw new DataException("Cannot read data: " + path + ": changed after it was looked at");
      }
      Samples samples = new Samples(fs, path, piece.uri(), header, layout);
      return header.order() == NpyHeader.Order.FORTRAN && header.shape().size() > 1
          ? samples.transposed(piece)
          : samples.inOrder(piece);
    } catch (IOException e) {
      throw FileFailure.of(path.toString(), e);
    }
  }

  /** The samples of one file. */
  private record Samples(FileSystem fs, Path path, String uri, NpyHeader header, NpyLayout layout) {

    Iterator<InternalRow> inOrder(Piece piece) {
      long bytes = Math.max(1, (long) layout.numel() * header.type().bytes());
      long each = Math.max(1, CHUNK_BYTES / bytes);
      return LongStream.iterate(piece.from(), row -> row < piece.to(), row -> row + each)
          .boxed()
          .flatMap(
              first -> {
                int rows = (int) Math.min(each, piece.to() - first);
                byte[] chunk = fetched(header.start() + first * bytes, rows * bytes);
                return LongStream.range(0, rows)
                    .mapToObj(
                        i ->
                            row(
                                first + i,
                                ByteBuffer.wrap(chunk, (int) (i * bytes), (int) bytes).slice()));
              })
          .iterator();
    }

    Iterator<InternalRow> transposed(Piece piece) {
      int width = header.type().bytes();
      byte[] all = fetched(header.start(), layout.samples() * layout.numel() * (long) width);
      long[] strides = new long[layout.lengths().size()];
      long stride = layout.samples();
      for (int axis = 0; axis < strides.length; axis++) {
        strides[axis] = stride;
        stride *= layout.lengths().get(axis);
      }
      return LongStream.range(piece.from(), piece.to())
          .mapToObj(
              sample -> {
                byte[] bytes = new byte[layout.numel() * width];
                for (int i = 0; i < layout.numel(); i++) {
                  System.arraycopy(
                      all, (int) ((sample + offset(i, strides)) * width), bytes, i * width, width);
                }
                return row(sample, ByteBuffer.wrap(bytes));
              })
          .iterator();
    }

    /** Where an element of a sample lies, counted in the order of C. */
    private long offset(int index, long[] strides) {
      long offset = 0;
      long rest = index;
      for (int axis = strides.length - 1; axis >= 0; axis--) {
        long length = layout.lengths().get(axis);
        offset += rest % length * strides[axis];
        rest /= length;
      }
      return offset;
    }

    private byte[] fetched(long start, long length) {
      if (length > Integer.MAX_VALUE - 8) {
        throw new DataException(
            "Cannot read data: "
                + path
                + ": "
                + length
                + " bytes that have to be read at once, expected at most 2 GB in a sample, or in an"
                + " array in Fortran's order");
      }
      byte[] bytes = new byte[(int) length];
      try (FSDataInputStream in = fs.open(path)) {
        in.readFully(start, bytes);
      } catch (IOException e) {
        throw FileFailure.of(path.toString(), e);
      }
      return bytes;
    }

    private InternalRow row(long index, ByteBuffer elements) {
      UnsafeArrayData list;
      try {
        list = header.type().list(elements.order(header.byteOrder()), layout.numel());
      } catch (ArithmeticException e) {
        throw new DataException(
            "Cannot read data: "
                + path
                + " row "
                + index
                + ": "
                + e.getMessage()
                + ", expected numbers of up to 63 bits");
      }
      return new GenericInternalRow(new Object[] {list, UTF8String.fromString(uri), index});
    }
  }
}
