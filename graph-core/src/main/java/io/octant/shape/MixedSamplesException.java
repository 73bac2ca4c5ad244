package io.octant.shape;

import io.octant.OctantException;

/** An operator's result does not tell the samples of a batch apart. */
final class MixedSamplesException extends OctantException {
  private static final long serialVersionUID = 1L;

  MixedSamplesException(String why) {
    super(why);
  }
}
