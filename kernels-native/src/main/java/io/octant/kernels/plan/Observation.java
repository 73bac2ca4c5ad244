package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.calibration.TensorStatistics;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.shape.BatchAxes;
import io.octant.shape.BatchAxis;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The observers of one graph while it is compiled: which nodes observe, where the samples are in
 * what they observe, and which accumulator each uses. A module that stands under several paths has
 * one accumulator, named by its first path in the module tree.
 */
final class Observation {
  private final GraphModule model;
  private final @Nullable BatchAxes axes;
  private final Map<Module, String> firstPath = new IdentityHashMap<>();
  private final Map<Module, Integer> indices = new IdentityHashMap<>();
  private final List<String> paths = new ArrayList<>();

  private Observation(GraphModule model, @Nullable BatchAxes axes) {
    this.model = model;
    this.axes = axes;
    model.forEachModule((path, m) -> firstPath.putIfAbsent(m, path));
  }

  /** Finds the batch axes of a graph that has observers. */
  static Observation of(GraphModule model, List<TensorSpec> inputs) {
    boolean observed =
        model.graph().nodes(n -> module(model, n) instanceof ActivationPostProcess).size() > 0;
    return new Observation(model, observed ? BatchAxes.of(model, inputs) : null);
  }

  /** The same where the batch axes are known. */
  static Observation of(GraphModule model, BatchAxes axes) {
    return new Observation(model, axes);
  }

  /** Of a graph whose observers are no accumulators. */
  static Observation none(GraphModule model) {
    return new Observation(model, null);
  }

  private static @Nullable Module module(GraphModule model, Node n) {
    return n.operation() instanceof Operation.CallModule m ? model.findModule(m.target()) : null;
  }

  boolean isObserver(Node n) {
    return module(model, n) instanceof ActivationPostProcess;
  }

  /** Whether a node changes what it observes. */
  boolean isFakeQuantize(Node n) {
    return module(model, n) instanceof FakeQuantizeModule;
  }

  /** Paths of the accumulators that were used so far. */
  List<String> paths() {
    return paths;
  }

  /**
   * Adds the step that observes a value.
   *
   * @return the value, which passes unchanged
   */
  Object observe(PlanBuilder plan, Node observer, Object value) {
    Activation given = value instanceof Tensor t ? plan.constant(t) : Call.activation(value);
    if (!given.isFloat() || axes == null || !(observer.arg(0) instanceof Node observed)) {
      throw new OctantException("Cannot observe " + given + ", expected a float32 tensor");
    }
    if (axes.isCovered(model, observer)) {
      return value;
    }
    Activation src = plan.dense(given);
    BatchAxis batch = axes.axis(observed);
    if (model.moduleOf(observer) instanceof MergeableObserver<?> m
        && m.statistic() != TensorStatistics.KIND) {
      plan.gather(src, path(observer), m, batch);
      return value instanceof Tensor ? value : src;
    }
    long elements = src.layout().elements();
    int accumulator = accumulator(observer);
    if (elements == 0) {
      return value instanceof Tensor ? value : src;
    }
    if (!batch.exists()) {
      plan.emit(
          "observe_shared_f32",
          () -> Kernels.observeShared(elements, Kernels.FASTEST),
          plan.memory(src),
          new Operand.Observer(accumulator, elements, true));
    } else {
      long samples = src.layout().dim(batch.axis()) / batch.blocks() / batch.rowsPerSample();
      long outer = outer(src.layout(), batch.axis()) * batch.blocks();
      plan.emit(
          "observe_f32",
          () -> Kernels.observe(outer, samples, elements / outer / samples, Kernels.FASTEST),
          plan.memory(src),
          new Operand.Observer(accumulator, elements / samples, false));
    }
    return value instanceof Tensor ? value : src;
  }

  private int accumulator(Node observer) {
    Module module = model.moduleOf(observer);
    return indices.computeIfAbsent(
        module,
        m -> {
          paths.add(path(observer));
          return paths.size() - 1;
        });
  }

  /** Names an observer. */
  private String path(Node observer) {
    return firstPath.getOrDefault(model.moduleOf(observer), observer.target());
  }

  /** Elements of the axes that memory walks slower than {@code axis}. */
  private static long outer(MemoryLayout layout, int axis) {
    long n = 1;
    for (int i = 0; i < layout.rank(); i++) {
      if (i != axis && layout.dim(i) > 1 && layout.stride(i) > layout.stride(axis)) {
        n *= layout.dim(i);
      }
    }
    return n;
  }
}
