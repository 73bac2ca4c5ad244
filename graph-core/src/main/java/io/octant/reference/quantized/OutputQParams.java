package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.tensor.QParams;

/** Reads the output parameters that quantized operators take, numbers or one-element tensors. */
final class OutputQParams {
  private OutputQParams() {}

  /** The arguments {@code scale} and {@code zero_point} between a prefix and a suffix. */
  static QParams of(NamedValues args, String prefix, String suffix) {
    return QParams.perTensor(
        args.number(prefix + "scale" + suffix),
        Math.round(args.number(prefix + "zero_point" + suffix)));
  }

  /** The arguments {@code output_scale} and {@code output_zero_point}. */
  static QParams of(NamedValues args) {
    return of(args, "output_", "");
  }
}
