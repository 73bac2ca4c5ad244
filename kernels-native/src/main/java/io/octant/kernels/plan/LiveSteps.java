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

  private final boolean live;

  private LiveSteps(boolean live) {
    this.live = live;
  }

  /**
   * The steps that are needed.
   *
   * @param live whether modules are moved by being called
   */
  static List<Step> of(List<Step> steps, List<? extends Placed> outputs, boolean live) {
    LiveSteps needed = new LiveSteps(live);
    outputs.forEach(a -> needed.slots.add(a.slot()));
    List<Step> kept = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (needed.take(steps.get(i))) {
        kept.add(steps.get(i));
      }
    }
    Collections.reverse(kept);
    return kept;
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
    if (step instanceof Step.Attribute a) {
      return slots.contains(a.slot());
    }
    if (step instanceof Step.Host h) {
      slots.addAll(h.slots());
      buffers.addAll(h.reads());
      return true;
    }
    if (step instanceof Step.Gather g) {
      slots.add(g.slot());
      return true;
    }
    Step.Reference r = (Step.Reference) step;
    boolean needed =
        (live && r.call().isModule())
            || Arguments.all(r.result(), Placed.class).stream()
                .anyMatch(a -> slots.contains(a.slot()));
    if (needed) {
      Arguments.all(r.args(), Placed.class).forEach(a -> slots.add(a.slot()));
      Arguments.all(r.kwargs(), Placed.class).forEach(a -> slots.add(a.slot()));
    }
    return needed;
  }
}
