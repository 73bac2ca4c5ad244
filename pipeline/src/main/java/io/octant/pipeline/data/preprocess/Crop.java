package io.octant.pipeline.data.preprocess;

import io.octant.OctantException;
import java.io.Serializable;
import java.util.Arrays;

/**
 * The middle of a picture, as torchvision's {@code CenterCrop} takes it: half of what is too much
 * is cut off above and at the left, rounded half to even; half of what is missing is black there,
 * rounded down.
 */
public record Crop(int height, int width) implements Serializable {
  public Crop {
    if (height < 1 || width < 1 || height > Picture.MOST_SIDE || width > Picture.MOST_SIDE) {
      throw new OctantException(
          "Cannot crop pictures: "
              + height
              + " × "
              + width
              + ", expected 1 to "
              + Picture.MOST_SIDE);
    }
  }

  /** Copies the middle of a picture to {@code to}. */
  Picture of(Picture from, Picture to) {
    to.shape(width, height, from.channels());
    int left = start(from.width(), width);
    int top = start(from.height(), height);
    int fromX = Math.max(left, 0);
    int columns = Math.min(from.width(), left + width) - fromX;
    if (left < 0 || top < 0) {
      Arrays.fill(to.samples(), 0, to.length(), (byte) 0);
    }
    int channels = from.channels();
    for (int y = Math.max(top, 0); y < Math.min(from.height(), top + height); y++) {
      System.arraycopy(
          from.samples(),
          (y * from.width() + fromX) * channels,
          to.samples(),
          ((y - top) * width + fromX - left) * channels,
          columns * channels);
    }
    return to;
  }

  /** Where the crop begins in the picture; negative if it begins outside. */
  private static int start(int side, int crop) {
    return crop > side ? -((crop - side) / 2) : (int) Math.rint((side - crop) / 2.0);
  }
}
