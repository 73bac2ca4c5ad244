package io.octant.pipeline.data.preprocess;

/**
 * Pixels of 8 bits, row by row, the channels of a pixel side by side. Mutable, so that its memory
 * serves one picture after the other.
 */
final class Picture {
  /** Longest side of a picture that a declaration may ask for. */
  static final int MOST_SIDE = 1 << 15;

  /** Most pixels of a picture that is decoded; some 200 MB of colours. */
  static final int MOST_PIXELS = 1 << 26;

  private int width;
  private int height;
  private int channels;
  private byte[] samples = new byte[0];

  /** Takes another shape; the samples are then undefined. */
  Picture shape(int width, int height, int channels) {
    int length = Math.multiplyExact(Math.multiplyExact(width, height), channels);
    this.width = width;
    this.height = height;
    this.channels = channels;
    if (samples.length < length) {
      samples = new byte[length];
    }
    return this;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int channels() {
    return channels;
  }

  /** The samples, and possibly unused memory behind them. */
  byte[] samples() {
    return samples;
  }

  int length() {
    return width * height * channels;
  }
}
