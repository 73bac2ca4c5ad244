package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.engine.PlanStep;
import io.octant.graph.Arguments;
import io.octant.graph.Node;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.Moves;
import io.octant.kernels.binding.NativeException;
import io.octant.kernels.binding.NativeKernel;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects the steps of a plan while a graph is lowered: moves activations to where a consumer
 * needs them, finishes pending kernels, hands out slots and observers.
 */
final class PlanBuilder {
  private final List<Step> steps = new ArrayList<>();
  private final Map<Tensor, Activation> constants = new IdentityHashMap<>();
  private final Map<Activation, List<Activation>> copies = new IdentityHashMap<>();
  private final Map<Activation, Activation> integers = new IdentityHashMap<>();
  private final Map<Activation, IntegerRange> ranges = new IdentityHashMap<>();
  private int slots;
  private String node = "";

  /** Names the node that the following steps belong to. */
  void at(Node current) {
    node = current.name();
  }

  List<Step> steps() {
    return steps;
  }

  int slots() {
    return slots;
  }

  int newSlot() {
    return slots++;
  }

  /** Frees the kernels of a plan that will not be. */
  void discard() {
    for (Step step : steps) {
      if (step instanceof Step.Kernel k) {
        k.kernel().close();
      }
    }
  }

  // ---- activations

  /** A fresh activation in native memory of its own. */
  Activation allocate(DType dtype, MemoryLayout layout, @Nullable QParams qparams) {
    return new Activation(dtype, shape(layout.dims()), qparams)
        .at(layout, Buffer.arena(layout.bytes()));
  }

  /** A fresh f32 activation in native memory of its own. */
  Activation allocate(MemoryLayout layout) {
    return allocate(DType.FLOAT32, layout, null);
  }

  /** The same memory seen through another layout. */
  Activation view(Activation of, MemoryLayout layout) {
    Activation a = resident(of);
    return new Activation(a.dtype(), shape(layout.dims()), a.qparams()).at(layout, a.buffer());
  }

