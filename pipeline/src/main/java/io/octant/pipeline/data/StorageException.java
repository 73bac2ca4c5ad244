package io.octant.pipeline.data;

import io.octant.OctantException;

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
}
