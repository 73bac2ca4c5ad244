package io.octant.jobs.models;

import java.awt.image.BufferedImage;

/** How the pixels of a picture become an input [3, height, width]. */
enum Normalization {
  /** 0 to 1. */
  UNIT(new double[] {0, 0, 0}, new double[] {1, 1, 1}),
  /** −1 to 1. */
  SIGNED(new double[] {.5, .5, .5}, new double[] {.5, .5, .5}),
  /** −0.5 to 0.5. */
  CENTRED(new double[] {.5, .5, .5}, new double[] {1, 1, 1}),
  /** Mean and deviation of ImageNet, as torchvision has it. */
  IMAGENET(new double[] {.485, .456, .406}, new double[] {.229, .224, .225}),
  /** Levels from 0 to 255 without their mean, as Caffe has it. */
  CAFFE(
      new double[] {104 / 255., 117 / 255., 123 / 255.},
      new double[] {1 / 255., 1 / 255., 1 / 255.});

  private final double[] mean;
  private final double[] deviation;

  Normalization(double[] mean, double[] deviation) {
    this.mean = mean;
    this.deviation = deviation;
  }

  static Normalization of(String name) {
    return valueOf(name.toUpperCase(java.util.Locale.ROOT));
  }

  float[] planes(BufferedImage image) {
    int pixels = image.getWidth() * image.getHeight();
    float[] out = new float[3 * pixels];
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        for (int c = 0; c < 3; c++) {
          double v = (rgb >> (16 - 8 * c) & 255) / 255.;
          out[c * pixels + y * image.getWidth() + x] = (float) ((v - mean[c]) / deviation[c]);
        }
      }
    }
    return out;
  }
}
