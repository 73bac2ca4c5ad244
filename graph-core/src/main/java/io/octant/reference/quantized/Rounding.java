package io.octant.reference.quantized;

import io.octant.tensor.QRange;
import io.octant.tensor.Quantizer;

/**
 * Whether a kernel rounds before or after it adds the output's zero point; at ties the results
 * differ by one if the zero point is odd.
 */
enum Rounding {
  /** {@code rint(x) + z}: fbgemm and qnnpack. */
  BEFORE_ZERO_POINT {
    @Override
    int apply(float steps, int zeroPoint, QRange range) {
      return Quantizer.quantizeThenShift(steps, 1f, zeroPoint, range);
    }
  },
  /** {@code rint(x + z)}: oneDNN. */
  AFTER_ZERO_POINT {
    @Override
    int apply(float steps, int zeroPoint, QRange range) {
      return Quantizer.quantize(steps, 1f, zeroPoint, range);
    }
  };

  /** Rounds half to even and saturates a value that is given in steps of the output scale. */
  abstract int apply(float steps, int zeroPoint, QRange range);
}
