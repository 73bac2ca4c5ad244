package io.octant.pipeline.execution;

import io.octant.calibration.MixedNumerics;
import io.octant.calibration.Numerics;
import io.octant.engine.InstructionSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;

/** Whether executors compute float sums that agree to the last bit. */
public final class ExecutorAgreement {
  private ExecutorAgreement() {}

  /**
   * Refuses executors of different numerics unless they are accepted.
   *
   * @throws ExecutorException naming every executor, what it computes with, and the key to set
   */
  public static void require(SortedSet<ExecutorIdentity> executors, MixedNumerics mixed) {
    Map<Numerics, List<String>> names = new TreeMap<>();
    for (ExecutorIdentity e : executors) {
      names.computeIfAbsent(e.numerics(), n -> new ArrayList<>()).add(e.name());
    }
    if (names.size() > 1 && mixed == MixedNumerics.REFUSE) {
      List<String> groups = new ArrayList<>();
      names.forEach((n, who) -> groups.add(n + " on executor " + String.join(", ", who)));
      throw new ExecutorException(
          "Cannot calibrate on executors whose float sums differ: "
              + String.join("; ", groups)
              + ", expected one kind; "
              + remedy(names.keySet())
              + "execution.mixedNumerics = accept merges what they see and reports it as mixed");
    }
  }

  /** A cap helps if it is all that differs. */
  private static String remedy(Collection<Numerics> numerics) {
    boolean onlyIsa =
        numerics.stream()
                .map(n -> new Numerics(n.engine(), "", n.library(), n.caches(), n.kernels()))
                .distinct()
                .count()
            == 1;
    List<Optional<InstructionSet>> sets =
        numerics.stream().map(n -> InstructionSet.find(n.isa())).distinct().toList();
    if (sets.size() < 2 || sets.contains(Optional.<InstructionSet>empty())) {
      return "";
    }
    return InstructionSet.common(sets.stream().map(Optional::orElseThrow).toList())
        .map(
            isa ->
                "execution.isa = "
                    + isa.spelled()
                    + (onlyIsa
                        ? " makes them alike, "
                        : " makes their instruction sets alike, not the rest, "))
        .orElse("");
  }
}
