package io.octant.pipeline.training;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A buffer as several micro-batches leave it: one tensor as long as all leave the same, with the
 * exact sums of floats from where they do not.
 */
final class MergedTensor {
  private final Tensor first;
  private long count;
  private @Nullable ExactVector sums;

  /** Of one micro-batch. */
  MergedTensor(Tensor value) {
    this(value, 1, null);
  }

  private MergedTensor(Tensor first, long count, @Nullable ExactVector sums) {
    this.first = first;
    this.count = count;
    this.sums = sums;
  }

  /** How many micro-batches have left it. */
  long count() {
    return count;
  }

  /** Adds what so many others have left, all the same. */
  void add(Tensor value, long times) {
    add(new MergedTensor(value, times, null));
  }

  /** Adds what others have left. */
  void add(MergedTensor other) {
    if (sums != null || other.sums != null || !first.equals(other.first)) {
      ExactVector mine = differing(this);
      mine.add(differing(other));
      sums = mine;
    }
    count += other.count;
  }

  private static ExactVector differing(MergedTensor one) {
    if (one.sums != null) {
      return one.sums;
    }
    boolean adds = one.first.dtype() == DType.FLOAT32 || one.first.dtype() == DType.FLOAT64;
    ExactVector out = new ExactVector(adds ? one.first.numel() : 0);
    for (int i = 0; i < out.size(); i++) {
      out.add(i, one.first.doubleAt(i) * one.count);
    }
    return out;
  }

  /** What all have left; empty if they differ. */
  Optional<Tensor> same() {
    return sums == null ? Optional.of(first) : Optional.empty();
  }

  /** The mean, rounded to the type; empty if there is none. */
  Optional<Tensor> mean() {
    if (sums == null) {
      return Optional.of(first);
    }
    if (sums.size() != first.numel()) {
      return Optional.empty();
    }
    double[] out = new double[sums.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = sums.mean(i, count);
      if (!Double.isFinite(out[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(Values.tensor(first.dtype(), first.shape(), out));
  }

  Tensor first() {
    return first;
  }

  void write(ByteSink out) {
    out.varint(count);
    out.u8(sums == null ? 0 : 1);
    if (sums != null) {
      sums.write(out);
    }
  }

  static MergedTensor read(ByteSource in, Tensor first) {
    long count = in.varint();
    return new MergedTensor(first, count, in.u8() == 0 ? null : ExactVector.read(in));
  }
}
