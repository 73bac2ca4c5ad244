package io.octant.pipeline.output;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A file system in memory that counts its calls and lets one of them fail, or run something else
 * first. It behaves as one of three kinds do, see {@link Kind}.
 */
public final class SimulatedFileSystem extends FileSystem {
  static final String SCHEME = "simulated";

  /** What differs between file systems in ways that a commit can feel. */
  enum Kind {
    /** HDFS: files grow visibly, a rename takes one step and replaces if told to. */
    HDFS,
    /** A file system whose replacing rename deletes first. */
    DELETE_THEN_RENAME,
    /**
     * Objects appear when they are closed; a rename copies, then deletes, object by object; the
     * time of a folder is always now.
     */
    OBJECT_STORE
  }

  /** The state behind the instances, which Hadoop makes; one test at a time uses it. */
  static final Disk DISK = new Disk();

  /** What a call does instead of, or before, what it is asked to. */
  interface Fault {
    /**
     * @param call the number of the call, from 0
     * @param what what it is and on which file
     */
    void before(int call, String what) throws IOException;
  }

  /** Files by path, directories with null content. */
  static final class Disk {
    Kind kind = Kind.HDFS;
    final NavigableMap<String, byte[]> files = new TreeMap<>();
    final Map<String, Long> times = new TreeMap<>();
    final List<String> calls = new ArrayList<>();
    Fault fault = (call, what) -> {};
    long clock = 1_000_000_000_000L;
    int counted;

    void format(Kind newKind) {
      kind = newKind;
      files.clear();
      times.clear();
      clock = 1_000_000_000_000L;
      heal();
    }

    /** From here on calls count from zero and do what they should. */
    void heal() {
      counted = 0;
      calls.clear();
      fault = (call, what) -> {};
    }

    private void call(String what, Path path) throws IOException {
      if (Thread.currentThread().getName().equals("octant-lease")) {
        // A run that was killed here renews its claim by the clock; it has to be as dead as its
        // JVM.
        throw new IOException("killed");
      }
      String text = what + " " + path.toUri().getPath();
      calls.add(text);
      clock++;
      fault.before(counted++, text);
    }

    private boolean isDirectory(String path) {
      if (files.containsKey(path)) {
        return files.get(path) == null;
      }
      String below = files.higherKey(path + "/");
      return path.equals("/") || (below != null && below.startsWith(path + "/"));
    }

    private boolean exists(String path) {
      return files.containsKey(path) || isDirectory(path);
    }

    private void set(String path, byte[] content) {
      files.put(path, content);
      times.put(path, clock);
    }

    private List<String> below(String path) {
      return new ArrayList<>(files.subMap(path + "/", false, path + "0", false).keySet());
    }
  }

  static Configuration configuration() {
    Configuration hadoop = new Configuration(false);
    hadoop.set("fs." + SCHEME + ".impl", SimulatedFileSystem.class.getName());
    hadoop.setBoolean("fs." + SCHEME + ".impl.disable.cache", true);
    return hadoop;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) {
    return DISK.kind == Kind.OBJECT_STORE
        && capability.equals("fs.capability.outputstream.abortable");
  }

  private static String key(Path path) {
    return path.toUri().getPath();
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    DISK.call("open", path);
    byte[] content = DISK.files.get(key(path));
    if (content == null) {
      throw new FileNotFoundException(path.toString());
    }
    return new FSDataInputStream(new Content(content));
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
    DISK.call("create", path);
    String key = key(path);
    if (DISK.exists(key) && (!overwrite || DISK.isDirectory(key))) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (DISK.kind != Kind.OBJECT_STORE) {
      makeParents(path);
      DISK.set(key, new byte[0]);
    }
    return new FSDataOutputStream(new Growing(path, overwrite), null);
  }

  /** Bytes reach the disk when the stream is closed, unless that fails: then half of them do. */
  private static final class Growing extends ByteArrayOutputStream {
    private final Path path;
    private final boolean overwrite;
    private boolean closed;

    Growing(Path path, boolean overwrite) {
      this.path = path;
      this.overwrite = overwrite;
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try {
        DISK.call("close", path);
      } catch (IOException | FSError | Killed e) {
        if (DISK.kind != Kind.OBJECT_STORE) {
          DISK.set(key(path), java.util.Arrays.copyOf(toByteArray(), size() / 2));
        }
        throw e;
      }
      // The condition of an object store is checked when the object appears.
      if (!overwrite && DISK.kind == Kind.OBJECT_STORE && DISK.exists(key(path))) {
        throw new FileAlreadyExistsException(path.toString());
      }
      DISK.set(key(path), toByteArray());
    }
  }

