package io.octant.pipeline.output;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk under the scheme {@code faulty}; one chosen change to it fails. */
public final class FaultyFileSystem extends FilterFileSystem {
  /** Changes until the one that fails; 0 is the next one. Negative: none fails. */
  static final AtomicInteger CHANGES_LEFT = new AtomicInteger(-1);

  public FaultyFileSystem() {
    super(
        new RawLocalFileSystem() {
          @Override
          public URI getUri() {
            return URI.create("faulty:///");
          }
        });
  }

  static Configuration configuration() {
    Configuration hadoop = new Configuration(false);
    hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
    return hadoop;
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  private static void change(String what, Path path) throws IOException {
    if (CHANGES_LEFT.getAndDecrement() == 0) {
      throw new IOException("injected failure of " + what + " " + path.getName());
    }
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    change("rename", from);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    change("delete", path);
    return super.delete(path, recursive);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    change("mkdirs", path);
    return super.mkdirs(path);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    change("create", path);
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }
}
