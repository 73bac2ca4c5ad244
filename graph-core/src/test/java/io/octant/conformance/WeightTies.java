package io.octant.conformance;

import io.octant.graph.Module;
import io.octant.tensor.Tensor;

/**
 * Settles integer weights that stand on a rounding tie. The largest weight of a channel is 127.5
 * steps by construction, so that the last bit of an equalization factor, which follows from a float
 * sum, decides between two integers.
 */
final class WeightTies {
  static final WeightTies NONE = new WeightTies(null);
  private static final double NEAR = 1e-4;

  private final Module reference;

  private WeightTies(Module reference) {
    this.reference = reference;
  }

  /** Knows unrounded weights from the reference form of the same model. */
  static WeightTies of(Module reference) {
    return new WeightTies(reference);
  }

  /**
   * The expected value, with Octant's integer wherever the unrounded weight is within 1e-4 of a tie
   * between the two.
   */
  Object settle(String path, Object expected, Object actual) {
    if (!(expected instanceof Tensor want)
        || !(actual instanceof Tensor have)
        || !want.isQuantized()
        || !have.isQuantized()
        || !want.shape().equals(have.shape())) {
      return expected;
    }
    Tensor weight = floatWeight(path);
    if (weight == null || !weight.shape().equals(want.shape())) {
      return expected;
    }
    int[] settled = want.ints().clone();
    int axis = Math.max(want.qparams().axis(), 0);
    int inner = want.shape().strides()[axis];
    for (int i = 0; i < settled.length; i++) {
      int channel = want.qparams().isPerChannel() ? i / inner % want.shape().dim(axis) : 0;
      double steps =
          weight.doubleAt(i) / have.qparams().scale(channel) + have.qparams().zeroPoint(channel);
      double middle = (settled[i] + have.ints()[i]) / 2.0;
      if (Math.abs(settled[i] - have.ints()[i]) == 1 && Math.abs(steps - middle) < NEAR) {
        settled[i] = have.ints()[i];
      }
    }
    return Tensor.quantized(want.dtype(), want.shape(), settled, want.qparams());
  }

  /** The float weight of a module, or of the layer inside a fused one; null if there is none. */
  private Tensor floatWeight(String path) {
    if (reference == null) {
      return null;
    }
    for (String candidate : new String[] {path, path + ".0"}) {
      Module module = reference.findModule(candidate);
      if (module != null && module.findTensor("weight") != null) {
        return module.tensor("weight");
      }
    }
    return null;
  }
}
