package io.octant.pipeline.data.arrow;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * A file of Hadoop as the channel that Arrow reads from.
 *
 * @param size of the file in bytes
 */
record HadoopChannel(FSDataInputStream in, long size) implements SeekableByteChannel {
  private static final int CHUNK_BYTES = 1 << 20;

  @Override
  public int read(ByteBuffer to) throws IOException {
    byte[] chunk = new byte[Math.min(to.remaining(), CHUNK_BYTES)];
    int read = in.read(chunk, 0, chunk.length);
    if (read > 0) {
      to.put(chunk, 0, read);
    }
    return read;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new UnsupportedOperationException("a file that is read");
  }

  @Override
  public long position() throws IOException {
    return in.getPos();
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    if (position < 0 || position > size) {
      throw new EOFException("byte " + position + " of a file of " + size);
    }
    in.seek(position);
    return this;
  }

  @Override
  public SeekableByteChannel truncate(long length) {
    throw new UnsupportedOperationException("a file that is read");
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
