package io.octant.nn;

import io.octant.graph.TorchType;
import io.octant.graph.Tuple;
import io.octant.reference.kernel.Interpolation;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Resizes the spatial axes of [N, C, spatial…] by a factor or to a size. */
@TorchType("torch.nn.Upsample")
public class Upsample extends UnaryModule {
  private final int @Nullable [] size;
  private final double scaleFactor;
  private final String mode;
  private final Interpolation.Corners corners;

  private Upsample(
      int @Nullable [] size, double scaleFactor, String mode, Interpolation.Corners corners) {
    Interpolation.Mode.of(mode);
    this.size = size;
    this.scaleFactor = scaleFactor;
    this.mode = mode;
    this.corners = corners;
  }

  /**
   * An upsampling by a factor for all axes.
   *
   * @param mode nearest, nearest-exact, linear, bilinear, bicubic, trilinear or area
   */
  public static Upsample by(double scaleFactor, String mode, Interpolation.Corners corners) {
    return new Upsample(null, scaleFactor, mode, corners);
  }

  /** A resizing to one size a spatial axis. */
  public static Upsample to(int[] size, String mode, Interpolation.Corners corners) {
    return new Upsample(size.clone(), 0, mode, corners);
  }

  @Override
  public Tensor forward(Tensor input) {
    if (size != null) {
      return Interpolation.resize(input, size, null, Interpolation.Mode.of(mode), corners);
    }
    double[] scales = new double[input.shape().rank() - 2];
    Arrays.fill(scales, scaleFactor);
    return Interpolation.resize(
        input,
        Interpolation.scaledSize(input, scales),
        scales,
        Interpolation.Mode.of(mode),
        corners);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Tuple sizes = size == null ? null : Hyperparameters.tuple(Arrays.stream(size).boxed().toList());
    return Hyperparameters.of(
        "size",
        sizes,
        "scale_factor",
        size == null ? scaleFactor : null,
        "mode",
        mode,
        "align_corners",
        corners == Interpolation.Corners.ALIGNED ? true : null,
        "recompute_scale_factor",
        null);
  }
}
