package io.octant.onnx.operator;

import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The content of a constant float32 weight.
 *
 * @param value the numbers
 * @param quantized the integers that {@code value} was dequantized from, null if it never was
 */
record WeightValue(Tensor value, @Nullable Tensor quantized) {
  private static final int TILE = 16;

  /** The weight at an input; empty if it is missing, computed, or not float32. */
  static Optional<WeightValue> of(Inputs in, int index) {
    if (!in.isConstant(index)) {
      return Optional.empty();
    }
    Tensor t = in.constant(index);
    return t.dtype() == DType.FLOAT32
        ? Optional.of(new WeightValue(t, in.get(index).quantized()))
        : Optional.empty();
  }

  Shape shape() {
    return value.shape();
  }

  /** A matrix with rows and columns swapped. */
  WeightValue transposed() {
    int rows = shape().dim(0);
    int columns = shape().dim(1);
    float[] from = value.floats();
    float[] floats = new float[from.length];
    for (int r0 = 0; r0 < rows; r0 += TILE) { // tiles that stay in cache
      int r1 = Math.min(r0 + TILE, rows);
      for (int c = 0; c < columns; c++) {
        for (int r = r0; r < r1; r++) {
          floats[c * rows + r] = from[r * columns + c];
        }
      }
    }
    Tensor q = quantized;
    Tensor flipped = null;
    if (q != null) {
      int[] ints = new int[q.numel()];
      for (int i = 0; i < ints.length; i++) {
        ints[i % columns * rows + i / columns] = q.ints()[i];
      }
      QParams p = q.qparams();
      QParams swapped =
          p.isPerChannel()
              ? QParams.perChannel(p.scheme(), p.scales(), p.zeroPoints(), 1 - p.axis())
              : p;
      flipped = Tensor.quantized(q.dtype(), Shape.of(columns, rows), ints, swapped);
    }
    return new WeightValue(Tensor.of(floats, columns, rows), flipped);
  }

  /** The weight times a number; a number other than 1 gives up the integers. */
  WeightValue scaled(float factor) {
    return factor == 1 ? this : new WeightValue(scaled(value, factor), null);
  }

  static Tensor scaled(Tensor t, float factor) {
    if (factor == 1) {
      return t;
    }
    float[] out = t.floats().clone();
    for (int i = 0; i < out.length; i++) {
      out[i] *= factor;
    }
    return Tensor.of(DType.FLOAT32, t.shape(), out);
  }
}
