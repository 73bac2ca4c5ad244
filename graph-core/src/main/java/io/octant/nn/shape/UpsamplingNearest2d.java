package io.octant.nn.shape;

import io.octant.graph.TorchType;

/** Resizes [N, C, H, W] by a factor or to a size, each pixel from its nearest. */
@TorchType("torch.nn.UpsamplingNearest2d")
public class UpsamplingNearest2d extends Upsample {
  /** A resizing to the size or by the factor of the settings. */
  public UpsamplingNearest2d(UpsampleSettings settings) {
    super(settings);
  }

  /** An upsampling by one factor or one for each axis. */
  public static UpsamplingNearest2d by(Double... factors) {
    return new UpsamplingNearest2d(UpsampleSettings.by("nearest", factors));
  }

  /** A resizing to one size for both axes or one for each. */
  public static UpsamplingNearest2d to(int... size) {
    return new UpsamplingNearest2d(UpsampleSettings.to("nearest", size));
  }
}
