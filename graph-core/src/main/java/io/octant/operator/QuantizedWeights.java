package io.octant.operator;

/** What is quantized besides the weight of an operator that has one. */
public enum QuantizedWeights {
  /** Input and output, with scales known beforehand. */
  STATIC,
  /** The input, when it comes. */
  DYNAMIC,
  /** Nothing. */
  ALONE
}
