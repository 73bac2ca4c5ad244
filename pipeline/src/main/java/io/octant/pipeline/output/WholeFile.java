package io.octant.pipeline.output;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * A file on any Hadoop file system that is read and written as a whole: readers find all of its
 * bytes or no file.
 */
public final class WholeFile {
  private final String name;
  private final Path path;
  private final OutputStore store;

  private WholeFile(String name, Path path, OutputStore store) {
    this.name = name;
    this.path = path;
    this.store = store;
  }

  /**
   * A file by its path or URI, there or not.
   *
   * @throws OutputException if there is no such file system
   */
  public static WholeFile at(Configuration hadoop, String name) {
    try {
      Path path = new Path(name);
      FileSystem fs = OutputStore.plain(path.getFileSystem(hadoop));
      Path qualified = fs.makeQualified(path);
      return new WholeFile(
          StorageException.withDefault(hadoop, name), qualified, OutputStore.of(fs, qualified));
    } catch (UnsupportedFileSystemException | IllegalArgumentException e) {
      throw new OutputException(
          "Cannot reach file: " + name + " (" + e.getMessage() + "), expected a path or a URI", e);
    } catch (IOException e) {
      throw StorageException.of(hadoop, name, e);
    }
  }

  /** The one name that the file has, by however many paths it is reached. */
  public String uri() {
    return path.toUri().toString();
  }

  /**
   * Whether a file or a directory has this name.
   *
   * @throws StorageException if the storage fails
   */
  public boolean isThere() {
    try {
      return store.status(path).isPresent();
    } catch (IOException e) {
      throw StorageException.of(name, e);
    }
  }

  /**
   * Whether a directory has this name.
   *
   * @throws StorageException if the storage fails
   */
  public boolean isDirectory() {
    try {
      return store.status(path).filter(FileStatus::isDirectory).isPresent();
    } catch (IOException e) {
      throw StorageException.of(name, e);
    }
  }

  /**
   * All bytes of the file.
   *
   * @throws DataException if there is no such file, or it is a directory or too large for an array
   * @throws StorageException if the storage fails
   */
  public byte[] read() {
    try {
      FileStatus status =
          store
              .status(path)
              .orElseThrow(() -> new DataException("Cannot read " + name + ": no such file"));
      if (status.isDirectory()) {
        throw new DataException("Cannot read " + name + ": a directory, expected a file");
      }
      if (status.getLen() > Integer.MAX_VALUE - 8) {
        throw new DataException(
            "Cannot read " + name + ": " + status.getLen() + " bytes, expected less than 2^31");
      }
      return store.read(path).orElseThrow(() -> new FileNotFoundException("it has vanished"));
    } catch (IOException e) {
      throw StorageException.of(name, e);
    }
  }

  /**
   * Writes the file if it is not there.
   *
   * @throws OutputExistsException if it is
   * @throws OutputUnavailableException if the storage fails; then there is no file
   */
  public void create(byte[] bytes) {
    try {
      store.putNew(path, part(), bytes);
    } catch (FileAlreadyExistsException e) {
      throw new OutputExistsException(
          "Cannot write " + name + ": it exists, expected a file that does not");
    } catch (IOException | FSError e) {
      throw unavailable(e);
    }
  }

  /**
   * Writes or replaces the file.
   *
   * @throws OutputUnavailableException if the storage fails; then the file is as it was
   */
  public void replace(byte[] bytes) {
    try {
      store.put(path, part(), bytes);
    } catch (IOException | FSError e) {
      throw unavailable(e);
    }
  }

  private Path part() {
    return new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID() + ".part");
  }

  private OutputUnavailableException unavailable(Throwable e) {
    return new OutputUnavailableException(
        "Cannot write " + name + " (" + e.getMessage() + "), expected storage that takes it", e);
  }
}
