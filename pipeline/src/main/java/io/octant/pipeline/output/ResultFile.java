package io.octant.pipeline.output;

import io.octant.bytes.Digest;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.StorageException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** A file that one step hands to the next: by its own name, or in the folder of a result. */
public final class ResultFile {
  private ResultFile() {}

  /**
   * Reads it.
   *
   * @param path the file, or the folder of a result, on any Hadoop file system
   * @param name of the file in a result
   * @throws DataException if there is no such file, or it is not the one that the manifest names
   * @throws StorageException if the storage fails
   */
  public static byte[] read(Configuration hadoop, String path, String name) {
    WholeFile file = WholeFile.at(hadoop, path);
    if (!file.isDirectory()) {
      return file.read();
    }
    OutputDirectory directory = OutputDirectory.at(hadoop, path);
    try {
      Manifest manifest =
          directory
              .published()
              .orElseThrow(
                  () ->
                      new DataException(
                          "Cannot read "
                              + path
                              + ": no "
                              + Manifest.FILE_NAME
                              + " in it, expected a result or a file"));
      Manifest.File entry =
          manifest.files().stream()
              .filter(f -> f.path().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new DataException(
                          "Cannot read "
                              + path
                              + ": no "
                              + name
                              + " in this result, expected one of "
                              + manifest.files().stream().map(Manifest.File::path).toList()));
      Optional<byte[]> bytes = directory.store().read(directory.in(manifest, name));
      if (bytes.isEmpty() || !Digest.of(bytes.get()).hex().equals(entry.sha256())) {
        throw new DataException(
            "Cannot read "
                + path
                + ": "
                + name
                + (bytes.isEmpty() ? " is missing" : " was changed")
                + ", expected what "
                + Manifest.FILE_NAME
                + " says");
      }
      return bytes.get();
    } catch (IOException e) {
      throw StorageException.of(path, e);
    }
  }
}
