package io.octant.pipeline.data.preprocess;

import java.awt.image.Raster;

/**
 * From the components of a JPEG to colours: JFIF's equations in fixed point with 16 fractional
 * bits, rounded half up, as libjpeg has them. Four components are Adobe's, inverted, as Pillow
 * assumes.
 */
final class JpegColors {
  private static final int[] RED_OF_CR = new int[256];
  private static final int[] BLUE_OF_CB = new int[256];
  private static final int[] GREEN_OF_CR = new int[256];
  private static final int[] GREEN_OF_CB = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int chroma = i - 128;
      RED_OF_CR[i] = (fixed(1.402) * chroma + (1 << 15)) >> 16;
      BLUE_OF_CB[i] = (fixed(1.772) * chroma + (1 << 15)) >> 16;
      GREEN_OF_CR[i] = -fixed(0.71414) * chroma;
      GREEN_OF_CB[i] = -fixed(0.34414) * chroma + (1 << 15);
    }
  }

  private JpegColors() {}

  private static int fixed(double x) {
    return (int) (x * (1 << 16) + 0.5);
  }

  /** Writes the pixels of a raster that has the file's components. */
  static void decode(JpegHeader header, Raster raster, Picture to, Channels channels) {
    int bands = header.components();
    if (raster.getNumBands() != bands) {
      throw new ValueException(
          "a JPEG decoded to " + raster.getNumBands() + " components", String.valueOf(bands));
    }
    int width = raster.getWidth();
    to.shape(width, raster.getHeight(), channels.count());
    int[] row = new int[width * bands];
    int[] rgb = new int[3];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int p = 0; p < row.length; p += bands) {
        switch (header.colors()) {
          case GREY -> fill(rgb, row[p], row[p], row[p]);
          case RGB -> fill(rgb, row[p], row[p + 1], row[p + 2]);
          case YCC -> ycc(rgb, row, p);
          case CMYK -> inks(rgb, row[p], row[p + 1], row[p + 2], row[p + 3]);
          case YCCK -> {
            ycc(rgb, row, p);
            inks(rgb, 255 - rgb[0], 255 - rgb[1], 255 - rgb[2], row[p + 3]);
          }
        }
        at = Pixels.put(rgb[0], rgb[1], rgb[2], channels, to.samples(), at);
      }
    }
  }

  private static void fill(int[] rgb, int r, int g, int b) {
    rgb[0] = r;
    rgb[1] = g;
    rgb[2] = b;
  }

  private static void ycc(int[] rgb, int[] row, int p) {
    int y = row[p];
    int cb = row[p + 1];
    int cr = row[p + 2];
    rgb[0] = clipped(y + RED_OF_CR[cr]);
    rgb[1] = clipped(y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> 16));
    rgb[2] = clipped(y + BLUE_OF_CB[cb]);
  }

  /** Inverted inks: 255 is none. */
  private static void inks(int[] rgb, int cyan, int magenta, int yellow, int black) {
    rgb[0] = light(cyan, black);
    rgb[1] = light(magenta, black);
    rgb[2] = light(yellow, black);
  }

  private static int light(int ink, int black) {
    int product = (255 - ink) * black + 128;
    return clipped(black - ((product + (product >> 8)) >> 8));
  }

  private static int clipped(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
