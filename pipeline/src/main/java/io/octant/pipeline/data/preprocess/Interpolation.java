package io.octant.pipeline.data.preprocess;

/**
 * How pixels of another size follow from those of a picture. All but {@link #NEAREST} weigh the
 * pixels around by a kernel, which is stretched when the picture shrinks (antialiasing).
 *
 * <p>Kernels as in Pillow's documentation of its filters: triangle, Keys' cubic convolution with a
 * = −0.5 ("Cubic convolution interpolation for digital image processing", 1981), and sinc windowed
 * by sinc over three lobes.
 */
public enum Interpolation {
  /** The pixel under the centre. */
  NEAREST(0),
  BILINEAR(1) {
    @Override
    double weight(double x) {
      double distance = Math.abs(x);
      return distance < 1 ? 1 - distance : 0;
    }
  },
  BICUBIC(2) {
    @Override
    double weight(double x) {
      double d = Math.abs(x);
      if (d < 1) {
        return ((A + 2) * d - (A + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * A : 0;
    }
  },
  LANCZOS(3) {
    @Override
    double weight(double x) {
      return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  };

  private static final double A = -0.5;

  private final double support;

  Interpolation(double support) {
    this.support = support;
  }

  /** How far the kernel reaches to each side, in pixels. */
  double support() {
    return support;
  }

  /** The kernel at a distance from its centre, in pixels. */
  double weight(double x) {
    throw new IllegalStateException(this + " has no kernel");
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }
}
