package io.octant.pipeline.data.preprocess;

/** Writes pixels in the channels that are wanted. */
final class Pixels {
  private Pixels() {}

  /**
   * Writes a pixel; grey is ITU-R 601's luma in 16-bit fixed point, as Pillow's mode L.
   *
   * @return where the next one begins
   */
  static int put(int r, int g, int b, Channels channels, byte[] to, int at) {
    switch (channels) {
      case RGB -> {
        to[at] = (byte) r;
        to[at + 1] = (byte) g;
        to[at + 2] = (byte) b;
      }
      case BGR -> {
        to[at] = (byte) b;
        to[at + 1] = (byte) g;
        to[at + 2] = (byte) r;
      }
      case GREY -> to[at] = (byte) ((19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16);
    }
    return at + channels.count();
  }
}
