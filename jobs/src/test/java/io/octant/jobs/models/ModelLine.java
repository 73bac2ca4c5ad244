package io.octant.jobs.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
