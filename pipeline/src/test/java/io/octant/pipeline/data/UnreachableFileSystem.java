package io.octant.pipeline.data;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under the scheme {@code unreachable}; files can be listed but not opened. */
public final class UnreachableFileSystem extends RawLocalFileSystem {

  @Override
  public URI getUri() {
    return URI.create("unreachable:///");
  }

  @Override
  public String getScheme() {
    return "unreachable";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    throw new IOException("connection refused");
  }
}
