package io.octant.pipeline.data.preprocess;

import io.octant.OctantException;
import java.util.List;
import java.util.Optional;

/**
 * From an encoded picture (JPEG or PNG) to a model input, in this order: decode, turn upright, pad,
 * resize, crop, {@code value · scale + offset}, normalize, lay out. Scale and offset are those of
 * the column.
 *
 * @param stored where the encoded pictures are
 * @param square one or none, with a value for each channel
 * @param resize one or none
 * @param crop one or none
 * @param normalize one or none, with a mean for each channel
 */
public record PictureSteps(
    Stored stored,
    Channels channels,
    Orientation orientation,
    List<Square> square,
    List<Resize> resize,
    List<Crop> crop,
    List<Normalize> normalize,
    Layout layout)
    implements Preprocessing {

  public PictureSteps {
    square = List.copyOf(square);
    resize = List.copyOf(resize);
    crop = List.copyOf(crop);
    normalize = List.copyOf(normalize);
    for (Normalize n : normalize) {
      if (n.mean().size() != channels.count()) {
        throw new OctantException(
            "Cannot normalize "
                + channels
                + " pictures: "
                + n.mean().size()
                + " means, expected "
                + channels.count());
      }
    }
    for (Square s : square) {
      if (s.color().size() != channels.count()) {
        throw new OctantException(
            "Cannot pad "
                + channels
                + " pictures with "
                + s.color()
                + ", expected "
                + channels.count()
                + " values");
      }
    }
  }

  /** Optional steps, of pictures inside the column. */
  public static PictureSteps of(
      Channels channels,
      Orientation orientation,
      Optional<Square> square,
      Optional<Resize> resize,
      Optional<Crop> crop,
      Optional<Normalize> normalize,
      Layout layout) {
    return new PictureSteps(
        Stored.INSIDE,
        channels,
        orientation,
        square.stream().toList(),
        resize.stream().toList(),
        crop.stream().toList(),
        normalize.stream().toList(),
        layout);
  }

  /** The same steps of pictures that are stored elsewhere. */
  public PictureSteps withStored(Stored other) {
    return new PictureSteps(other, channels, orientation, square, resize, crop, normalize, layout);
  }

  /**
   * What does not fit in a model input of a shape; empty if pictures of some size fill it.
   *
   * @param dims of one sample
   */
  public Optional<String> misfit(List<Integer> dims) {
    boolean planes = layout == Layout.NCHW;
    if (dims.size() != 3 || dims.get(planes ? 0 : 2) != channels.count()) {
      return Optional.of(
          channels.count() + (channels.count() == 1 ? " channel" : " channels") + " as " + layout);
    }
    int height = dims.get(planes ? 1 : 0);
    int width = dims.get(planes ? 2 : 1);
    for (Crop c : crop) {
      return c.height() == height && c.width() == width
          ? Optional.empty()
          : Optional.of("pictures cropped to " + c.height() + " × " + c.width());
    }
    for (Resize r : resize) {
      if (r.isExact() && (r.height() != height || r.width() != width)) {
        return Optional.of("pictures resized to " + r.height() + " × " + r.width());
      }
    }
    boolean isExact = resize.stream().anyMatch(Resize::isExact);
    return !square.isEmpty() && !isExact && height != width
        ? Optional.of("pictures padded to a square")
        : Optional.empty();
  }
}