  /** The process has died: thrown by a call, and by every later one. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed(String what) {
      super("killed at " + what);
    }
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("append");
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    DISK.call("rename", from);
    if (DISK.exists(key(to))) {
      return false;
    }
    move(from, to);
    return true;
  }

  @Override
  @SuppressWarnings("deprecation")
  protected void rename(Path from, Path to, Options.Rename... options) throws IOException {
    if (DISK.kind != Kind.HDFS) {
      super.rename(from, to, options);
      return;
    }
    DISK.call("replace", from);
    move(from, to);
  }

  private static void move(Path from, Path to) throws IOException {
    String source = key(from);
    String target = key(to);
    if (!DISK.exists(source)) {
      throw new FileNotFoundException(from.toString());
    }
    List<String> moved = DISK.below(source);
    if (DISK.files.containsKey(source)) {
      moved.add(source);
    }
    for (String path : moved) {
      if (DISK.kind == Kind.OBJECT_STORE) {
        DISK.call("copy", new Path(path));
      }
      DISK.set(target + path.substring(source.length()), DISK.files.get(path));
    }
    for (String path : moved) {
      if (DISK.kind == Kind.OBJECT_STORE) {
        DISK.call("remove", new Path(path));
      }
      DISK.files.remove(path);
    }
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    DISK.call("delete", path);
    String key = key(path);
    if (!DISK.exists(key)) {
      return false;
    }
    List<String> below = DISK.below(key);
    if (!below.isEmpty() && !recursive) {
      throw new PathIsNotEmptyDirectoryException(path.toString());
    }
    for (String file : below) {
      if (DISK.kind == Kind.OBJECT_STORE) {
        DISK.call("remove", new Path(file));
      }
      DISK.files.remove(file);
    }
    DISK.files.remove(key);
    return true;
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    DISK.call("mkdirs", path);
    makeParents(new Path(path, "x"));
    return true;
  }

  private static void makeParents(Path path) throws IOException {
    for (Path p = path.getParent(); p != null && !p.isRoot(); p = p.getParent()) {
      if (DISK.files.get(key(p)) != null) {
        throw new ParentNotDirectoryException(p.toString());
      }
      if (!DISK.files.containsKey(key(p))) {
        DISK.set(key(p), null);
      }
    }
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    DISK.call("list", path);
    String key = key(path);
    if (!DISK.exists(key)) {
      throw new FileNotFoundException(path.toString());
    }
    return DISK.below(key).stream()
        .map(p -> p.substring(key.length() + 1))
        .map(p -> p.contains("/") ? p.substring(0, p.indexOf('/')) : p)
        .distinct()
        .map(name -> status(new Path(path, name)))
        .toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    DISK.call("status", path);
    if (!DISK.exists(key(path))) {
      throw new FileNotFoundException(path.toString());
    }
    return status(path);
  }

  private static FileStatus status(Path path) {
    byte[] content = DISK.files.get(key(path));
    return new FileStatus(
        content == null ? 0 : content.length,
        content == null,
        1,
        1,
        content == null && DISK.kind == Kind.OBJECT_STORE
            ? DISK.clock
            : DISK.times.getOrDefault(key(path), 0L),
        path);
  }

  @Override
  public void setWorkingDirectory(Path path) {
    throw new UnsupportedOperationException("working directory");
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(SCHEME + ":///");
  }

  private static final class Content extends java.io.ByteArrayInputStream
      implements Seekable, PositionedReadable {
    Content(byte[] bytes) {
      super(bytes);
    }

    @Override
    public void seek(long position) {
      pos = (int) position;
    }

    @Override
    public long getPos() {
      return pos;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      System.arraycopy(buf, (int) position, buffer, offset, length);
      return length;
    }

    @Override
    public void readFully(long position, byte[] buffer, int offset, int length) {
      read(position, buffer, offset, length);
    }

    @Override
    public void readFully(long position, byte[] buffer) {
      read(position, buffer, 0, buffer.length);
    }
  }
}
