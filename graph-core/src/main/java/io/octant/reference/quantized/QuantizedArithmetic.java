package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.reference.kernel.Elementwise;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;

/**
 * Addition and multiplication of quantized tensors.
 *
 * <p>Two tensors: dequantize, compute in float32, activate, requantize half to even. A tensor and a
 * number: the integers stay wherever the parameters can absorb the number, so that nothing is lost;
 * the result's parameters follow from the operand's.
 */
public final class QuantizedArithmetic {
  private QuantizedArithmetic() {}

  /** {@code post(a + b)} with broadcasting; {@code torch.ops.quantized.add}. */
  public static Tensor add(Tensor a, Tensor b, QParams out, PostOperation post) {
    return combine(a, b, Double::sum, out, post);
  }

  /** {@code post(a · b)} with broadcasting; {@code torch.ops.quantized.mul}. */
  public static Tensor multiply(Tensor a, Tensor b, QParams out, PostOperation post) {
    return combine(a, b, (x, y) -> x * y, out, post);
  }

  private static Tensor combine(
      Tensor a, Tensor b, DoubleBinaryOperator f, QParams out, PostOperation post) {
    if (a.dtype() != b.dtype()) {
      throw new OctantException(
          "Cannot combine quantized tensors: "
              + a.description()
              + " and "
              + b.description()
              + ", expected one dtype");
    }
    Tensor real =
        Elementwise.combine(
            Quantizer.dequantize(a), Quantizer.dequantize(b), f, QuantizedArithmetic::noIntegers);
    return requantize(real, a.dtype(), out, post);
  }

  private static long noIntegers(long a, long b) {
    throw new AssertionError("dequantized operands are floats");
  }

  /** Applies the activation to real values and quantizes them. */
  static Tensor requantize(Tensor real, DType dtype, QParams out, PostOperation post) {
    float scale = (float) out.scale();
    float inverse = Quantizer.inverse(out.scale());
    QRange range = QRange.of(dtype);
    float[] from = real.floats();
    int[] to = new int[from.length];
    for (int i = 0; i < to.length; i++) {
      float steps = post.apply(from[i] * inverse, scale);
      to[i] = Quantizer.quantizeThenShift(steps, 1f, out.zeroPoint(), range);
    }
    return Tensor.quantized(dtype, real.shape(), to, out);
  }

  /**
   * {@code a + c}, or its ReLU. The zero point moves by {@code rint(c / scale)}; if it would leave
   * the range, it stops at the end and the scale widens so that every value still fits.
   */
  public static Tensor addScalar(Tensor a, double c, PostOperation post) {
    QRange range = QRange.of(a.dtype());
    double scale = a.qparams().scale();
    long moved = a.qparams().zeroPoint() - (long) Math.rint(c / scale);
    if (range.contains(moved)) {
      Tensor sum = withQParams(a, a.ints(), scale, moved);
      return clampAtZero(sum, post);
    }
    int end = moved < range.min() ? range.min() : range.max();
    double wider = Math.abs((moved < end ? range.max() : range.min()) - moved) * scale;
    QParams out = QParams.perTensor(wider / (range.levels() - 1), end);
    float step = (float) scale;
    float[] real = new float[a.numel()];
    for (int i = 0; i < real.length; i++) {
      real[i] = (a.ints()[i] - moved) * step;
    }
    return requantize(Tensor.of(DType.FLOAT32, a.shape(), real), a.dtype(), out, post);
  }

  /**
   * {@code a · c}, or its ReLU. The scale is multiplied by {@code |c|}; a negative factor mirrors
   * integers and zero point; 0 gives zeros of scale 1.
   */
  public static Tensor multiplyScalar(Tensor a, double c, PostOperation post) {
    QRange range = QRange.of(a.dtype());
    int z = a.qparams().zeroPoint();
    if (c == 0) {
      return withQParams(a, new int[a.numel()], 1.0, 0);
    }
    double scale = a.qparams().scale() * Math.abs(c);
    if (c > 0) {
      return clampAtZero(withQParams(a, a.ints(), scale, z), post);
    }
    int[] mirrored = a.ints().clone();
    for (int i = 0; i < mirrored.length; i++) {
      mirrored[i] = range.min() + range.max() - mirrored[i];
    }
    return clampAtZero(withQParams(a, mirrored, scale, (long) range.min() + range.max() - z), post);
  }

  private static Tensor withQParams(Tensor a, int[] ints, double scale, long zeroPoint) {
    return Tensor.quantized(a.dtype(), a.shape(), ints, QParams.perTensor(scale, zeroPoint));
  }

  private static Tensor clampAtZero(Tensor x, PostOperation post) {
    if (post == PostOperation.NONE) {
      return x;
    }
    int z = x.qparams().zeroPoint();
    int[] out = x.ints().clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.max(out[i], z);
    }
    return Tensor.quantized(x.dtype(), x.shape(), out, x.qparams());
  }
}
