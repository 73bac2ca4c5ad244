package io.octant.jobs.report;

import io.octant.pipeline.Promotion;
import io.octant.pipeline.output.CurrentResult;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** What a person wants to know of a promotion, and of what is current. */
public final class PromotionText {
  private PromotionText() {}

  /**
   * What a promotion came to, in lines.
   *
   * @param place where, as it was given
   * @param onlySaid whether nothing was to be written
   */
  public static String of(String place, Promotion.Done done, boolean onlySaid) {
    CurrentResult subject = done.subject();
    String numbered = "number " + subject.number() + date(subject, ", ");
    return switch (done.outcome()) {
      case MOVED ->
          (onlySaid ? "Would promote" : "Promoted")
              + " at "
              + place
              + ":\n"
              + of(subject)
              + (subject.gates().isEmpty() ? "No gates were set: see validation.*\n" : "");
      case SAME -> "Nothing to do: " + place + " has this result already (" + numbered + ")\n";
      case LATER_DATE ->
          "Nothing to do: " + place + " has the result of a later date (" + numbered + ")\n";
      case LEFT_BEFORE ->
          "Nothing to do: this result was current before (%s) and has been left since;"
                  .formatted(numbered)
              + " --to "
              + subject.date().map(LocalDate::toString).orElse(subject.result().path())
              + " goes back to it\n";
    };
  }

  /** One promotion, a line for each thing that it names. */
  public static String of(CurrentResult current) {
    StringBuilder text = new StringBuilder();
    line(text, "number", current.number() + date(current, " of "));
    line(text, "promoted", current.promoted().toString());
    current.backTo().ifPresent(n -> line(text, "back to", "number " + n));
    line(text, "result", current.result().path());
    current.state().ifPresent(state -> line(text, "state", state.path()));
    line(text, "validation", current.validation().path());
    current
        .gates()
        .forEach(
            gate ->
                line(
                    text,
                    "gate",
                    String.format(
                        Locale.ROOT,
                        "%s %.6g, limit %.6g",
                        gate.name(),
                        gate.value(),
                        gate.threshold())));
    return text.toString();
  }

  /** All promotions, one a line, the last first. */
  public static String of(List<CurrentResult> history) {
    StringBuilder text = new StringBuilder();
    for (int i = history.size() - 1; i >= 0; i--) {
      CurrentResult entry = history.get(i);
      text.append(
          String.format(
              Locale.ROOT,
              "%6d %-10s %s %s%s%n",
              entry.number(),
              entry.date().map(LocalDate::toString).orElse("-"),
              entry.promoted(),
              entry.result().path(),
              entry.backTo().isPresent() ? " (back to " + entry.backTo().getAsLong() + ")" : ""));
    }
    return text.toString();
  }

  private static String date(CurrentResult result, String before) {
    return result.date().map(d -> before + d).orElse("");
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-11s %s%n", name, value));
  }
}
