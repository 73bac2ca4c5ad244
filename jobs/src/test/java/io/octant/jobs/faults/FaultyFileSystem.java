package io.octant.jobs.faults;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under the scheme {@code faulty}: slow, failing now and then, or full, as its
 * properties say. It depends on Hadoop alone, so that executors can have it on their class path.
 *
 * <ul>
 *   <li>{@code octant.faulty.delayMillis}: how long the first read of each open file's data takes.
 *       Footers, behind the middle of a file, take no longer than they take.
 *   <li>{@code octant.faulty.failures}: a folder of marks. As long as there are any whose names
 *       begin with that of the file that is read, a read of its data takes one away and fails.
 *   <li>{@code octant.faulty.full}: a folder that may hold {@code octant.faulty.capacity} bytes.
 * </ul>
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
  static final String DELAY_MILLIS = "octant.faulty.delayMillis";
  static final String FAILURES = "octant.faulty.failures";
  static final String FULL = "octant.faulty.full";
  static final String CAPACITY = "octant.faulty.capacity";
  static final String FAILURE = "the disk is broken on purpose";

  @Override
  public URI getUri() {
    return URI.create("faulty:///");
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize) throws IOException {
    FSDataInputStream in = super.open(file, bufferSize);
    return new FSDataInputStream(new Slow(in, pathToFile(file), getConf()));
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return limited(
        file, super.create(file, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return limited(
        file,
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  private FSDataOutputStream limited(org.apache.hadoop.fs.Path file, FSDataOutputStream out) {
    String folder = getConf().get(FULL, "");
    if (folder.isEmpty() || !pathToFile(file).toPath().startsWith(folder)) {
      return out;
    }
    return new FSDataOutputStream(
        new Limited(out, Path.of(folder), getConf().getLong(CAPACITY, 0)),
        new FileSystem.Statistics("faulty"));
  }

  /** What is written goes to the disk as long as the folder has room. */
  private static final class Limited extends OutputStream {
    private final OutputStream out;
    private final Path folder;
    private final long capacity;

    Limited(OutputStream out, Path folder, long capacity) {
      this.out = out;
      this.folder = folder;
      this.capacity = capacity;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.flush();
      long room = Math.max(0, capacity - used());
      out.write(bytes, offset, (int) Math.min(room, length));
      if (room < length) {
        throw new IOException("No space left on device");
      }
    }

    private long used() throws IOException {
      try (Stream<Path> all = Files.walk(folder)) {
        return all.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
      } catch (java.io.UncheckedIOException e) {
        // A file was renamed meanwhile.
        return used();
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Waits, or fails, when data are read for the first time. */
  private static final class Slow extends FSInputStream {
    private final FSDataInputStream in;
    private final File file;
    private final Configuration properties;
    private boolean begun;

    Slow(FSDataInputStream in, File file, Configuration properties) {
      this.in = in;
      this.file = file;
      this.properties = properties;
    }

    private void begin() throws IOException {
      if (begun || in.getPos() >= file.length() / 2) {
        return;
      }
      begun = true;
      try {
        Thread.sleep(properties.getLong(DELAY_MILLIS, 0));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException(file.toString());
      }
      String[] marks = new File(properties.get(FAILURES, "")).list();
      if (marks == null) {
        return;
      }
      for (String mark : marks) {
        if (mark.startsWith(file.getName()) && new File(properties.get(FAILURES), mark).delete()) {
          throw new IOException(FAILURE);
        }
      }
    }

    @Override
    public int read() throws IOException {
      begin();
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      begin();
      return in.read(bytes, offset, length);
    }

    @Override
    public void seek(long position) throws IOException {
      if (position < 0 || position > file.length()) {
        throw new EOFException(file + ": " + position);
      }
      in.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
