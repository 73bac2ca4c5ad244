package io.octant.pipeline.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Whole files on a Hadoop file system: each appears with all of its bytes, or not at all.
 *
 * <ul>
 *   <li>An object store shows an object when its stream is closed: it is written in place.
 *   <li>A disk and HDFS show a file as it grows: it is written aside and renamed, which replaces
 *       another file in one step.
 *   <li>On other file systems the rename may be a deletion and a rename. Whoever cannot do without
 *       the file gives the place aside a name to find it by, see {@link #put(Path, Path, byte[])}.
 * </ul>
 */
final class OutputStore {
  private static final Set<String> OBJECT_STORES = Set.of("s3a", "s3", "s3n", "gs", "oss", "cosn");
  private static final String ATOMIC_ON_CLOSE = "fs.capability.outputstream.abortable";
  private static final String CREATE_ONLY = "fs.option.create.conditional.overwrite";

  /** Other runs that remove a directory, or replace a file, one after another. */
  private static final int ATTEMPTS = 5;

  private final FileSystem fileSystem;
  private final Path aside;
  private final Kind kind;

  private enum Kind {
    DISK,
    OBJECT_STORE,
    RENAMING
  }

  private OutputStore(FileSystem fileSystem, Path aside, Kind kind) {
    this.fileSystem = fileSystem;
    this.aside = aside;
    this.kind = kind;
  }

  /**
   * @param aside the directory for files under way
   */
  static OutputStore of(FileSystem fileSystem, Path aside) throws IOException {
    return new OutputStore(fileSystem, aside, kindOf(fileSystem, aside));
  }

  private static Kind kindOf(FileSystem fileSystem, Path place) throws IOException {
    if (fileSystem instanceof RawLocalFileSystem) {
      return Kind.DISK;
    }
    return OBJECT_STORES.contains(fileSystem.getUri().getScheme())
            || fileSystem.hasPathCapability(place, ATOMIC_ON_CLOSE)
        ? Kind.OBJECT_STORE
        : Kind.RENAMING;
  }

  /** The local file system of Hadoop leaves a hidden checksum file beside each file. */
  static FileSystem plain(FileSystem fileSystem) {
    return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
  }

  /** Writes or replaces a file. */
  void put(Path file, byte[] bytes) throws IOException {
    put(file, new Path(aside, "part-" + UUID.randomUUID()), bytes);
  }

  /**
   * Writes or replaces a file; while {@code file} is away, {@code part} has the bytes, or lacks
   * some.
   */
  void put(Path file, Path part, byte[] bytes) throws IOException {
    if (kind == Kind.OBJECT_STORE) {
      write(fileSystem.create(file, true), bytes);
      return;
    }
    fileSystem.mkdirs(file.getParent());
    writeAside(part, bytes);
    try {
      replace(part, file);
    } catch (FileNotFoundException e) {
      // Another run has removed the directory, which it found empty.
      fileSystem.mkdirs(file.getParent());
      replace(part, file);
    }
  }

  private void replace(Path part, Path file) throws IOException {
    if (kind == Kind.DISK) {
      requireDone(fileSystem.rename(part, file), part, file);
    } else {
      new Replacing(fileSystem).replace(part, file);
    }
  }

  /**
   * Writes a file that is not there.
   *
   * @throws FileAlreadyExistsException if it is, also if it appeared meanwhile, as far as the file
   *     system can tell
   */
  void putNew(Path file, Path part, byte[] bytes) throws IOException {
    if (fileSystem.exists(file)) {
      throw new FileAlreadyExistsException(file + " exists");
    }
    if (kind == Kind.OBJECT_STORE) {
      FSDataOutputStreamBuilder<?, ?> create = fileSystem.createFile(file);
      create.recursive();
      create.overwrite(false);
      create.opt(CREATE_ONLY, true);
      try {
        write(create.build(), bytes);
      } catch (IOException e) {
        requireOwn(file, bytes, e);
      }
      return;
    }
    writeAside(part, bytes);
    if (fileSystem instanceof RawLocalFileSystem disk) {
      link(disk, part, file);
    } else if (!fileSystem.rename(part, file)) {
      throw new FileAlreadyExistsException("cannot rename " + part + " to " + file);
    }
  }

  /**
   * Tells why an object was not created. S3 refuses a conditional write also if the object is that
   * of an earlier attempt whose answer was lost, and S3A says the same of both.
   */
  private void requireOwn(Path file, byte[] bytes, IOException e) throws IOException {
    if (!isChanged(e)) {
      throw e;
    }
    if (read(file).filter(found -> Arrays.equals(found, bytes)).isEmpty()) {
      throw (IOException) new FileAlreadyExistsException(file + " exists").initCause(e);
    }
  }

  /** Whether S3A found another object than it expected. */
  private static boolean isChanged(IOException e) {
    return e.getClass().getSimpleName().equals("RemoteFileChangedException");
  }

  /** A rename on a disk replaces what is there; a second name for the file does not. */
  private void link(RawLocalFileSystem disk, Path part, Path file) throws IOException {
    java.nio.file.Path from = disk.pathToFile(part).toPath();
    java.nio.file.Path to = disk.pathToFile(file).toPath();
    try {
      Files.createLink(to, from);
      Files.delete(from);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(file + " exists");
    } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
      requireDone(disk.rename(part, file), part, file);
    }
  }

  private void writeAside(Path part, byte[] bytes) throws IOException {
    try {
      write(createAside(part), bytes);
    } catch (IOException e) {
      try {
        fileSystem.delete(part, false);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Another run may remove the directory, which it finds empty, before the file is in it. */
  private OutputStream createAside(Path part) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        fileSystem.mkdirs(part.getParent());
        return fileSystem.create(part, true);
      } catch (IOException e) {
        if (attempt == ATTEMPTS || !isDirectoryGone(part.getParent(), e)) {
          throw e;
        }
      }
    }
  }

  private boolean isDirectoryGone(Path directory, IOException e) throws IOException {
    return e instanceof FileNotFoundException
        || e instanceof NoSuchFileException
        || status(directory).isEmpty();
  }

  private static void write(OutputStream stream, byte[] bytes) throws IOException {
    try (OutputStream out = stream) {
      out.write(bytes);
    } catch (FSError e) {
      throw failure(e);
    }
  }

  /** The whole file, or empty if there is none. */
  Optional<byte[]> read(Path file) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try (InputStream in = fileSystem.open(file)) {
        return Optional.of(in.readAllBytes());
      } catch (FileNotFoundException e) {
        return Optional.empty();
      } catch (FSError e) {
        throw failure(e);
      } catch (IOException e) {
        // S3A looks at an object, then asks for the bytes of just that: it was replaced between.
        if (attempt == ATTEMPTS || !isChanged(e)) {
          throw e;
        }
      }
    }
  }

  /** Hadoop reports a full or a broken local disk as an error of the virtual machine. */
  private static IOException failure(FSError e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new IOException(cause.getMessage(), e);
  }

  /** What a directory holds, in the order of names; nothing if there is none. */
  List<FileStatus> list(Path directory) throws IOException {
    try {
      FileStatus[] all = fileSystem.listStatus(directory);
      Arrays.sort(all);
      return List.of(all);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Every file below a directory. */
  List<FileStatus> files(Path directory) throws IOException {
    List<FileStatus> all = new ArrayList<>();
    for (FileStatus status : list(directory)) {
      if (status.isDirectory()) {
        all.addAll(files(status.getPath()));
      } else {
        all.add(status);
      }
    }
    return all;
  }

  /** What is there, or empty. */
  Optional<FileStatus> status(Path path) throws IOException {
    try {
      return Optional.of(fileSystem.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Deletes a file or a directory with all below it; nothing happens if there is none. */
  void delete(Path path) throws IOException {
    fileSystem.delete(path, true);
  }

  void makeDirectory(Path directory) throws IOException {
    if (!fileSystem.mkdirs(directory)) {
      throw new IOException("cannot make directory " + directory);
    }
  }

  /** Deletes a directory if it is empty: what appears meanwhile stays. */
  void deleteIfEmpty(Path directory) throws IOException {
    if (status(directory).isEmpty() || !list(directory).isEmpty()) {
      return;
    }
    if (fileSystem instanceof RawLocalFileSystem disk) {
      // Hadoop looks once more, then deletes all there is.
      try {
        Files.deleteIfExists(disk.pathToFile(directory).toPath());
      } catch (DirectoryNotEmptyException e) {
        return; // another run has begun to use it
      }
    } else {
      try {
        fileSystem.delete(directory, false);
      } catch (PathIsNotEmptyDirectoryException e) {
        return; // the same
      }
    }
  }

  private static void requireDone(boolean done, Path from, Path to) throws IOException {
    if (!done) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
  }

  /** Makes the rename that replaces accessible, which HDFS does in one step. */
  private static final class Replacing extends FilterFileSystem {
    Replacing(FileSystem fileSystem) {
      super(fileSystem);
    }

    @SuppressWarnings("deprecation")
    void replace(Path from, Path to) throws IOException {
      rename(from, to, Options.Rename.OVERWRITE);
    }
  }
}
