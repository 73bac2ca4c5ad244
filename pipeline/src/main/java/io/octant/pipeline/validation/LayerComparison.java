package io.octant.pipeline.validation;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Float against int8 along the network: where on the way the noise comes in.
 *
 * @param samples that were compared
 * @param layers values in execution order, those that were not compared included
 */
public record LayerComparison(int samples, List<Layer> layers) implements Serializable {
  public LayerComparison {
    layers = List.copyOf(layers);
  }

  /**
   * One value.
   *
   * @param elements compared: those finite in both
   * @param sqnrDb {@code 10 log10(Σ f² / Σ (f − q)²)} over them; +∞ if both are equal, −∞ where
   *     float is zero throughout and int8 is not, NaN if nothing was compared
   * @param saturated share of the elements of float that lie more than half a step beyond what the
   *     quantized value can take, 0 to 1; NaN of values that are left in float
   * @param nonFiniteElements left out, as one of the two is NaN or infinite
   * @param nan elements that are NaN
   */
  public record Layer(
      LayerValue value,
      long elements,
      double sqnrDb,
      double saturated,
      long nonFiniteElements,
      NanElements nan)
      implements Serializable {
    static Layer notCompared(LayerValue value) {
      return new Layer(value, 0, Double.NaN, Double.NaN, 0, NanElements.NONE);
    }

    private String name() {
      return value.source().isEmpty()
          ? value.node()
          : "%s (ONNX %s)".formatted(value.node(), value.source());
    }
  }

  /**
   * Elements that are NaN.
   *
   * @param float32 in float
   * @param int8Only in int8 and not in float
   */
  public record NanElements(long float32, long int8Only) implements Serializable {
    /** None at all. */
    public static final NanElements NONE = new NanElements(0, 0);
  }

  /** The first value with NaN in float, with its ONNX node; empty if no sample here has any. */
  public Optional<String> firstNan() {
    return first(nan -> nan.float32() > 0);
  }

  /** The first value with NaN in int8 that float has not. */
  public Optional<String> firstNanOfInt8() {
    return first(nan -> nan.int8Only() > 0);
  }

  private Optional<String> first(Predicate<NanElements> has) {
    return layers.stream().filter(layer -> has.test(layer.nan())).findFirst().map(Layer::name);
  }
}
