package io.octant.pipeline.data.preprocess;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The orientation tag of Exif 2.3, section 4.6.4: how rows and columns of a picture lie. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;

  private Exif() {}

  /**
   * The orientation of a TIFF structure; 1 (upright) if it has none that can be read, as a picture
   * does not depend on what stands beside it.
   */
  static int orientation(byte[] file, int at, int size) {
    if (size < 8) {
      return 1;
    }
    ByteBuffer tiff = ByteBuffer.wrap(file, at, size).slice();
    boolean little = tiff.get(0) == 'I' && tiff.get(1) == 'I';
    tiff.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = tiff.getInt(4) & 0xFFFFFFFFL;
    if (directory + 2 > size) {
      return 1;
    }
    int entries = tiff.getShort((int) directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      if (entry + 12 > size) {
        return 1;
      }
      if ((tiff.getShort((int) entry) & 0xFFFF) == ORIENTATION
          && tiff.getShort((int) entry + 2) == SHORT) {
        int value = tiff.getShort((int) entry + 8);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  /**
   * The picture turned upright.
   *
   * @param orientation 1 to 8; from 5 on rows and columns change places, and of the two directions
   *     of the result one, both or none are mirrored
   */
  static Picture upright(Picture from, int orientation, Picture to) {
    if (orientation == 1) {
      return from;
    }
    boolean transposed = orientation >= 5;
    boolean mirrorX = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    boolean mirrorY = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    int width = transposed ? from.height() : from.width();
    int height = transposed ? from.width() : from.height();
    int channels = from.channels();
    to.shape(width, height, channels);
    int at = 0;
    for (int y = 0; y < height; y++) {
      int v = mirrorY ? height - 1 - y : y;
      for (int x = 0; x < width; x++) {
        int u = mirrorX ? width - 1 - x : x;
        int pixel = transposed ? u * from.width() + v : v * from.width() + u;
        for (int c = 0; c < channels; c++) {
          to.samples()[at++] = from.samples()[pixel * channels + c];
        }
      }
    }
    return to;
  }
}
