package io.octant.pipeline.calibration;

import io.octant.pipeline.evaluation.EvaluationTotals;
import io.octant.pipeline.output.WholeFolder;
import io.octant.pipeline.output.WholeFolder.Entry;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What lies in a folder of kept states or totals, told apart by kind and age. Files that are not
 * named as such are neither counted nor touched.
 *
 * @param shares by kind; of a kind that is not there none
 */
public record StateSweep(SortedMap<Kind, Share> shares) {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /** A file under way is written in less; what is older was left by a writer that died. */
  public static final Duration WRITING = Duration.ofHours(1);

  /** What is kept. */
  public enum Kind {
    /** Calibration states of splits. */
    STATES(KeptSplit.EXTENSION),
    /** Evaluation totals of splits. */
    TOTALS(EvaluationTotals.EXTENSION),
    /** Files that their writers have not finished. */
    PARTS("");

    private final String extension;

    Kind(String extension) {
      this.extension = extension;
    }

    private static Optional<Kind> of(Entry file) {
      if (file.isPart()) {
        return Optional.of(PARTS);
      }
      return Stream.of(STATES, TOTALS)
          .filter(kind -> !file.isFolder() && kind.names(file.name()))
          .findFirst();
    }

    private boolean names(String file) {
      return file.endsWith(extension)
          && DIGEST.matcher(file.substring(0, file.length() - extension.length())).matches();
    }
  }

  /**
   * Files of one kind.
   *
   * @param old those older than asked for; of unfinished ones, older than {@link #WRITING}
   * @param oldBytes how large they are together
   * @param left those that are not
   * @param leftBytes how large they are together
   */
  public record Share(long old, long oldBytes, long left, long leftBytes) {
    private Share plus(Share o) {
      return new Share(old + o.old, oldBytes + o.oldBytes, left + o.left, leftBytes + o.leftBytes);
    }
  }

  /** What becomes of old files. */
  public enum Mode {
    DELETE,
    COUNT
  }

  public StateSweep {
    shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
  }

  /**
   * Goes through the folder. Runs that read or write it meanwhile come to no harm: what has gone is
   * computed again.
   *
   * @param now milliseconds since 1970
   * @param age since files were written, from which on they are old
   * @throws io.octant.OctantException if the storage fails; then what was old may still be there
   */
  public static StateSweep run(WholeFolder folder, long now, Duration age, Mode mode) {
    SortedMap<Kind, Share> shares = new TreeMap<>();
    for (String key : digests(folder, "")) {
      for (String below : digests(folder, key)) {
        String place = key + "/" + below;
        for (Entry file : folder.list(place)) {
          Optional<Kind> kind = Kind.of(file);
          if (kind.isPresent()) {
            Duration limit = kind.get() == Kind.PARTS ? WRITING : age;
            boolean isOld = now - file.modified() > limit.toMillis();
            shares.merge(
                kind.get(),
                isOld ? new Share(1, file.bytes(), 0, 0) : new Share(0, 0, 1, file.bytes()),
                Share::plus);
            if (isOld && mode == Mode.DELETE) {
              folder.delete(place + "/" + file.name());
            }
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
    return new StateSweep(shares);
  }

  private static List<String> digests(WholeFolder folder, String below) {
    return folder.list(below).stream()
        .filter(Entry::isFolder)
        .map(Entry::name)
        .filter(name -> DIGEST.matcher(name).matches())
        .toList();
  }
}
