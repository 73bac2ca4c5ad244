package io.octant.operator;

/** How the shape of an operator's result follows from its arguments, without running it. */
public enum ShapeRule {
  /** That of the first argument. */
  INPUT,
  /** That to which the operands broadcast. */
  BROADCAST,
  /** {@link #BROADCAST}; zeros that stand for unknown integers are not divided by. */
  DIVISION,
  /** Rows of the first operand, columns of the second, axes before them broadcast. */
  MATMUL,
  /** By the letters of an Einstein sum. */
  EINSUM,
  /** The last axis becomes the rows of the weight. */
  LINEAR,
  /** The last axis becomes the first of the weight. */
  BILINEAR,
  /** Windows over one to three axes, channels by the weight. */
  CONVOLUTION,
  /** The same from the result's side. */
  TRANSPOSED_CONVOLUTION,
  /** Windows over one to three axes. */
  POOL,
  /** Sizes of one to three axes as given. */
  ADAPTIVE_POOL,
  /** Two axes change places. */
  TRANSPOSE,
  /** Axes in a given order. */
  PERMUTE,
  /** Sizes as given, over axes of size 1. */
  EXPAND,
  /** Sizes times factors. */
  REPEAT,
  /** Sizes plus amounts, from the last axis on. */
  PAD,
  /** Given axes dropped, or kept with size 1. */
  REDUCE,
  /** Sizes or factors of the axes after the second. */
  INTERPOLATE,
  /** Sizes or factors of given axes. */
  RESIZE,
  /** The sum of sizes along an axis. */
  JOIN,
  /** Given sizes along an axis, a tuple. */
  SPLIT,
  /** Outputs over a sequence and last states, a tuple. */
  RECURRENT,
  /** That of the first argument, quantized per tensor by the parameters that follow. */
  QUANTIZED,
  /** That of the first argument, in float32. */
  DEQUANTIZED,
  /** Sizes as given; known only as a bound. */
  FILLED,
  /** From start to end by steps; known only as a bound. */
  RANGE,
  /** An axis of classes more; known only as a bound. */
  CLASSES,
  /** A slice for each index; known only as a bound. */
  PICKED,
  /** Known when it runs only: it depends on the content of what it gets. */
  LATE,
  /** Not told: the operator is run to find out. */
  RUN
}
