package io.octant.pipeline.calibration;

import io.octant.pipeline.evaluation.EvaluationTotals;
import io.octant.pipeline.output.WholeFolder;
import io.octant.pipeline.output.WholeFolder.Entry;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What lies in a folder of kept states, or of kept totals, told apart by age. Files that are not
 * named as such are neither counted nor touched.
 *
 * @param old states that are older than asked for
 * @param oldBytes how large they are together
 * @param left states that are not
 * @param leftBytes how large they are together
 */
public record StateSweep(long old, long oldBytes, long left, long leftBytes) {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /** A file under way is written in less; what is older was left by a writer that died. */
  private static final Duration WRITING = Duration.ofHours(1);

  /** What becomes of old states. */
  public enum Mode {
    DELETE,
    COUNT
  }

  /**
   * Goes through the folder. Runs that read or write it meanwhile come to no harm: a state that has
   * gone is computed again.
   *
   * @param now milliseconds since 1970
   * @param age of states since they were written, from which on they are old
   * @throws io.octant.OctantException if the storage fails; then what was old may still be there
   */
  public static StateSweep run(WholeFolder folder, long now, Duration age, Mode mode) {
    StateSweep total = new StateSweep(0, 0, 0, 0);
    for (String key : digests(folder, "")) {
      for (String numerics : digests(folder, key)) {
        String place = key + "/" + numerics;
        for (Entry file : folder.list(place)) {
          long millis = now - file.modified();
          boolean isState = !file.isFolder() && isState(file.name());
          boolean isOld = isState && millis > age.toMillis();
          boolean isLeft = file.isPart() && millis > WRITING.toMillis();
          if (isState) {
            total = total.plus(file, isOld);
          }
          if ((isOld || isLeft) && mode == Mode.DELETE) {
            folder.delete(place + "/" + file.name());
          }
        }
        if (mode == Mode.DELETE) {
          folder.deleteIfEmpty(place);
        }
      }
      if (mode == Mode.DELETE) {
        folder.deleteIfEmpty(key);
      }
    }
    return total;
  }

  private static List<String> digests(WholeFolder folder, String below) {
    return folder.list(below).stream()
        .filter(Entry::isFolder)
        .map(Entry::name)
        .filter(name -> DIGEST.matcher(name).matches())
        .toList();
  }

  private static boolean isState(String name) {
    for (String extension : List.of(KeptSplit.EXTENSION, EvaluationTotals.EXTENSION)) {
      if (name.endsWith(extension)
          && DIGEST.matcher(name.substring(0, name.length() - extension.length())).matches()) {
        return true;
      }
    }
    return false;
  }

  private StateSweep plus(Entry state, boolean isOld) {
    return isOld
        ? new StateSweep(old + 1, oldBytes + state.bytes(), left, leftBytes)
        : new StateSweep(old, oldBytes, left + 1, leftBytes + state.bytes());
  }
}
