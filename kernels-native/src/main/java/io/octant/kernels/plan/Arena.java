package io.octant.kernels.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each buffer of a plan lies in a context's memory. Buffers whose lives do not overlap share
 * places; the largest choose first, each takes the lowest gap that fits. Offsets are multiples of
 * 64 bytes. Scratch memory of kernels lies behind all buffers.
 */
final class Arena {
  private static final long ALIGNMENT = 64;

  private static final class Life {
    final Buffer buffer;
    int first;
    int last;
    long offset = -1;

    Life(Buffer buffer, int step) {
      this.buffer = buffer;
      this.first = step;
      this.last = step;
    }

    boolean overlaps(Life other) {
      return first <= other.last && other.first <= last;
    }

    long end() {
      return offset + aligned(buffer.bytes());
    }
  }

  private final Map<Buffer, Long> offsets = new IdentityHashMap<>();
  private final long scratchOffset;
  private final long bytes;

  private Arena(List<Life> lives, long scratchBytes) {
    long end = 0;
    for (Life l : lives) {
      offsets.put(l.buffer, l.offset);
      end = Math.max(end, l.end());
    }
    scratchOffset = end;
    bytes = end + aligned(scratchBytes);
  }

  static Arena of(List<Step> steps) {
    Map<Buffer, Life> lives = new IdentityHashMap<>();
    List<Life> inOrder = new ArrayList<>();
    long scratch = 0;
    for (int i = 0; i < steps.size(); i++) {
      for (Buffer b : buffers(steps.get(i))) {
        if (b.constant() == null) {
          int step = i;
          Life life = lives.get(b);
          if (life == null) {
            life = new Life(b, step);
            lives.put(b, life);
            inOrder.add(life);
          }
          life.last = step;
        }
      }
      if (steps.get(i) instanceof Step.Kernel k) {
        scratch = Math.max(scratch, k.kernel().scratchBytes());
      }
    }
    place(inOrder);
    return new Arena(inOrder, scratch);
  }

  static List<Buffer> buffers(Step step) {
    List<Buffer> out = new ArrayList<>();
    if (step instanceof Step.Kernel k) {
      for (Operand o : k.operands()) {
        if (o instanceof Operand.Memory m) {
          out.add(m.buffer());
        }
      }
    } else if (step instanceof Step.Import s) {
      out.add(s.buffer());
    } else if (step instanceof Step.Export s) {
      out.add(s.buffer());
    } else if (step instanceof Step.Host s) {
      out.addAll(s.reads());
      out.addAll(s.writes());
    }
    return out;
  }

  private static void place(List<Life> lives) {
    List<Life> placed = new ArrayList<>();
    List<Life> largestFirst =
        lives.stream().sorted(Comparator.comparingLong((Life l) -> -l.buffer.bytes())).toList();
    for (Life life : largestFirst) {
      long offset = 0;
      for (Life other : placed) {
        if (life.overlaps(other)
            && other.offset < offset + aligned(life.buffer.bytes())
            && offset < other.end()) {
          offset = other.end();
        }
      }
      life.offset = offset;
      placed.add(life);
      placed.sort(Comparator.comparingLong(l -> l.offset));
    }
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  long offset(Buffer buffer) {
    Long offset = offsets.get(buffer);
    if (offset == null) {
      throw new IllegalStateException("Cannot place a buffer that no step uses");
    }
    return offset;
  }

  long scratchOffset() {
    return scratchOffset;
  }

  long bytes() {
    return bytes;
  }
}
