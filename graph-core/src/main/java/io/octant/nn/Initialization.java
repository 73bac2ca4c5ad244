package io.octant.nn;

import io.octant.graph.Module;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/** Draws initial parameters from the distributions that PyTorch uses, from a given seed. */
public final class Initialization {
  /** A module whose parameters can be drawn anew, as {@code reset_parameters} in PyTorch. */
  public interface Resettable {
    /** Draws the parameters anew as the constructor does, but from the given source. */
    void resetParameters(Random random);
  }

  private Initialization() {}

  /**
   * Draws the parameters of a module and of all its descendants; each module has its own sequence,
   * made of the seed and its path.
   */
  public static void reset(Module root, long seed) {
    root.forEachModule(
        (path, m) -> {
          if (m instanceof Resettable r) {
            r.resetParameters(new Random(seed * 31 + path.hashCode()));
          }
        });
  }

  /** Uniform in [−bound, bound). */
  public static Tensor uniform(Random random, double bound, int... dims) {
    Shape shape = Shape.of(dims);
    float[] v = new float[shape.numel()];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return Tensor.of(DType.FLOAT32, shape, v);
  }

  /** Normal with mean 0 and deviation 1. */
  public static Tensor normal(Random random, int... dims) {
    Shape shape = Shape.of(dims);
    float[] v = new float[shape.numel()];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) random.nextGaussian();
    }
    return Tensor.of(DType.FLOAT32, shape, v);
  }

  /** One value everywhere. */
  public static Tensor constant(float value, int... dims) {
    Shape shape = Shape.of(dims);
    float[] v = new float[shape.numel()];
    Arrays.fill(v, value);
    return Tensor.of(DType.FLOAT32, shape, v);
  }
}
