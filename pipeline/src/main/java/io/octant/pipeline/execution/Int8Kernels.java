package io.octant.pipeline.execution;

import io.octant.engine.IntegerLayer.Arithmetic;
import io.octant.engine.IntegerLayers;
import java.util.Comparator;

/**
 * How many 8-bit layers an executor ran in which way; all ways are exact.
 *
 * @param fast on the library's int8 kernels
 * @param exact on kernels of 16-bit products, for weights whose sums the fast ones may saturate
 * @param reference on the reference operators
 */
public record Int8Kernels(int fast, int exact, int reference) implements Comparable<Int8Kernels> {
  /** Of an executor that ran no int8 graph. */
  public static final Int8Kernels NONE = new Int8Kernels(0, 0, 0);

  private static final Comparator<Int8Kernels> ORDER =
      Comparator.comparingInt(Int8Kernels::fast)
          .thenComparingInt(Int8Kernels::exact)
          .thenComparingInt(Int8Kernels::reference);

  /** Those of a compiled graph. */
  public static Int8Kernels of(IntegerLayers layers) {
    return new Int8Kernels(
        layers.count(Arithmetic.FAST),
        layers.count(Arithmetic.EXACT),
        layers.count(Arithmetic.REFERENCE));
  }

  @Override
  public int compareTo(Int8Kernels other) {
    return ORDER.compare(this, other);
  }
}
