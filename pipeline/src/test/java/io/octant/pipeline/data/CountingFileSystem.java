package io.octant.pipeline.data;

import java.io.IOException;
import java.net.URI;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under the scheme {@code counting}, which counts how often a file is opened. */
public final class CountingFileSystem extends RawLocalFileSystem {
  /** By the name of the file. */
  static final SortedMap<String, Integer> OPENED = new ConcurrentSkipListMap<>();

  @Override
  public URI getUri() {
    return URI.create("counting:///");
  }

  @Override
  public String getScheme() {
    return "counting";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    OPENED.merge(file.getName(), 1, Integer::sum);
    return super.open(file, bufferSize);
  }
}
