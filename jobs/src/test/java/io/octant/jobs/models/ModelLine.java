package io.octant.jobs.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code dev/models.txt}.
 *
 * @param source where the file comes from, see {@link ModelStore}
 * @param data what its samples are, see {@link SampleKinds}
 * @param calibration number of samples
 * @param evaluation number of samples
 * @param task how good an output is, see {@link Tasks}
 */
record ModelLine(
    String name, String source, String data, int calibration, int evaluation, String task) {
  private static final int COLUMNS = 6;

  /** Its own, {@code NAME.conf}, or the one that models of its kind of source share. */
  Path configuration(Path folder) {
    Path own = folder.resolve(name + ".conf");
    return Files.exists(own) ? own : folder.resolve(source.split(":", 2)[0] + ".conf");
  }

  /** The name in {@code dev/models-torch.py} of a network that it exports. */
  @Nullable String network() {
    return source.startsWith("torch:") ? source.substring(6, source.indexOf('@')) : null;
  }

  static List<ModelLine> read(Path file) throws IOException {
    List<ModelLine> out = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] c = line.strip().split("\\s+");
      if (c.length != COLUMNS) {
        throw new IllegalArgumentException(
            "Cannot read " + file + ": " + line + ", expected " + COLUMNS + " columns");
      }
      out.add(
          new ModelLine(c[0], c[1], c[2], Integer.parseInt(c[3]), Integer.parseInt(c[4]), c[5]));
    }
    return out;
  }
}
