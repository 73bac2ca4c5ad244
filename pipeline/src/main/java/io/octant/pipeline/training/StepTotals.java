package io.octant.pipeline.training;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.safetensors.SafetensorsFile;
import io.octant.safetensors.SafetensorsWriter;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What micro-batches of one step have found, added. Adding is associative and commutative. The
 * bytes live as long as a step. Not thread-safe.
 */
final class StepTotals {
  private static final int LOSS = 0;
  private static final int WEIGHT = 1;

  private final SortedMap<String, ExactVector> gradients = new TreeMap<>();
  private final SortedMap<String, MergedTensor> buffers = new TreeMap<>();
  private ExactVector sums = new ExactVector(2);
  private long microBatches;
  private long correct;
  private long labelled;
  private long nanos;
  private @Nullable Fault fault;

  /**
   * A micro-batch that has no gradient.
   *
   * @param index within the step
   */
  record Fault(int index, String found) {}

  /**
   * Adds a micro-batch.
   *
   * @param weight of its loss
   * @param moved buffers that the forward pass has replaced
   */
  void add(double loss, double weight, Map<String, Tensor> gradient, Map<String, Tensor> moved) {
    microBatches++;
    if (weight > 0) {
      sums.add(LOSS, loss * weight);
      sums.add(WEIGHT, weight);
      gradient.forEach(
          (name, g) -> {
            ExactVector sum = gradients.computeIfAbsent(name, n -> new ExactVector(g.numel()));
            for (int i = 0; i < sum.size(); i++) {
              sum.add(i, g.doubleAt(i) * weight);
            }
          });
    }
    moved.forEach((name, tensor) -> merge(name, new MergedTensor(tensor)));
  }

  /** Adds how many of the labelled samples got their label. */
  void addAnswers(long right, long all) {
    correct += right;
    labelled += all;
  }

  /** Adds a micro-batch that has no gradient. */
  void addFault(Fault found) {
    if (fault == null || found.index() < fault.index()) {
      fault = found;
    }
  }

  /** Says how long the one task took that these are of. */
  void took(long taskNanos) {
    nanos = taskNanos;
  }

  private void merge(String name, MergedTensor more) {
    MergedTensor known = buffers.putIfAbsent(name, more);
    if (known != null) {
      known.add(more);
    }
  }

  /** Adds what others have found. */
  void add(StepTotals other) {
    sums.add(other.sums);
    microBatches += other.microBatches;
    correct += other.correct;
    labelled += other.labelled;
    nanos = Math.max(nanos, other.nanos);
    if (other.fault != null) {
      addFault(other.fault);
    }
    other.gradients.forEach(
        (name, sum) -> {
          ExactVector known = gradients.putIfAbsent(name, sum);
          if (known != null) {
            known.add(sum);
          }
        });
    other.buffers.forEach(this::merge);
  }

  /** The loss of the step: the mean of those of micro-batches by their weights. */
  double loss() {
    return sums.mean(LOSS, weight());
  }

  /** What the losses of all micro-batches count for together. */
  double weight() {
    return sums.mean(WEIGHT, 1);
  }

  long microBatches() {
    return microBatches;
  }

  long correct() {
    return correct;
  }

  long labelled() {
    return labelled;
  }

  /** The longest that a task has computed. */
  long nanos() {
    return nanos;
  }

  /** The first micro-batch that has no gradient. */
  Optional<Fault> fault() {
    return Optional.ofNullable(fault);
  }

  /** Sums of gradients by the weights of losses, by parameter. */
  SortedMap<String, ExactVector> gradients() {
    return gradients;
  }

  /** Buffers by name that any micro-batch has replaced. */
  SortedMap<String, MergedTensor> buffers() {
    return buffers;
  }

  byte[] toBytes() {
    ByteSink out = new ByteSink();
    sums.write(out);
    out.varint(microBatches);
    out.varint(correct);
    out.varint(labelled);
    out.i64(nanos);
    out.u8(fault == null ? 0 : 1);
    if (fault != null) {
      out.varint(fault.index());
      out.text(fault.found());
    }
    out.varint(gradients.size());
    gradients.forEach(
        (name, sum) -> {
          out.text(name);
          sum.write(out);
        });
    Map<String, Tensor> firsts = new TreeMap<>();
    buffers.forEach((name, merged) -> firsts.put(name, merged.first()));
    out.block(SafetensorsWriter.toBytes("of a step", firsts));
    buffers.values().forEach(merged -> merged.write(out));
    return out.toBytes();
  }

  static StepTotals fromBytes(byte[] bytes) {
    ByteSource in = new ByteSource("totals of a step", bytes);
    StepTotals out = new StepTotals();
    out.sums = ExactVector.read(in);
    out.microBatches = in.varint();
    out.correct = in.varint();
    out.labelled = in.varint();
    out.nanos = in.i64();
    if (in.u8() != 0) {
      out.fault = new Fault((int) in.varint(), in.text());
    }
    for (int n = in.count(1); n > 0; n--) {
      out.gradients.put(in.text(), ExactVector.read(in));
    }
    SafetensorsFile firsts = SafetensorsFile.parse("of a step", in.block());
    for (Map.Entry<String, Tensor> first : new TreeMap<>(firsts.tensors()).entrySet()) {
      out.buffers.put(first.getKey(), MergedTensor.read(in, first.getValue()));
    }
    in.requireEnd();
    return out;
  }
}
