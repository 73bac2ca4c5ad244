package io.octant.nn.shape;

import io.octant.OctantException;
import io.octant.graph.TorchType;
import io.octant.graph.Tuple;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Sizes;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Interpolation;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Resizes the spatial axes of [N, C, spatial…] by a factor or to a size. */
@TorchType("torch.nn.Upsample")
public class Upsample extends UnaryModule {
  private final UpsampleSettings settings;
  private final Interpolation.Mode mode;

  /** A resizing as the settings say. */
  public Upsample(UpsampleSettings settings) {
    this.settings = settings;
    this.mode = Interpolation.Mode.of(settings.mode());
  }

  /**
   * An upsampling by a factor for all axes.
   *
   * @param mode nearest, nearest-exact, linear, bilinear, bicubic, trilinear or area
   */
  public static Upsample by(double scaleFactor, String mode, Interpolation.Corners corners) {
    return new Upsample(UpsampleSettings.by(mode, scaleFactor).aligning(aligned(corners)));
  }

  /** A resizing to one size a spatial axis. */
  public static Upsample to(int[] size, String mode, Interpolation.Corners corners) {
    return new Upsample(UpsampleSettings.to(mode, size).aligning(aligned(corners)));
  }

  private static @Nullable Boolean aligned(Interpolation.Corners corners) {
    return corners == Interpolation.Corners.ALIGNED ? true : null;
  }

  @Override
  public Tensor forward(Tensor input) {
    int axes = input.shape().rank() - 2;
    if (settings.size() != null) {
      int[] size = Sizes.spread("size of a resizing", settings.size(), axes);
      return Interpolation.resize(input, size, null, mode, corners());
    }
    double[] scales = scales(axes);
    boolean recompute = Boolean.TRUE.equals(settings.recomputeScaleFactor());
    return Interpolation.resize(
        input,
        Interpolation.scaledSize(input.shape(), scales),
        recompute ? null : scales,
        mode,
        corners());
  }

  private Interpolation.Corners corners() {
    return Boolean.TRUE.equals(settings.alignCorners())
        ? Interpolation.Corners.ALIGNED
        : Interpolation.Corners.HALF_PIXEL;
  }

  private double[] scales(int axes) {
    List<Double> factors = settings.scaleFactor();
    if (factors == null || (factors.size() != 1 && factors.size() != axes)) {
      throw new OctantException(
          "Cannot resize " + axes + " axes by " + factors + ", expected one factor or " + axes);
    }
    double[] out = new double[axes];
    for (int i = 0; i < axes; i++) {
      out[i] = factors.get(factors.size() == 1 ? 0 : i);
    }
    return out;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "name",
        type().name().substring(type().name().lastIndexOf('.') + 1),
        "size",
        settings.size() == null ? null : Hyperparameters.intOrTuple(settings.size()),
        "scale_factor",
        factors(),
        "mode",
        settings.mode(),
        "align_corners",
        settings.alignCorners(),
        "recompute_scale_factor",
        settings.recomputeScaleFactor());
  }

  private @Nullable Object factors() {
    List<Double> factors = settings.scaleFactor();
    return factors == null
        ? null
        : factors.size() == 1 ? factors.get(0) : new Tuple(List.copyOf(factors));
  }
}
