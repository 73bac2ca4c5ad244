package io.octant.pipeline.data;

import io.octant.OctantException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Data could not be fetched: the network, a server or a disk failed, or access was refused. It says
 * nothing about the data, and trying again may help; what the data themselves get wrong is a {@link
 * DataException}.
 */
public class StorageException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message and what caused it. */
  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A failure to fetch a file or folder. */
  public static StorageException of(String path, Throwable cause) {
    return new StorageException(
        "Cannot reach data: "
            + path
            + ": "
            + FileFailure.rootMessage(cause)
            + ", expected storage that answers",
        cause);
  }

  /** The same of a location as it was given: who does not answer may be named elsewhere. */
  public static StorageException of(Configuration hadoop, String location, Throwable cause) {
    return of(withDefault(hadoop, location), cause);
  }

  /** The location, and what {@code fs.defaultFS} says if it leaves the file system open. */
  public static String withDefault(Configuration hadoop, String location) {
    URI defaultUri = FileSystem.getDefaultUri(hadoop);
    return new Path(location).toUri().getScheme() != null || "file".equals(defaultUri.getScheme())
        ? location
        : location + " on " + defaultUri + " (fs.defaultFS)";
  }
}
