package io.octant.pipeline.output;

import io.octant.pipeline.data.StorageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/**
 * A folder on any Hadoop file system whose files are read and written as a whole, by many at once:
 * readers find all bytes of a file or no file, and of two that write one file one stays. Names are
 * relative to the folder, with slashes.
 */
public final class WholeFolder {
  private static final String PART = ".part";

  private final String name;
  private final Path path;
  private final OutputStore store;

  private WholeFolder(String name, Path path, OutputStore store) {
    this.name = name;
    this.path = path;
    this.store = store;
  }

  /**
   * What lies in a folder.
   *
   * @param name in that folder
   * @param modified when it was written, by its file system's clock, in milliseconds
   */
  public record Entry(String name, boolean isFolder, long bytes, long modified) {
    /** Whether it is a file under way, or one that a writer who died has left. */
    public boolean isPart() {
      return !isFolder && name.startsWith(".") && name.endsWith(PART);
    }
  }

  /**
   * A folder by its path or URI, there or not.
   *
   * @throws OutputException if there is no such file system
   */
  public static WholeFolder at(Configuration hadoop, String name) {
    try {
      Path path = new Path(name);
      FileSystem fs = OutputStore.plain(path.getFileSystem(hadoop));
      Path qualified = fs.makeQualified(path);
      return new WholeFolder(name, qualified, OutputStore.of(fs, qualified));
    } catch (UnsupportedFileSystemException | IllegalArgumentException e) {
      throw new OutputException(
          "Cannot reach folder: " + name + " (" + e.getMessage() + "), expected a path or a URI",
          e);
    } catch (IOException e) {
      throw StorageException.of(hadoop, name, e);
    }
  }

  /** The full name of a file. */
  public String uri(String file) {
    return new Path(path, file).toUri().toString();
  }

  /**
   * What lies directly in a folder, in the order of names; nothing if there is no such folder.
   *
   * @param folder relative; empty for this one
   * @throws StorageException if the storage fails
   */
  public List<Entry> list(String folder) {
    Path listed = folder.isEmpty() ? path : new Path(path, folder);
    try {
      return store.list(listed).stream()
          .filter(s -> !s.getPath().equals(listed))
          .map(
              s ->
                  new Entry(
                      s.getPath().getName(), s.isDirectory(), s.getLen(), s.getModificationTime()))
          .toList();
    } catch (IOException | FSError e) {
      throw StorageException.of(listed.toString(), e);
    }
  }

  /**
   * All bytes of a file, or empty if there is none.
   *
   * @throws StorageException if the storage fails
   */
  public Optional<byte[]> read(String file) {
    try {
      return store.read(new Path(path, file));
    } catch (IOException e) {
      throw StorageException.of(uri(file), e);
    }
  }

  /**
   * Writes or replaces a file.
   *
   * @throws OutputException if nothing may be written there
   * @throws OutputUnavailableException if the storage fails; then the file is as it was
   */
  public void write(String file, byte[] bytes) {
    Path target = new Path(path, file);
    Path part =
        new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + PART);
    try {
      store.put(target, part, bytes);
    } catch (AccessControlException e) {
      throw new OutputException(
          "Cannot write " + uri(file) + " (" + e.getMessage() + "), expected a writable folder", e);
    } catch (IOException | FSError e) {
      throw new OutputUnavailableException(
          "Cannot write " + uri(file) + " (" + e.getMessage() + "), expected storage that takes it",
          e);
    }
  }

  /**
   * Deletes a file; nothing happens if there is none.
   *
   * @throws OutputUnavailableException if the storage fails
   */
  public void delete(String file) {
    try {
      store.delete(new Path(path, file));
    } catch (IOException | FSError e) {
      throw notDeleted(file, e);
    }
  }

  /**
   * Deletes a folder if nothing is in it; what appears meanwhile stays.
   *
   * @throws OutputUnavailableException if the storage fails
   */
  public void deleteIfEmpty(String folder) {
    try {
      store.deleteIfEmpty(new Path(path, folder));
    } catch (IOException | FSError e) {
      throw notDeleted(folder, e);
    }
  }

  private OutputUnavailableException notDeleted(String file, Throwable e) {
    return new OutputUnavailableException(
        "Cannot delete " + uri(file) + " (" + e.getMessage() + "), expected storage that works", e);
  }

  @Override
  public String toString() {
    return name;
  }
}
