package io.octant.nn.shape;

import io.octant.graph.TorchType;

/** Resizes [N, C, H, W] by a factor or to a size, bilinearly with aligned corners. */
@TorchType("torch.nn.UpsamplingBilinear2d")
public class UpsamplingBilinear2d extends Upsample {
  /**
   * A resizing to the size or by the factor of the settings; corners are aligned whatever they say.
   */
  public UpsamplingBilinear2d(UpsampleSettings settings) {
    super(settings.aligning(true));
  }

  /** An upsampling by one factor or one for each axis. */
  public static UpsamplingBilinear2d by(Double... factors) {
    return new UpsamplingBilinear2d(UpsampleSettings.by("bilinear", factors));
  }

  /** A resizing to one size for both axes or one for each. */
  public static UpsamplingBilinear2d to(int... size) {
    return new UpsamplingBilinear2d(UpsampleSettings.to("bilinear", size));
  }
}
