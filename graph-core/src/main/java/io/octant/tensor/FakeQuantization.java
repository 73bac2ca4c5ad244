package io.octant.tensor;

import java.util.Arrays;

/**
 * A tensor rounded to what quantization would leave of it, with what the straight-through gradient
 * needs; PyTorch's {@code fake_quantize_per_tensor_affine} and {@code
 * fake_quantize_per_channel_affine}. Integers are found in float32; the way back is rounded once,
 * which shows with float zero points.
 *
 * @param output float32, the shape of the input: {@code (q − zeroPoint) · scale}
 * @param mask bool, the shape of the input: 1 where the integer lay within the range before it was
 *     clamped
 */
public record FakeQuantization(Tensor output, Tensor mask) {
  /**
   * Forward pass. NaN gives 0 and is outside the mask.
   *
   * @param x float32, any shape
   * @throws io.octant.OctantException if the parameters do not fit the tensor, or a zero point is
   *     outside the range
   */
  public static FakeQuantization of(Tensor x, QParams qparams, QRange range) {
    Quantizer.requireFit(x.shape(), qparams, range);
    float[] src = x.floats();
    float[] out = new float[src.length];
    int[] mask = new int[src.length];
    boolean floatZeroPoint = Quantizer.hasFloatZeroPoint(qparams);
    new Channels(x.shape(), qparams.axis())
        .forEachRun(
            (c, from, to) -> {
              float s = (float) qparams.scale(c);
              float z = (float) qparams.zeroPoint(c);
              for (int i = from; i < to; i++) {
                float scaled = src[i] * (1.0f / s);
                float q =
                    floatZeroPoint ? (float) Math.rint(scaled + z) : (float) Math.rint(scaled) + z;
                if (!Float.isNaN(q)) {
                  mask[i] = q >= range.min() && q <= range.max() ? 1 : 0;
                  double shifted = Math.max(range.min(), Math.min(range.max(), q)) - (double) z;
                  out[i] = (float) (shifted * s);
                }
              }
            });
    return new FakeQuantization(
        Tensor.of(DType.FLOAT32, x.shape(), out), Tensor.of(DType.BOOL, x.shape(), mask));
  }

  /** No quantization: the output is the input, and every gradient passes. */
  public static FakeQuantization identity(Tensor x) {
    int[] ones = new int[x.numel()];
    Arrays.fill(ones, 1);
    return new FakeQuantization(x, Tensor.of(DType.BOOL, x.shape(), ones));
  }

  /** Straight-through gradient: that of the output where the mask is 1, else 0. */
  public Tensor gradient(Tensor gradOutput) {
    float[] g = gradOutput.floats();
    float[] dx = new float[g.length];
    for (int i = 0; i < g.length; i++) {
      dx[i] = mask.ints()[i] != 0 ? g[i] : 0.0f;
    }
    return Tensor.of(DType.FLOAT32, gradOutput.shape(), dx);
  }
}
