package io.octant.pipeline.data.preprocess;

/** What is made of the orientation that a camera writes beside a picture. */
public enum Orientation {
  /** Nothing, as Pillow's {@code open} and torchvision's datasets. */
  IGNORE,
  /** The picture is turned and mirrored upright, as Pillow's {@code exif_transpose} does. */
  EXIF
}
