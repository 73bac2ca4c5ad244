package io.octant.pipeline.data.preprocess;

import io.octant.OctantException;
import java.io.Serializable;
import java.util.List;

/**
 * Puts a picture into the middle of a square as long as its longer side; half of an odd rest is
 * rounded down above and at the left, as {@code numpy.pad(picture, (rest // 2, rest - rest // 2))}.
 *
 * @param color of the rest, from 0 to 255 for each channel
 */
public record Square(List<Integer> color) implements Serializable {
  public Square {
    color = List.copyOf(color);
    for (int value : color) {
      if (value < 0 || value > 255) {
        throw new OctantException("Cannot pad pictures with " + color + ", expected 0 to 255");
      }
    }
  }

  /**
   * A picture that is square already, or a copy of it on the square, in {@code to}.
   *
   * @throws ValueException if the square is too large
   */
  Picture of(Picture from, Picture to) {
    int side = Math.max(from.width(), from.height());
    if (from.width() == from.height()) {
      return from;
    }
    if ((long) side * side > Picture.MOST_PIXELS) {
      throw new ValueException(
          "a picture of " + from.height() + " × " + from.width() + " pixels",
          "one whose square has up to " + Picture.MOST_PIXELS + " pixels");
    }
    int channels = from.channels();
    to.shape(side, side, channels);
    for (int i = 0; i < to.length(); i++) {
      to.samples()[i] = color.get(i % channels).byteValue();
    }
    int left = (side - from.width()) / 2;
    int top = (side - from.height()) / 2;
    int row = from.width() * channels;
    for (int y = 0; y < from.height(); y++) {
      System.arraycopy(
          from.samples(), y * row, to.samples(), ((top + y) * side + left) * channels, row);
    }
    return to;
  }
}
