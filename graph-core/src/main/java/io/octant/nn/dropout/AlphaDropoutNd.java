package io.octant.nn.dropout;

/**
 * Dropout that keeps the mean and variance of inputs with mean 0 and variance 1: what is dropped
 * becomes the limit of SELU at −∞, and everything is scaled and shifted to make up for it.
 */
public abstract class AlphaDropoutNd extends DropoutNd {
  /** {@code −scale · α} of SELU. */
  private static final double DROPPED = -1.7580993408473766;

  AlphaDropoutNd(double p, long seed, int keptAxes) {
    super(p, seed, keptAxes);
  }

  @Override
  double dropped(double value) {
    return p() == 1 ? 0 : scale() * DROPPED + shift();
  }

  @Override
  double kept(double value) {
    return scale() * value + shift();
  }

  private double scale() {
    double kept = 1 - p();
    return 1 / Math.sqrt(kept * (1 + p() * DROPPED * DROPPED));
  }

  private double shift() {
    return -scale() * p() * DROPPED;
  }
}