  static Shape shape(long... dims) {
    int[] out = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      out[i] = Math.toIntExact(dims[i]);
    }
    return Shape.of(out);
  }

  /** A constant of the session in native memory, row-major; one a tensor. */
  Activation constant(Tensor value) {
    return constants.computeIfAbsent(
        value,
        t -> {
          Activation a = new Activation(t.dtype(), t.shape(), t.isQuantized() ? t.qparams() : null);
          MemoryLayout layout = MemoryLayout.rowMajor(a.requireElementType(), a.dims());
          return a.at(layout, Buffer.constant(layout.bytes(), t));
        });
  }

  /** An activation or constant tensor as an activation in native memory. */
  Activation resident(Object value) {
    if (value instanceof Tensor t) {
      return constant(t);
    }
    Activation a = Call.activation(value);
    finish(a);
    if (!a.isNative()) {
      MemoryLayout layout = MemoryLayout.rowMajor(a.requireElementType(), a.dims());
      Buffer buffer = Buffer.arena(layout.bytes());
      steps.add(new Step.Import(transfer("import", a), a.slot(), a, buffer));
      a.at(layout, buffer);
    }
    return a;
  }

  /** A result of the graph in a slot; one of a type that native memory lacks stays in its own. */
  Activation result(Activation a) {
    return boxed(Activation.elementType(a.dtype()) == null ? a : resident(a));
  }

  /** A constant as a result of the graph. */
  Activation result(Tensor constant) {
    if (Activation.elementType(constant.dtype()) != null) {
      return result(constant(constant));
    }
    int slot = newSlot();
    steps.add(new Step.Keep(PlanStep.folded(node, "constant"), constant, slot));
    return new Activation(constant.dtype(), constant.shape(), null).inSlot(slot);
  }

  /** The activation as a Java tensor in a slot. */
  Activation boxed(Activation a) {
    // A pending kernel that cannot be made ends in a slot.
    finish(a);
    if (a.slot() >= 0) {
      return a;
    }
    Activation dense = rowMajor(a);
    int slot = newSlot();
    steps.add(
        new Step.Export(transfer("export", dense), dense, dense.layout(), dense.buffer(), slot));
    return a.inSlot(slot);
  }

  Activation rowMajor(Object value) {
    Activation a = resident(value);
    return placed(a, MemoryLayout.rowMajor(a.layout().type(), a.dims()));
  }

  Activation channelsLast(Object value) {
    Activation a = resident(value);
    return placed(a, MemoryLayout.channelsLast(a.layout().type(), a.dims()));
  }

  /** As it is if its memory has no holes, else a dense copy in the same order. */
  Activation dense(Object value) {
    Activation a = resident(value);
    return a.layout().isDense() ? a : placed(a, a.layout().dense());
  }

  /** In the memory order of {@code model}; copied once at most. */
  Activation placed(Activation a, MemoryLayout model) {
    if (a.layout().sameMemoryOrder(model)) {
      return new Activation(a.dtype(), a.shape(), a.qparams())
          .at(a.layout().like(model), a.buffer());
    }
    List<Activation> known = copies.computeIfAbsent(a, k -> new ArrayList<>());
    for (Activation copy : known) {
      if (copy.layout().sameMemoryOrder(model)) {
        return copy;
      }
    }
    Activation copy = allocate(a.dtype(), model, a.qparams());
    copyInto(a, copy);
    known.add(copy);
    return copy;
  }

  /** Copies between activations of equal dims. */
  void copyInto(Activation from, Activation to) {
    emit(
        "copy_" + from.layout().type().name().toLowerCase(Locale.ROOT),
        () -> Moves.copy(from.layout(), to.layout()),
        memory(from),
        memory(to));
  }

  /** Remembers what a float activation was dequantized from. */
  void dequantized(Activation floats, Activation from) {
    integers.put(floats, from);
  }

  /** Remembers between which integers those of an activation lie. */
  void within(Activation x, @Nullable IntegerRange range) {
    if (range != null) {
      ranges.put(x, range);
    }
  }

  /** Between which integers those of an int32 tensor lie; null if that is not known. */
  @Nullable IntegerRange range(Object value) {
    return value instanceof Tensor t
        ? t.dtype() == DType.INT32 ? IntegerRange.of(t) : null
        : value instanceof Activation a ? ranges.get(a) : null;
  }

  /** The 8-bit activation that a float one was dequantized from; null if it was not. */
  @Nullable Activation integersOf(Activation floats) {
    return integers.get(floats);
  }

  // ---- steps

  Operand memory(Activation a) {
    return new Operand.Memory(a.buffer(), a.layout().offsetBytes());
  }

  /** Adds a kernel; its last operand is what it writes. */
  void emit(String operator, Supplier<NativeKernel> kernel, Operand... operands) {
    add(
        List.of(node),
        operator,
        new Pending.Made(kernel.get(), ""),
        List.of(operands),
        operands.length - 1);
  }

  /** An operand that is a block of memory as it is. */
  static Operand whole(Buffer buffer) {
    return new Operand.Memory(buffer, 0);
  }

  private void add(
      List<String> nodes, String operator, Pending.Made made, List<Operand> operands, int written) {
    NativeKernel kernel = made.kernel();
    long bytes = kernel.constantBytes();
    for (Operand operand : operands) {
      bytes += operand instanceof Operand.Memory m ? m.buffer().bytes() : 0;
    }
    PlanStep shown =
        new PlanStep(
            nodes,
            operator,
            PlanStep.Kernel.NATIVE,
            made.reason(),
            kernel.implementation(),
            new PlanStep.Work(kernel.multiplyAdds(), kernel.isInteger(), bytes));
    steps.add(new Step.Kernel(shown, kernel, operands, written));
  }

  /** A copy between native memory and a Java tensor. */
  private static PlanStep transfer(String operator, Activation a) {
    return new PlanStep(
        List.of(),
        operator,
        PlanStep.Kernel.NATIVE,
        "",
        "java",
        new PlanStep.Work(0, false, 2L * a.requireElementType().bytes() * a.shape().numel()));
  }

  /** Leaves a kernel pending; its value is an activation that anyone may ask for. */
  Activation defer(
      Call call, Pending kernel, DType dtype, MemoryLayout layout, @Nullable QParams qparams) {
    Activation result = new Activation(dtype, shape(layout.dims()), qparams);
    result.awaits(layout, kernel);
    kernel.stage(call, result);
    return result;
  }

  /** Joins a call to the pending kernel of its input; the caller has added the post-operation. */
  Activation join(Call call, Activation input) {
    return join(call, input, input.qparams());
  }

  /** Joins a call whose result has parameters of its own. */
  Activation join(Call call, Activation input, @Nullable QParams qparams) {
    Pending kernel = input.pending();
    if (kernel == null) {
      throw new IllegalStateException("Cannot join " + call.node() + ": nothing is pending");
    }
    Activation result = new Activation(input.dtype(), input.shape(), qparams);
    result.awaits(input.layout(), kernel);
    kernel.stage(call, result);
    return result;
  }

  /** Emits the pending kernel of an activation, or its calls on the reference operators. */
  private void finish(Activation a) {
    Pending pending = a.pending();
    if (pending == null) {
      return;
    }
    List<String> nodes = pending.stages().stream().map(s -> s.call().node().name()).toList();
    List<Operand> operands = new ArrayList<>();
    pending.sources().forEach(s -> operands.add(memory(s)));
    Pending.Made made;
    try {
      made = pending.create();
    } catch (UnsupportedKernelException e) {
      if (!oneByOne(a, pending, nodes)) {
        pending.stages().forEach(s -> reference(s.call(), s.result(), e.reason()));
      }
      return;
    } catch (NativeException e) {
      throw new OctantException(
          "Cannot make kernel " + pending.operator() + " of " + nodes + ": " + e.getMessage(), e);
    }
    a.at(a.layout(), Buffer.arena(a.layout().bytes()));
    operands.add(memory(a));
    int written = operands.size() - 1;
    pending.addends().forEach(added -> operands.add(memory(added)));
    add(nodes, pending.operator(), made, operands, written);
  }

  /**
   * Emits a float kernel that does not take what has joined it, and then that as kernels of its
   * own, in place.
   *
   * @return whether each of them has a kernel
   */
  private boolean oneByOne(Activation a, Pending pending, List<String> nodes) {
    List<Pending.Part> parts;
    try {
      parts = pending.parts();
    } catch (UnsupportedKernelException e) {
      return false;
    }
    if (parts.isEmpty()) {
      return false;
    }
    a.at(a.layout(), Buffer.arena(a.layout().bytes()));
    for (Pending.Part part : parts) {
      List<Operand> operands = new ArrayList<>();
      (part.first() ? pending.sources() : List.of(a)).forEach(s -> operands.add(memory(s)));
      if (part.operand() != null) {
        operands.add(memory(part.operand()));
      }
      operands.add(memory(a));
      add(
          nodes,
          part.operator(),
          new Pending.Made(part.kernel(), ""),
          operands,
          operands.size() - 1);
    }
    return true;
  }

  /** A parameter or buffer as it is when a run reaches this step. */
  Activation attribute(String path, Tensor now) {
    Activation out = new Activation(now.dtype(), now.shape(), null).inSlot(newSlot());
    steps.add(new Step.Attribute(host("attribute"), path, out.slot()));
    return out;
  }

  /**
   * Runs Java on tensors and small blocks of native memory.
   *
   * @param results what it returns, in no place yet
   */
  void host(
      String operator,
      List<Activation> inputs,
      List<Buffer> reads,
      List<Buffer> writes,
      List<Activation> results,
      Step.HostWork work) {
    List<Integer> slots = inputs.stream().map(a -> boxed(a).slot()).toList();
    List<Integer> filled = results.stream().map(r -> r.inSlot(newSlot()).slot()).toList();
    steps.add(new Step.Host(host(operator), slots, reads, writes, filled, work));
  }

  private PlanStep host(String operator) {
    return new PlanStep(
        List.of(node), operator, PlanStep.Kernel.NATIVE, "", "java", PlanStep.Work.UNKNOWN);
  }

  /** Hands a value to an observer whose statistic has no kernel. */
  void gather(Activation a, String path, MergeableObserver<?> observer, BatchAxis batch) {
    String reason = "statistics of kind " + observer.statistic().name() + " have no kernel";
    steps.add(
        new Step.Gather(
            PlanStep.reference(List.of(node), "observe", reason),
            boxed(a).slot(),
            path,
            observer,
            batch));
  }

  /** Runs a call on the reference operators; the result's tensors go to new slots. */
  void reference(Call call, Object result, String reason) {
    List<Object> args =
        call.args().stream().map(v -> Arguments.map(v, Activation.class, this::boxed)).toList();
    Map<String, Object> keywords =
        Arguments.mapValues(call.kwargs(), Activation.class, this::boxed);
    Object placed = Arguments.map(result, Activation.class, r -> r.inSlot(newSlot()));
    steps.add(
        new Step.Reference(
            PlanStep.reference(List.of(call.node().name()), call.node().target(), reason),
            call,
            args,
            keywords,
            placed));
  }
}
