package io.octant.pipeline.data.preprocess;

import io.octant.OctantException;
import java.io.Serializable;

/**
 * The size that a picture gets.
 *
 * @param height of the picture; of the shorter side if {@code width} is {@link #KEEP_RATIO}
 * @param width of the picture, or {@link #KEEP_RATIO}: the longer side follows, its fraction cut
 *     off, as torchvision's {@code Resize} with one number does
 */
public record Resize(int height, int width, Interpolation interpolation) implements Serializable {
  /** The width of a resize by the shorter side. */
  public static final int KEEP_RATIO = 0;

  public Resize {
    if (height < 1
        || (width < 1 && width != KEEP_RATIO)
        || height > Picture.MOST_SIDE
        || width > Picture.MOST_SIDE) {
      throw new OctantException(
          "Cannot resize pictures: "
              + height
              + " × "
              + width
              + ", expected 1 to "
              + Picture.MOST_SIDE);
    }
  }

  /** By the shorter side. */
  public static Resize shorter(int size, Interpolation interpolation) {
    return new Resize(size, KEEP_RATIO, interpolation);
  }

  boolean isExact() {
    return width != KEEP_RATIO;
  }

  /** The width that a picture gets. */
  int widthOf(Picture picture) {
    return isExact() ? width : side(picture.width(), picture.height());
  }

  /** The height that a picture gets. */
  int heightOf(Picture picture) {
    return isExact() ? height : side(picture.height(), picture.width());
  }

  private int side(int side, int other) {
    return side <= other ? height : (int) Math.min((double) height * side / other, 1 << 30);
  }
}
