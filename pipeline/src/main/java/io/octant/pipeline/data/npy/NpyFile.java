package io.octant.pipeline.data.npy;

import io.octant.pipeline.data.DataFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * A file as its header shows it.
 *
 * @param fault why it cannot be read, "" if it can
 * @param header null if it is of another format or cannot be read
 */
record NpyFile(DataFile file, String fault, @Nullable NpyHeader header) implements Serializable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MOST_HEADER_BYTES = 1 << 20;

  /**
   * Reads the header.
   *
   * @throws IOException if storage fails; a damaged file is no exception but a fault
   */
  static NpyFile look(FileSystem fs, DataFile file) throws IOException {
    try (FSDataInputStream in = fs.open(file.path())) {
      byte[] start = in.readNBytes(12);
      if (start.length < Math.min(12, file.length())) {
        throw new EOFException("it ends before its length of " + file.length());
      }
      if (start.length < 12 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
        return new NpyFile(file, file.isNamedAsData() ? "no NumPy array" : "", null);
      }
      int version = start[6];
      ByteBuffer lengths = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
      int begin = version == 1 ? 10 : 12;
      long length = version == 1 ? lengths.getShort(8) & 0xFFFF : lengths.getInt(8) & 0xFFFFFFFFL;
      if (version < 1 || version > 3 || length > MOST_HEADER_BYTES) {
        return damaged(file, "its header is of version " + version + ", " + length + " bytes");
      }
      if (begin + length > file.length()) {
        return damaged(file, "it ends within its header");
      }
      byte[] text = new byte[(int) length];
      in.readFully(begin, text);
      NpyHeader header =
          NpyHeader.of(
              new String(text, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1),
              begin + length);
      long bytes = header.numel() * header.type().bytes();
      if (file.length() - header.start() != bytes) {
        return damaged(
            file,
            (file.length() - header.start()) + " bytes behind its header, which tells of " + bytes);
      }
      return new NpyFile(file, "", header);
    } catch (NpyHeader.UnreadableException e) {
      return damaged(file, String.valueOf(e.getMessage()));
    }
  }

  private static NpyFile damaged(DataFile file, String fault) {
    return new NpyFile(file, fault, null);
  }
}
