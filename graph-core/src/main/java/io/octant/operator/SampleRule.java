package io.octant.operator;

/** Where an operator leaves the samples of a batch. */
public enum SampleRule {
  /** Element by element, operands broadcast. */
  POINTWISE,
  /** Other axes over the same elements in the same order. */
  RESHAPE,
  /** Elements in other places, none changed; only the first argument is moved. */
  MOVE,
  /** Elements of several tensors in other places. */
  JOIN,
  /** Each index of axis 0 for itself; fixed number of axes. */
  PER_ROW,
  /** Within each row of the last axes. */
  TRAILING,
  /** Along an axis, argument {@code dim}. */
  ALONG,
  /** To fewer axes, argument {@code dim}. */
  REDUCTION,
  /** Product of matrices. */
  MATMUL,
  /** One row of a table for each integer. */
  LOOKUP,
  /** Steps over a sequence, with states of [directions, batch, hidden]. */
  RECURRENT,
  /** Made from the shape of what it is given. */
  CONSTANT,
  /** Not told: the operator is run to find out. */
  UNKNOWN
}
