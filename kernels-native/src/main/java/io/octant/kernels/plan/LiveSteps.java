package io.octant.kernels.plan;

import io.octant.graph.Arguments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Leaves out the steps whose results nobody reads. */
final class LiveSteps {
  private final Set<Buffer> buffers = new HashSet<>();
  private final Set<Integer> slots = new HashSet<>();

  private LiveSteps() {}

  static List<Step> of(List<Step> steps, List<? extends Placed> outputs) {
    LiveSteps needed = new LiveSteps();
    outputs.forEach(a -> needed.slots.add(a.slot()));
    List<Step> live = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (needed.take(steps.get(i))) {
        live.add(steps.get(i));
      }
    }
    Collections.reverse(live);
    return live;
  }

  /** Whether a step is needed; its operands then are, too. */
  private boolean take(Step step) {
    if (step instanceof Step.Kernel k) {
      boolean needed =
          !(k.operands().get(k.written()) instanceof Operand.Memory m)
              || buffers.contains(m.buffer());
      if (needed) {
        for (Operand o : k.operands()) {
          if (o instanceof Operand.Memory m) {
            buffers.add(m.buffer());
          }
        }
      } else {
        k.kernel().close();
      }
      return needed;
    }
    if (step instanceof Step.Import s) {
      boolean needed = buffers.contains(s.buffer());
      if (needed) {
        slots.add(s.slot());
      }
      return needed;
    }
    if (step instanceof Step.Export s) {
      boolean needed = slots.contains(s.slot());
      if (needed) {
        buffers.add(s.buffer());
      }
      return needed;
    }
    if (step instanceof Step.Keep) {
      return true;
    }
    if (step instanceof Step.Gather g) {
      slots.add(g.slot());
      return true;
    }
    Step.Reference r = (Step.Reference) step;
    boolean needed =
        Arguments.all(r.result(), Placed.class).stream().anyMatch(a -> slots.contains(a.slot()));
    if (needed) {
      Arguments.all(r.args(), Placed.class).forEach(a -> slots.add(a.slot()));
      Arguments.all(r.kwargs(), Placed.class).forEach(a -> slots.add(a.slot()));
    }
    return needed;
  }
}
