package io.octant.pipeline;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.output.CurrentFolder;
import io.octant.pipeline.output.CurrentResult;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/**
 * Makes a validated result the one that is used.
 *
 * <p>A date moves forward only: what is promoted for an earlier date than the current one, as by a
 * backfill, or what was current before and has been left since, stays as it is. {@link #back} is
 * how an earlier one becomes current again.
 */
public final class Promotion {
  private final Configuration hadoop;
  private final CurrentFolder folder;
  private final Mode mode;

  /** Whether anything is written. */
  public enum Mode {
    MOVE,
    ONLY_SAY
  }

  /**
   * What a promotion came to.
   *
   * @param outcome what was done, or why nothing was
   * @param subject what was promoted, or is current already; of {@link Outcome#LEFT_BEFORE} the
   *     promotion that was left
   */
  public record Done(Outcome outcome, CurrentResult subject) {}

  /** What was done. */
  public enum Outcome {
    /** It is current now. */
    MOVED,
    /** It was current before. */
    SAME,
    /** What is current is of a later date. */
    LATER_DATE,
    /** It was current and has been left since. */
    LEFT_BEFORE
  }

  /**
   * At a place.
   *
   * @param place a folder on any Hadoop file system, there or not
   */
  public Promotion(Configuration hadoop, String place, Mode mode) {
    this.hadoop = hadoop;
    this.folder = CurrentFolder.at(hadoop, place);
    this.mode = mode;
  }

  /**
   * Promotes a result after checking it, see {@link PromotionCandidate}.
   *
   * @throws DataException if it is not whole, or not validated
   * @throws io.octant.pipeline.validation.GateException if it has missed a gate
   * @throws io.octant.pipeline.output.OutputException if the place cannot be written
   */
  public Done promote(PromotionCandidate candidate) {
    CurrentResult result = candidate.check(hadoop, now());
    return move(history -> decide(history, result));
  }

  private static Done decide(List<CurrentResult> history, CurrentResult candidate) {
    if (history.isEmpty()) {
      return new Done(Outcome.MOVED, candidate.numbered(1, now(), OptionalLong.empty()));
    }
    CurrentResult current = history.get(history.size() - 1);
    if (current.isSame(candidate)) {
      return new Done(Outcome.SAME, current);
    }
    Optional<LocalDate> date = candidate.date();
    if (date.isPresent() && current.date().filter(d -> d.isAfter(date.get())).isPresent()) {
      return new Done(Outcome.LATER_DATE, current);
    }
    Optional<CurrentResult> before = history.stream().filter(candidate::isSame).findFirst();
    if (date.isPresent() && before.isPresent()) {
      return new Done(Outcome.LEFT_BEFORE, before.get());
    }
    return new Done(
        Outcome.MOVED, candidate.numbered(current.number() + 1, now(), OptionalLong.empty()));
  }

  /**
   * Makes an earlier promotion current again, as a new entry of the history.
   *
   * @param to its date, or the folder of its result; the last such promotion is taken
   * @throws DataException if there was none, or its result is no longer what it was
   */
  public Done back(String to) {
    return move(history -> decideBack(history, to));
  }

  private Done decideBack(List<CurrentResult> history, String to) {
    CurrentResult wanted = null;
    String uri = PromotionCandidate.uri(hadoop, to);
    for (CurrentResult entry : history) {
      if (entry.date().filter(d -> d.toString().equals(to)).isPresent()
          || entry.result().path().equals(uri)) {
        wanted = entry;
      }
    }
    if (wanted == null) {
      throw new DataException(
          "Cannot go back to %s at %s: never current there, expected the date or the folder of one"
                  .formatted(to, folder)
              + " of "
              + history.stream()
                  .map(e -> e.date().map(LocalDate::toString).orElse(e.result().path()))
                  .distinct()
                  .toList());
    }
    CurrentResult current = history.get(history.size() - 1);
    if (current.isSame(wanted)) {
      return new Done(Outcome.SAME, current);
    }
    PromotionCandidate.requireUnchanged(hadoop, wanted);
    return new Done(
        Outcome.MOVED,
        wanted.numbered(current.number() + 1, now(), OptionalLong.of(wanted.number())));
  }

  private Done move(Function<List<CurrentResult>, Done> decide) {
    Done[] last = new Done[] {decide.apply(folder.history())};
    if (mode == Mode.MOVE) {
      folder.move(
          history -> {
            last[0] = decide.apply(history);
            return last[0].outcome() == Outcome.MOVED
                ? Optional.of(last[0].subject())
                : Optional.empty();
          });
    }
    return last[0];
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }
}
