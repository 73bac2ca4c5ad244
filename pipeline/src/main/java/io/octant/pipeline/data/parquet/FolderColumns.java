package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * The columns that folders {@code name=value} make. Spark leaves out files that lie in other
 * folders than their neighbours, and where a file has a column of the name, takes the folder's
 * value in place of it; both are refused instead.
 */
final class FolderColumns {
  private FolderColumns() {}

  /**
   * Requires the same folders of all files, and none for a column that a file has.
   *
   * @param roots the paths given, or what their globs match
   * @param columns that are to be read
   * @throws DataException that names file and folders
   */
  static void require(List<Path> roots, List<FileFacts> files, List<String> columns) {
    Set<String> above = roots.stream().map(FolderColumns::text).collect(Collectors.toSet());
    List<String> expected = List.of();
    for (int i = 0; i < files.size(); i++) {
      FileFacts file = files.get(i);
      List<List<String>> found = names(above, new Path(URI.create(file.uri())));
      expected = i == 0 ? found.get(0) : expected;
      for (List<String> names : found) {
        if (!names.equals(expected)) {
          throw new DataException(
              "Cannot read data: "
                  + DataFile.readable(file.uri())
                  + ": in partition folders "
                  + names
                  + " below the path, expected "
                  + expected
                  + " as for "
                  + DataFile.readable(files.get(0).uri()));
        }
        requireNotInFile(file, names, columns);
      }
    }
  }

  private static void requireNotInFile(FileFacts file, List<String> names, List<String> columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (names.contains(columns.get(i)) && !file.types().get(i).isEmpty()) {
        throw new DataException(
            "Cannot read column '"
                + columns.get(i)
                + "' of "
                + DataFile.readable(file.uri())
                + ": in the file and in the name of its folder, expected one of the two");
      }
    }
  }

  /** The names of the folders that a file lies in, from each of the roots above it on. */
  private static List<List<String>> names(Set<String> roots, Path file) {
    List<List<String>> out = new ArrayList<>();
    Deque<String> names = new ArrayDeque<>();
    for (Path at = file; at != null; at = at.getParent()) {
      if (roots.contains(text(at))) {
        out.add(List.copyOf(names));
      }
      if (at != file) {
        DataFile.columnOfFolder(at).ifPresent(names::addFirst);
      }
    }
    return out;
  }

  /** Without scheme and host; the root of a file system has two forms. */
  private static String text(Path path) {
    String text = path.toUri().getPath();
    return text.isEmpty() ? "/" : text;
  }
}
