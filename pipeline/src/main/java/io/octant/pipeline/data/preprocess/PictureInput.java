package io.octant.pipeline.data.preprocess;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the encoded pictures of one column into one model input. Travels to the executors; keeps
 * its memory from picture to picture there. Used by one thread.
 */
public final class PictureInput implements PreparedInput {
  private static final long serialVersionUID = 1L;

  private final PictureSteps steps;
  private final int height;
  private final int width;

  /** What each sample of 8 bits becomes, for one channel after the other. */
  private final float[] values;

  private transient @Nullable PictureDecoder decoder;
  private transient @Nullable Resampler resampler;
  private transient @Nullable Picture squared;
  private transient @Nullable Picture cropped;

  /**
   * @param dims of one sample, which the steps fit
   * @param scale factor before normalization
   * @param offset summand before normalization
   */
  public PictureInput(PictureSteps steps, List<Integer> dims, double scale, double offset) {
    this.steps = steps;
    boolean planes = steps.layout() == Layout.NCHW;
    this.height = dims.get(planes ? 1 : 0);
    this.width = dims.get(planes ? 2 : 1);
    this.values = values(steps, scale, offset);
  }

  /** In double precision, rounded once. */
  private static float[] values(PictureSteps steps, double scale, double offset) {
    int channels = steps.channels().count();
    float[] values = new float[channels * 256];
    for (int c = 0; c < channels; c++) {
      for (int v = 0; v < 256; v++) {
        double value = v * scale + offset;
        for (Normalize n : steps.normalize()) {
          value = (value - n.mean().get(c)) / n.std().get(c);
        }
        values[c * 256 + v] = (float) value;
      }
    }
    return values;
  }

  /**
   * Writes a picture into a float input.
   *
   * @throws ValueException if it is none, damaged, or of another size
   */
  public void floats(byte[] encoded, float[] to, int at) {
    Picture picture = prepared(encoded);
    int channels = picture.channels();
    int plane = height * width;
    byte[] samples = picture.samples();
    boolean planes = steps.layout() == Layout.NCHW;
    for (int c = 0; c < channels; c++) {
      int step = planes ? 1 : channels;
      int target = at + (planes ? c * plane : c);
      int table = c * 256;
      for (int p = 0, i = c; p < plane; p++, i += channels) {
        to[target + p * step] = values[table + (samples[i] & 0xFF)];
      }
    }
  }

  /**
   * Writes a picture as it is into an input of bytes.
   *
   * @throws ValueException if it is none, damaged, or of another size
   */
  public void bytes(byte[] encoded, int[] to, int at) {
    Picture picture = prepared(encoded);
    int channels = picture.channels();
    int plane = height * width;
    byte[] samples = picture.samples();
    boolean planes = steps.layout() == Layout.NCHW;
    for (int c = 0; c < channels; c++) {
      int step = planes ? 1 : channels;
      int target = at + (planes ? c * plane : c);
      for (int p = 0, i = c; p < plane; p++, i += channels) {
        to[target + p * step] = samples[i] & 0xFF;
      }
    }
  }

  private Picture prepared(byte[] encoded) {
    if (decoder == null) {
      decoder = new PictureDecoder();
    }
    if (resampler == null) {
      resampler = new Resampler();
    }
    if (squared == null) {
      squared = new Picture();
    }
    if (cropped == null) {
      cropped = new Picture();
    }
    Picture picture = decoder.decode(encoded, steps.channels(), steps.orientation());
    for (Square square : steps.square()) {
      picture = square.of(picture, squared);
    }
    for (Resize resize : steps.resize()) {
      int toWidth = resize.widthOf(picture);
      int toHeight = resize.heightOf(picture);
      if (toWidth < 1 || toHeight < 1 || (long) toWidth * toHeight > Picture.MOST_PIXELS) {
        throw new ValueException(
            "a picture of " + picture.height() + " × " + picture.width() + " pixels",
            "one that takes 1 to " + Picture.MOST_PIXELS + " pixels when it is resized");
      }
      picture = resampler.resize(picture, toWidth, toHeight, resize.interpolation());
    }
    for (Crop crop : steps.crop()) {
      picture = crop.of(picture, cropped);
    }
    if (picture.width() != width || picture.height() != height) {
      throw new ValueException(
          "a picture of " + picture.height() + " × " + picture.width() + " pixels",
          height + " × " + width + " for the input, or resize and crop");
    }
    return picture;
  }
}
