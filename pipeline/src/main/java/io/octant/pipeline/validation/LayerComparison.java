package io.octant.pipeline.validation;

import java.io.Serializable;
import java.util.List;

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
   */
  public record Layer(
      LayerValue value, long elements, double sqnrDb, double saturated, long nonFiniteElements)
      implements Serializable {
    static Layer notCompared(LayerValue value) {
      return new Layer(value, 0, Double.NaN, Double.NaN, 0);
    }
  }
}
