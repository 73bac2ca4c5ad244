package io.octant.jobs.models;

import io.octant.pipeline.data.SampleField;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Random;

/**
 * Pictures with what photographs have: smooth light, edges, things before a background, texture at
 * several scales and grain. Nobody has labelled them, so that they tell agreement and not accuracy.
 */
final class Pictures {
  private Pictures() {}

  static float[] photo(SampleField field, Random random, Normalization normalization) {
    if (field.dims().size() != 3 || field.dims().get(0) != 3) {
      throw new IllegalArgumentException(
          "Cannot make photos for " + field + ", expected [3, h, w]");
    }
    return normalization.planes(photo(field.dims().get(2), field.dims().get(1), random));
  }

  private static BufferedImage photo(int width, int height, Random random) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setPaint(shade(width, height, random, 255));
    g.fillRect(0, 0, width, height);
    int things = 3 + random.nextInt(12);
    for (int i = 0; i < things; i++) {
      double w = width * (0.05 + 0.5 * random.nextDouble());
      double h = height * (0.05 + 0.5 * random.nextDouble());
      double x = random.nextDouble() * width - w / 2;
      double y = random.nextDouble() * height - h / 2;
      g.setPaint(shade(width, height, random, 120 + random.nextInt(136)));
      switch (random.nextInt(3)) {
        case 0 -> g.fill(new Ellipse2D.Double(x, y, w, h));
        case 1 -> g.fill(new Rectangle2D.Double(x, y, w, h));
        default -> {
          Path2D path = new Path2D.Double();
          path.moveTo(x, y);
          path.curveTo(x + w, y - h / 2, x + w, y + h, x + w / 2, y + h);
          path.curveTo(x, y + h, x - w / 2, y + h / 2, x, y);
          g.fill(path);
        }
      }
    }
    g.dispose();
    roughen(image, random);
    return image;
  }

  private static GradientPaint shade(int width, int height, Random random, int alpha) {
    return new GradientPaint(
        random.nextInt(width),
        random.nextInt(height),
        colour(random, alpha),
        random.nextInt(width),
        random.nextInt(height),
        colour(random, alpha));
  }

  private static Color colour(Random random, int alpha) {
    return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256), alpha);
  }

  /** Waves of several lengths in the brightness, and grain. */
  static void roughen(BufferedImage image, Random random) {
    double[][] waves = new double[6][];
    for (int i = 0; i < waves.length; i++) {
      double frequency = Math.PI * 2 * Math.pow(2, random.nextDouble() * 6) / image.getWidth();
      double angle = random.nextDouble() * Math.PI;
      waves[i] =
          new double[] {
            frequency * Math.cos(angle),
            frequency * Math.sin(angle),
            random.nextDouble() * 6,
            12 * random.nextDouble()
          };
    }
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        double light = 4 * random.nextGaussian();
        for (double[] w : waves) {
          light += w[3] * Math.sin(w[0] * x + w[1] * y + w[2]);
        }
        int rgb = image.getRGB(x, y);
        int out = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
          int v = (int) Math.round((rgb >> shift & 255) + light);
          out |= Math.max(0, Math.min(255, v)) << shift;
        }
        image.setRGB(x, y, out);
      }
    }
  }
}
