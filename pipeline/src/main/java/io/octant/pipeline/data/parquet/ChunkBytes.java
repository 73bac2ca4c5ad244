package io.octant.pipeline.data.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of one column chunk: reading ends where the chunk does, whatever lies behind it. */
final class ChunkBytes extends InputStream {
  private final InputStream in;
  private long left;

  /**
   * @param in at the chunk's first byte; left open
   * @param size bytes of the chunk
   */
  ChunkBytes(InputStream in, long size) {
    this.in = in;
    this.left = size;
  }

  /** Bytes that are left, if the stream has them. */
  long left() {
    return left;
  }

  @Override
  public int read() throws IOException {
    int value = left > 0 ? in.read() : -1;
    left -= value < 0 ? 0 : 1;
    return value;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (left <= 0 && length > 0) {
      return -1;
    }
    int got = in.read(to, offset, (int) Math.min(length, left));
    left -= Math.max(0, got);
    return got;
  }

  /** Reads so many bytes to the beginning of an array. */
  void readFully(byte[] to, int length) throws IOException {
    if (readNBytes(to, 0, length) < length) {
      throw new EOFException("a page ends behind the end of the file");
    }
  }
}
