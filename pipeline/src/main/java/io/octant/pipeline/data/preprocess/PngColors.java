package io.octant.pipeline.data.preprocess;

import java.awt.image.Raster;

/**
 * From the samples of a PNG to colours, as Pillow's {@code convert} does: alpha is dropped, not
 * blended; of 16 bits the upper 8 are taken; grey of fewer bits is stretched to 8.
 */
final class PngColors {
  private PngColors() {}

  /** Writes the pixels of a raster that has the file's samples. */
  static void decode(PngHeader header, Raster raster, Picture to, Channels channels) {
    boolean colors = header.colorType() == 2 || header.colorType() == 6;
    boolean indexed = header.colorType() == 3;
    int bands = raster.getNumBands();
    if (bands < (colors ? 3 : 1)) {
      throw new ValueException("a PNG decoded to " + bands + " samples a pixel", "3");
    }
    int shift = header.depth() == 16 ? 8 : 0;
    int factor = header.depth() < 8 && !indexed ? 255 / ((1 << header.depth()) - 1) : 1;
    int width = raster.getWidth();
    to.shape(width, raster.getHeight(), channels.count());
    int[] row = new int[width * bands];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int p = 0; p < row.length; p += bands) {
        if (indexed) {
          at = put(header, row[p], channels, to.samples(), at);
        } else if (colors) {
          at =
              Pixels.put(
                  row[p] >> shift,
                  row[p + 1] >> shift,
                  row[p + 2] >> shift,
                  channels,
                  to.samples(),
                  at);
        } else {
          int grey = (row[p] >> shift) * factor;
          at = Pixels.put(grey, grey, grey, channels, to.samples(), at);
        }
      }
    }
  }

  private static int put(PngHeader header, int index, Channels channels, byte[] to, int at) {
    if (3 * index + 2 >= header.palette().limit()) {
      throw new ValueException(
          "a damaged PNG (colour " + index + " of " + header.palette().limit() / 3 + ")",
          "colours of its palette");
    }
    return Pixels.put(
        header.palette().get(3 * index) & 0xFF,
        header.palette().get(3 * index + 1) & 0xFF,
        header.palette().get(3 * index + 2) & 0xFF,
        channels,
        to,
        at);
  }
}
