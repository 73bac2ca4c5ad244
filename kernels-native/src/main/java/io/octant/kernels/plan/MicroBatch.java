package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.shape.BatchAxes;
import io.octant.shape.BatchAxis;
import io.octant.shape.ShapeInterpreter;
import io.octant.shape.Zeros;
import io.octant.tensor.TensorSpec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many samples of a batch a float graph computes at once.
 *
 * <p>A step of a whole batch writes tens of megabytes, which the next step reads from memory; those
 * of a few samples stay in a cache. Where samples do not touch each other, a batch is therefore run
 * in parts. 8-bit graphs move a quarter of the bytes, and what each step costs in itself counts for
 * more: they run whole.
 */
final class MicroBatch {
  /** What the largest value of a part may take, in bytes: more than a second-level cache. */
  private static final long BYTES = 2 << 20;

  /** Fewer leave too little to a step that multiplies matrices. */
  private static final int FEWEST = 2;

  private final GraphModule model;
  private final List<TensorSpec> inputs;
  private final int batch;

  private MicroBatch(GraphModule model, List<TensorSpec> inputs) {
    this.model = model;
    this.inputs = inputs;
    this.batch = TensorSpec.batch(inputs);
  }

  /**
   * A part of a batch.
   *
   * @param samples a divisor of the batch
   * @param axes where the samples are, in every value: the same for any number of them
   */
  record Part(int samples, List<TensorSpec> inputs, BatchAxes axes) {}

  /**
   * The part that runs at once; null where a batch is not to be divided.
   *
   * @param inputs a spec for each placeholder, in order
   */
  static @Nullable Part findPart(GraphModule model, List<TensorSpec> inputs) {
    return new MicroBatch(model, inputs).findPart();
  }

  /** The inputs of a part. */
  static List<TensorSpec> inputs(List<TensorSpec> whole, int samples) {
    return whole.stream()
        .map(s -> new TensorSpec(s.name(), s.dtype(), s.shape(samples), s.batchAxis()))
        .toList();
  }

  private @Nullable Part findPart() {
    if (batch <= FEWEST || !inputs.stream().allMatch(this::isBatched) || !isPlain()) {
      return null;
    }
    Map<String, TensorSpec> whole = specs(inputs);
    int few = fittingSamples(whole.values());
    if (few == batch) {
      return null;
    }
    List<TensorSpec> fewInputs = inputs(inputs, few);
    Map<String, TensorSpec> part;
    try {
      part = specs(fewInputs);
    } catch (OctantException e) {
      return null; // it has its batch built in
    }
    BatchAxes axes = BatchAxes.of(model, inputs);
    return isSeparable(axes, whole)
            && isDivided(few, axes, whole, part)
            && !SizedValues.areUsed(model, inputs, fewInputs, axes)
        ? new Part(few, fewInputs, axes)
        : null;
  }

  private boolean isBatched(TensorSpec input) {
    return input.batchAxis() == 0 && input.shape().dim(0) == batch;
  }

  /**
   * Whether nothing but float sums happens, no node learns from or adapts to its batch, and none
   * runs a graph of its own, in which such nodes are not seen.
   */
  private boolean isPlain() {
    return model.graph().nodes(n -> !isPlain(n)).isEmpty();
  }

  private boolean isPlain(Node node) {
    if (node.operation() instanceof Operation.CallModule) {
      Module module = model.moduleOf(node);
      return !module.isTraining()
          && !(module instanceof FakeQuantizeModule)
          && module.children().values().stream().noneMatch(GraphModule.class::isInstance)
          && !module.type().name().contains("quantized");
    }
    return !node.operation().target().contains("quantize");
  }

  private int fittingSamples(Collection<TensorSpec> values) {
    long largest = 1;
    for (TensorSpec value : values) {
      largest = Math.max(largest, bytes(value));
    }
    long fitting = Math.max(FEWEST, BYTES * batch / largest);
    int samples = (int) Math.min(batch, fitting);
    while (batch % samples != 0) {
      samples--;
    }
    return samples < FEWEST ? batch : samples;
  }

  private static long bytes(TensorSpec value) {
    return value.dtype().isFloatingPoint() ? 4L * value.shape().numel() : 0;
  }

  /** The tensors of the graph by node. */
  private Map<String, TensorSpec> specs(List<TensorSpec> of) {
    Map<String, TensorSpec> out = new LinkedHashMap<>();
    ShapeInterpreter.specs(
            model.copyGraphModule(), of.stream().map(s -> Zeros.of(s.dtype(), s.shape())).toArray())
        .values()
        .forEach(s -> out.put(s.name(), s));
    return out;
  }

  /** Whether every value holds the samples apart, those of the outputs one behind the other. */
  private boolean isSeparable(BatchAxes axes, Map<String, TensorSpec> values) {
    return model.graph().nodes(n -> axes.isAmbiguous(n) || isSeenOnce(n, axes)).isEmpty()
        && model.graph().outputNode().inputs().stream()
            .allMatch(
                n -> {
                  BatchAxis axis = axes.find(n);
                  TensorSpec value = values.get(n.name()); // none of a tuple or a late shape
                  return axis != null
                      && axis.axis() == 0
                      && axis.blocks() == 1
                      && value != null
                      && !value.dtype().isQuantized();
                });
  }

  /** Whether every value of a part is that part of the whole, also where outputs do not tell. */
  private boolean isDivided(
      int samples, BatchAxes axes, Map<String, TensorSpec> whole, Map<String, TensorSpec> part) {
    for (Node node : model.graph()) {
      BatchAxis axis = axes.find(node);
      TensorSpec w = whole.get(node.name());
      TensorSpec p = part.get(node.name());
      if (w != null
          && axis != null
          && axis.exists()
          && (p == null || !follows(w, p, axis, samples))) {
        return false;
      }
    }
    return true;
  }

  private boolean follows(TensorSpec whole, TensorSpec part, BatchAxis axis, int samples) {
    int a = axis.axis();
    return whole.shape().rank() == part.shape().rank()
        && a < whole.shape().rank()
        && whole.shape().withDim(a, 1).equals(part.shape().withDim(a, 1))
        && whole.shape().dim(a) == axis.size(batch)
        && part.shape().dim(a) == axis.size(samples);
  }

  /** Whether a node observes what all samples share, which counts once a batch. */
  private boolean isSeenOnce(Node node, BatchAxes axes) {
    BatchAxis axis = axes.find(node);
    return node.operation() instanceof Operation.CallModule
        && model.moduleOf(node) instanceof ActivationPostProcess
        && axis != null
        && !axis.exists();
  }
}
