package io.octant.nn;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Interpolation;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** Resizes the spatial axes of [N, C, spatial…] by a factor. */
@TorchType("torch.nn.Upsample")
public class Upsample extends UnaryModule {
  private final double scaleFactor;
  private final String mode;

  /**
   * An upsampling by a factor for all axes, corners not aligned.
   *
   * @param mode nearest, linear, bilinear, bicubic, trilinear
   */
  public Upsample(double scaleFactor, String mode) {
    Interpolation.Mode.of(mode);
    this.scaleFactor = scaleFactor;
    this.mode = mode;
  }

  @Override
  public Tensor forward(Tensor input) {
    double[] scales = new double[input.shape().rank() - 2];
    Arrays.fill(scales, scaleFactor);
    return Interpolation.resize(
        input,
        Interpolation.scaledSize(input, scales),
        scales,
        Interpolation.Mode.of(mode),
        Interpolation.Corners.HALF_PIXEL);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "size",
        null,
        "scale_factor",
        scaleFactor,
        "mode",
        mode,
        "align_corners",
        null,
        "recompute_scale_factor",
        null);
  }
}
