package io.octant.pipeline.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finds the files of the data by the rules of Spark: a folder stands for the files in it and in
 * partition folders ({@code name=value}) below it, without hidden ones and without empty ones; a
 * format may take all folders. Sorted by URI.
 *
 * @param roots the paths given, or what their globs match
 * @param files to read
 * @param skipped what lies there and is not read
 */
public record FileListing(List<Path> roots, List<DataFile> files, SkippedFiles skipped) {
  private static final String GLOB_CHARACTERS = "{}[]*?\\";

  public FileListing {
    roots = List.copyOf(roots);
    files = List.copyOf(files);
  }

  /**
   * Lists files and folders; a path that exists is that path, whatever characters it has, and only
   * one that does not is taken for a glob.
   *
   * @param extensions of files that are data by their name
   * @param folders that belong to the data
   * @throws DataException if a path does not exist or a glob matches nothing
   * @throws StorageException if the file system does not answer
   */
  static FileListing of(
      Configuration hadoop, List<String> paths, List<String> extensions, Folders folders) {
    Walk walk = new Walk(extensions, folders);
    List<Path> roots = new ArrayList<>();
    for (String text : paths) {
      try {
        Path path = new Path(text);
        FileSystem fs = path.getFileSystem(hadoop);
        for (FileStatus root : roots(fs, path)) {
          roots.add(root.getPath());
          if (root.isDirectory()) {
            walk.folder(fs, root.getPath());
          } else {
            walk.file(root);
          }
        }
      } catch (FileNotFoundException e) {
        throw new DataException(
            "Cannot read data: " + text + ": no such file, expected an existing file or directory",
            e);
      } catch (IOException e) {
        throw StorageException.of(text, e);
      } catch (IllegalArgumentException e) {
        throw new DataException(
            "Cannot read data: " + text + ": " + e.getMessage() + ", expected a path", e);
      }
    }
    walk.files.sort(Comparator.comparing(DataFile::uri, Utf8Order.INSTANCE));
    return new FileListing(roots, walk.files, walk.skipped);
  }

  private static List<FileStatus> roots(FileSystem fs, Path path) throws IOException {
    try {
      return List.of(fs.getFileStatus(path));
    } catch (FileNotFoundException e) {
      if (path.toString().chars().noneMatch(c -> GLOB_CHARACTERS.indexOf(c) >= 0)) {
        throw e;
      }
      FileStatus[] matches = fs.globStatus(path);
      if (matches == null || matches.length == 0) {
        throw e;
      }
      return List.of(matches);
    }
  }

  /** Collects what a walk through folders meets. */
  private static final class Walk {
    final List<String> extensions;
    final Folders folders;
    final List<DataFile> files = new ArrayList<>();
    SkippedFiles skipped = SkippedFiles.NONE;

    Walk(List<String> extensions, Folders folders) {
      this.extensions = extensions;
      this.folders = folders;
    }

    void folder(FileSystem fs, Path folder) throws IOException {
      for (FileStatus entry : fs.listStatus(folder)) {
        String name = entry.getPath().getName();
        if (isHidden(name)) {
          skipped = skipped.plus(new SkippedFiles(1, 0, 0, 0));
        } else if (!entry.isDirectory()) {
          file(entry);
        } else if (folders == Folders.ALL || name.contains("=")) {
          folder(fs, entry.getPath());
        } else {
          skipped = skipped.plus(new SkippedFiles(0, 0, 0, nested(fs, entry.getPath())));
        }
      }
    }

    void file(FileStatus file) {
      if (file.getLen() == 0) {
        skipped = skipped.plus(new SkippedFiles(0, 1, 0, 0));
      } else {
        files.add(
            new DataFile(
                // Some file systems say file:/// where Spark has file:/.
                new Path(file.getPath().toString()).toUri().toString(),
                file.getLen(),
                stamp(file),
                isNamedAsData(file.getPath().getName())));
      }
    }

    private static String stamp(FileStatus file) {
      String tag = file instanceof EtagSource tagged ? tagged.getEtag() : null;
      return tag == null || tag.isEmpty()
          ? "modified " + file.getModificationTime()
          : "etag " + tag;
    }

    private static long nested(FileSystem fs, Path folder) throws IOException {
      long count = 0;
      for (FileStatus entry : fs.listStatus(folder)) {
        if (!isHidden(entry.getPath().getName())) {
          count += entry.isDirectory() ? nested(fs, entry.getPath()) : 1;
        }
      }
      return count;
    }

    private static boolean isHidden(String name) {
      return (name.startsWith("_") && !name.contains("="))
          || name.startsWith(".")
          || name.endsWith("._COPYING_");
    }

    private boolean isNamedAsData(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      return !lower.contains(".") || extensions.stream().anyMatch(lower::endsWith);
    }
  }
}
