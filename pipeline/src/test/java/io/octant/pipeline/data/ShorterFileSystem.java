package io.octant.pipeline.data;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under the scheme {@code shorter}; files end before the length that is listed. */
public final class ShorterFileSystem extends RawLocalFileSystem {

  @Override
  public URI getUri() {
    return URI.create("shorter:///");
  }

  @Override
  public String getScheme() {
    return "shorter";
  }

  @Override
  public FileStatus getFileStatus(Path file) throws IOException {
    FileStatus real = super.getFileStatus(file);
    return real.isDirectory()
        ? real
        : new FileStatus(real.getLen() + 100, false, 1, 1, real.getModificationTime(), file);
  }
}
