package io.octant.pipeline.output;

import io.octant.bytes.Digest;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * A result as a reader finds it: what the manifest names, checked against it.
 *
 * @param manifest the manifest
 * @param report the document {@code result.json}, or empty bytes if it is missing
 */
@SuppressWarnings("ArrayRecordComponent")
public record PublishedOutput(Manifest manifest, byte[] report) {
  /** As often as results are replaced while they are read, and more. */
  private static final int TRIES = 3;

  /**
   * Reads and checks a result.
   *
   * @param path where it is; any Hadoop file system
   * @return the result, or empty if there is none
   * @throws OutputException if a file does not have the length and digest that the manifest tells
   * @throws OutputUnavailableException if the storage fails
   */
  public static Optional<PublishedOutput> read(Configuration hadoop, String path) {
    OutputDirectory directory = OutputDirectory.at(hadoop, path);
    try {
      for (int attempt = 1; ; attempt++) {
        Optional<Manifest> manifest = directory.published();
        if (manifest.isEmpty()) {
          return Optional.empty();
        }
        Optional<String> damage = damage(directory, manifest.get());
        if (damage.isEmpty()) {
          byte[] report =
              directory
                  .store()
                  .read(directory.in(manifest.get(), RunReport.FILE_NAME))
                  .orElse(new byte[0]);
          return Optional.of(new PublishedOutput(manifest.get(), report));
        }
        // The result may have been replaced since its manifest was read.
        if (attempt == TRIES) {
          throw new OutputException(
              "Cannot read result: "
                  + directory.path()
                  + ": "
                  + damage.get()
                  + ", expected what "
                  + Manifest.FILE_NAME
                  + " says");
        }
      }
    } catch (IOException e) {
      throw new OutputUnavailableException(
          "Cannot read result: "
              + directory.path()
              + " ("
              + e.getMessage()
              + "), expected storage that works",
          e);
    }
  }

  private static Optional<String> damage(OutputDirectory directory, Manifest manifest)
      throws IOException {
    for (Manifest.File file : manifest.files()) {
      Optional<byte[]> bytes = directory.store().read(directory.in(manifest, file.path()));
      if (bytes.isEmpty()) {
        return Optional.of(file.path() + " is missing");
      }
      if (bytes.get().length != file.bytes()
          || !Digest.of(bytes.get()).hex().equals(file.sha256())) {
        return Optional.of(file.path() + " was changed");
      }
    }
    return Optional.empty();
  }
}
