package io.octant.reference;

import io.octant.reference.binding.OperatorSet;

/** The operator table of the Java reference engine. */
public final class ReferenceOperators {
  private static final OperatorSet STANDARD = builder().build();

  private ReferenceOperators() {}

  /** All reference operators, float and quantized. */
  public static OperatorSet standard() {
    return STANDARD;
  }

  /** A builder that has the standard operators, for tables that add their own. */
  public static OperatorSet.Builder builder() {
    return OperatorSet.builder()
        .include(ArithmeticOperators::register)
        .include(ComparisonOperators::register)
        .include(MathOperators::register)
        .include(ActivationOperators::register)
        .include(MatrixOperators::register)
        .include(ConvolutionOperators::register)
        .include(PoolingOperators::register)
        .include(NormalizationOperators::register)
        .include(ShapeOperators::register)
        .include(SplitOperators::register)
        .include(IndexingOperators::register)
        .include(ReductionOperators::register)
        .include(EmbeddingOperators::register)
        .include(ImageOperators::register)
        .include(CreationOperators::register)
        .include(TensorInfoOperators::register)
        .include(ConversionOperators::register);
  }
}
