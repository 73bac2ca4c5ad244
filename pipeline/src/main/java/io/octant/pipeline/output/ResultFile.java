package io.octant.pipeline.output;

import io.octant.bytes.Digest;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * A file that one step hands to the next: by its own name, in the folder of a result, or in the
 * result that a place of promotion names.
 */
public final class ResultFile {
  /** Name of the calibration state in a result. */
  public static final String STATE = "calibration/state.octcal";

  private ResultFile() {}

  /**
   * Reads it.
   *
   * @param path the file, the folder of a result, or a {@link CurrentFolder}, on any Hadoop file
   *     system
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
      Optional<Manifest> manifest = directory.published();
      if (manifest.isPresent()) {
        return read(path, directory, manifest.get(), name);
      }
      Optional<CurrentResult> current = CurrentFolder.at(hadoop, path).read();
      if (current.isPresent()) {
        return read(hadoop, path, current.get(), name);
      }
    } catch (IOException e) {
      throw StorageException.of(path, e);
    }
    throw new DataException(
        "Cannot read "
            + path
            + ": no "
            + Manifest.FILE_NAME
            + " in it, expected a result or a file");
  }

  private static byte[] read(Configuration hadoop, String path, CurrentResult current, String name)
      throws IOException {
    List<CurrentResult.Place> places = new ArrayList<>(List.of(current.result()));
    current.state().ifPresent(places::add);
    for (CurrentResult.Place place : places) {
      OutputDirectory directory = OutputDirectory.at(hadoop, place.path());
      Optional<Manifest> manifest = directory.published();
      if (manifest
          .map(m -> Digest.of(m.toBytes()).hex())
          .filter(place.manifest()::equals)
          .isEmpty()) {
        throw new DataException(
            "Cannot read %s: %s, which it names as number %d, %s, expected what was promoted"
                .formatted(
                    path,
                    place.path(),
                    current.number(),
                    manifest.isEmpty() ? "is no longer there" : "has been replaced since"));
      }
      if (manifest.get().files().stream().anyMatch(f -> f.path().equals(name))) {
        return read(place.path(), directory, manifest.get(), name);
      }
    }
    throw new DataException(
        "Cannot read %s: number %d was promoted without %s, expected one that has it"
            .formatted(path, current.number(), name));
  }

  private static byte[] read(String path, OutputDirectory directory, Manifest manifest, String name)
      throws IOException {
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
  }
}
