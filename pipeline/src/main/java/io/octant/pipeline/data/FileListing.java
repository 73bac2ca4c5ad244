package io.octant.pipeline.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finds the files of the data by the rules of Spark: a folder stands for the files in it and in
 * partition folders ({@code name=value}) below it, without hidden ones and without empty ones; a
 * format may take all folders. Sorted by URI, each once.
 *
 * @param roots the paths given, or what their globs match
 * @param base URI of the deepest folder that holds all paths given, with a slash behind it
 * @param files to read
 * @param skipped what lies there and is not read
 */
public record FileListing(
    List<Path> roots, String base, List<DataFile> files, SkippedFiles skipped) {
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
    List<String> bases = new ArrayList<>();
    for (String text : paths) {
      try {
        Path path = new Path(text);
        FileSystem fs = path.getFileSystem(hadoop);
        List<FileStatus> found = roots(fs, path);
        bases.add(base(uri(folder(fs, text, found))));
        for (FileStatus root : found) {
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
        throw StorageException.of(hadoop, text, e);
      } catch (IllegalArgumentException e) {
        throw new DataException(
            "Cannot read data: " + text + ": " + e.getMessage() + ", expected a path", e);
      }
    }
    walk.files.sort(Comparator.comparing(DataFile::uri, Utf8Order.INSTANCE));
    // Paths and globs may overlap: a file is there once.
    List<DataFile> files = walk.files.stream().distinct().toList();
    return new FileListing(roots, common(bases), files, walk.skipped);
  }

  /** Some file systems say file:/// where Spark has file:/. */
  private static String uri(Path path) {
    return new Path(path.toString()).toUri().toString();
  }

  /**
   * The folder that a path names: itself, that of a file, or the one before a glob's characters.
   */
  private static Path folder(FileSystem fs, String text, List<FileStatus> found) {
    Path only = found.get(0).getPath();
    if (found.size() == 1 && only.equals(fs.makeQualified(new Path(text)))) {
      return found.get(0).isDirectory() || only.isRoot() ? only : only.getParent();
    }
    int glob = 0;
    while (glob < text.length() && GLOB_CHARACTERS.indexOf(text.charAt(glob)) < 0) {
      glob++;
    }
    return fs.makeQualified(new Path(text.substring(0, text.lastIndexOf('/', glob) + 1)));
  }

  private static String base(String folder) {
    return folder.endsWith("/") ? folder : folder + "/";
  }

  private static String common(List<String> folders) {
    String common = folders.get(0);
    for (String folder : folders) {
      while (!folder.startsWith(common)) {
        common = common.substring(0, common.lastIndexOf('/', common.length() - 2) + 1);
      }
    }
    return common;
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
                uri(file.getPath()),
                file.getLen(),
                DataFile.stamp(file),
                isNamedAsData(file.getPath().getName())));
      }
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
