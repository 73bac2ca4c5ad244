package io.octant.kernels.binding;

/** How a sum of integer products becomes an 8-bit integer; the rules of PyTorch's engines. */
public enum RequantizationRule {
  /** Bias in float, {@code rint(x) + zeroPoint}. */
  FBGEMM(false, true),
  /** Bias in float, {@code rint(x + zeroPoint)}. */
  ONEDNN(false, false),
  /** Bias rounded to units of the sum, {@code rint(x) + zeroPoint}. */
  QNNPACK(true, true);

  private final boolean roundsBias;
  private final boolean roundsFirst;

  RequantizationRule(boolean roundsBias, boolean roundsFirst) {
    this.roundsBias = roundsBias;
    this.roundsFirst = roundsFirst;
  }

  boolean roundsBias() {
    return roundsBias;
  }

  boolean roundsFirst() {
    return roundsFirst;
  }
}
