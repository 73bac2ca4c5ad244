package io.octant.reference;

import io.octant.reference.binding.OperatorSet;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.reference.quantized.QuantizedOperators;
import io.octant.reference.quantized.RealOperators;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The operator table of the Java reference engine. */
public final class ReferenceOperators {
  private static final Map<QuantizedEngine, OperatorSet> STANDARD =
      Arrays.stream(QuantizedEngine.values())
          .collect(Collectors.toUnmodifiableMap(Function.identity(), e -> builder(e).build()));

  private ReferenceOperators() {}

  /** All reference operators, float and quantized; packed weights follow fbgemm. */
  public static OperatorSet standard() {
    return standard(QuantizedEngine.FBGEMM);
  }

  /** All reference operators; packed weights follow the arithmetic of an engine. */
  public static OperatorSet standard(QuantizedEngine engine) {
    return Objects.requireNonNull(STANDARD.get(engine));
  }

  /** A builder that has the standard operators, for tables that add their own. */
  public static OperatorSet.Builder builder() {
    return builder(QuantizedEngine.FBGEMM);
  }

  private static OperatorSet.Builder builder(QuantizedEngine engine) {
    return OperatorSet.builder()
        .include(new QuantizedOperators(engine))
        .include(ArithmeticOperators::register)
        .include(ComparisonOperators::register)
        .include(MathOperators::register)
        .include(ActivationOperators::register)
        .include(CurveOperators::register)
        .include(MatrixOperators::register)
        .include(ConvolutionOperators::register)
        .include(PoolingOperators::register)
        .include(NormalizationOperators::register)
        .include(ShapeOperators::register)
        .include(RearrangementOperators::register)
        .include(SplitOperators::register)
        .include(IndexingOperators::register)
        .include(ReductionOperators::register)
        .include(OrderOperators::register)
        .include(RecurrentOperators::register)
        .include(EmbeddingOperators::register)
        .include(ImageOperators::register)
        .include(CreationOperators::register)
        .include(TensorInfoOperators::register)
        .include(NumberOperators::register)
        .include(ConversionOperators::register)
        .include(GradientOperators::register)
        .include(LayerGradientOperators::register)
        .include(new RealOperators())
        .include(InplaceOperators::register);
  }
}
