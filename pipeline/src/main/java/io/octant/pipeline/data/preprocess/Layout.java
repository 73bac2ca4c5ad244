package io.octant.pipeline.data.preprocess;

/** Where the channels of a picture stand in the model input. */
public enum Layout {
  /** One plane a channel, before rows and columns. */
  NCHW,
  /** Side by side in each pixel. */
  NHWC
}
