package io.octant.pipeline.data;

import java.io.Serializable;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A file that is to be read.
 *
 * @param uri its path as a URI with percent escapes, which is how Spark names the file of a row
 * @param length in bytes
 * @param stamp changes when the file does: its entity tag where the file system has one, or else
 *     when it was last modified, by the file system's clock, in milliseconds
 * @param isNamedAsData whether its name says that it is of the format, or says nothing; a file of
 *     another extension is data only if its content says so
 */
public record DataFile(String uri, long length, String stamp, boolean isNamedAsData)
    implements Serializable {

  /** The file as Hadoop's file systems take it. */
  public Path path() {
    return new Path(java.net.URI.create(uri));
  }

  /** The columns that the folders {@code name=value} above it make. */
  Set<String> columnsOfFolders() {
    Set<String> names = new HashSet<>();
    for (Path at = path().getParent(); at != null; at = at.getParent()) {
      columnOfFolder(at).ifPresent(names::add);
    }
    return names;
  }

  /** The column that a folder {@code name=value} makes. */
  public static Optional<String> columnOfFolder(Path folder) {
    int equals = folder.getName().indexOf('=');
    return equals < 0 ? Optional.empty() : Optional.of(folder.getName().substring(0, equals));
  }

  /** What changes when a file does. */
  static String stamp(FileStatus file) {
    String tag = file instanceof EtagSource tagged ? tagged.getEtag() : null;
    return tag == null || tag.isEmpty() ? "modified " + file.getModificationTime() : "etag " + tag;
  }

  /** The path as people write it. */
  public static String readable(String uri) {
    return new Path(java.net.URI.create(uri)).toString();
  }
}
