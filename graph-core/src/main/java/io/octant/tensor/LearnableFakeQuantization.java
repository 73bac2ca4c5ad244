package io.octant.tensor;

/**
 * Forward and gradients of fake quantization whose scale and zero point are learned; PyTorch's
 * {@code _fake_quantize_learnable_per_tensor_affine} and {@code …_per_channel_affine}.
 *
 * @param scale float32, [1] or [channels]
 * @param zeroPoint float32, [1] or [channels]; rounded where it is used
 * @param axis channel axis, −1 for per tensor
 * @param range integers to clamp to
 * @param gradFactor what the gradients of scale and zero point are multiplied with
 */
public record LearnableFakeQuantization(
    Tensor scale, Tensor zeroPoint, int axis, QRange range, double gradFactor) {
  /** Gradients of the input, the scale and the zero point, each of its own shape. */
  public record Gradients(Tensor input, Tensor scale, Tensor zeroPoint) {}

  /** Fake-quantizes with the zero points rounded (half to even) into the range. */
  public FakeQuantization forward(Tensor x) {
    return FakeQuantization.of(x, qparams(x, Rounding.HALF_EVEN), range);
  }

  private enum Rounding {
    HALF_EVEN,
    /** Per-tensor gradients add one half and truncate. */
    HALF_UP
  }

  private QParams qparams(Tensor x, Rounding rounding) {
    double[] scales = new double[scale.numel()];
    double[] zeroPoints = new double[scales.length];
    for (int c = 0; c < scales.length; c++) {
      float z = zeroPoint.floats()[c];
      float rounded = rounding == Rounding.HALF_EVEN ? (float) Math.rint(z) : z + 0.5f;
      scales[c] = scale.floats()[c];
      zeroPoints[c] = (long) Math.max(range.min(), Math.min(range.max(), rounded));
    }
    return axis < 0
        ? QParams.perTensor(scales[0], (long) zeroPoints[0])
        : QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, scales, zeroPoints, x.shape().axis(axis));
  }

  /**
   * Straight-through gradients. Of the scale: {@code qmin − z} or {@code qmax − z} where the
   * integer was clamped, {@code (fake(x) − x) / scale} elsewhere; of the zero point: {@code −scale}
   * where it was clamped, 0 elsewhere. Each element is float32 as in PyTorch's kernel, the
   * difference from the input rounded once; the sum over a channel is taken in double.
   */
  public Gradients backward(Tensor x, Tensor gradOutput) {
    QParams q = qparams(x, axis < 0 ? Rounding.HALF_UP : Rounding.HALF_EVEN);
    FakeQuantization fake = FakeQuantization.of(x, q, range);
    int inner = axis < 0 ? 1 : x.shape().strides()[x.shape().axis(axis)];
    double[] gradScale = new double[q.size()];
    double[] gradZeroPoint = new double[q.size()];
    float factor = (float) gradFactor;
    for (int i = 0; i < x.numel(); i++) {
      int c = i / inner % q.size();
      float s = (float) q.scale(c);
      float v = x.floats()[i];
      float dy = gradOutput.floats()[i];
      if (fake.mask().ints()[i] != 0) {
        float steps = Math.round(fake.output().floats()[i] / s);
        gradScale[c] += dy * Math.fma(steps, s, -v) * (1.0f / s) * factor;
      } else {
        int bound = v < 0 ? range.min() : range.max();
        gradScale[c] += dy * (float) (bound - q.zeroPoint(c)) * factor;
        gradZeroPoint[c] -= dy * s * factor;
      }
    }
    return new Gradients(fake.gradient(gradOutput), rounded(gradScale), rounded(gradZeroPoint));
  }

  private static Tensor rounded(double[] sums) {
    float[] out = new float[sums.length];
    for (int c = 0; c < out.length; c++) {
      out[c] = (float) sums[c];
    }
    return Tensor.of(out, out.length);
  }
}
