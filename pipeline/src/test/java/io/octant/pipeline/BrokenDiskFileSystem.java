package io.octant.pipeline;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local disk under the scheme {@code broken}, which fails when it has opened {@link #OPENS}
 * files: by an {@link FSError}, as Hadoop's own local file system does.
 */
public final class BrokenDiskFileSystem extends RawLocalFileSystem {
  static final AtomicInteger OPENS = new AtomicInteger();

  @Override
  public URI getUri() {
    return URI.create("broken:///");
  }

  @Override
  public String getScheme() {
    return "broken";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    if (OPENS.getAndDecrement() <= 0) {
      throw error(new IOException("No space left on device"));
    }
    return super.open(file, bufferSize);
  }

  private static FSError error(IOException cause) {
    try {
      Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(cause);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
