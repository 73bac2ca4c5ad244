package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;

/**
 * ONNX' operator Resize in all its modes, for what {@link Interpolation} cannot express. Axes are
 * resized one after the other in double precision and the result is rounded once; NaN spreads over
 * the positions that read it with a weight other than 0. Quantized tensors keep their qparams.
 */
public final class Resizing {
  private Resizing() {}

  /**
   * Resizes some axes of a tensor of any rank.
   *
   * @throws OctantException if an axis is not of the size that it is resized from
   */
  public static Tensor resize(Tensor x, List<ResizeAxis> axes, ResizeRule rule) {
    return Requantization.averaging(
        x,
        t -> {
          double[] v = Values.of(t);
          Shape shape = t.shape();
          for (ResizeAxis a : axes) {
            if (a.axis() < 0 || a.axis() >= shape.rank() || shape.dim(a.axis()) != a.in()) {
              throw new OctantException(
                  "Cannot resize axis "
                      + a.axis()
                      + " of "
                      + x.description()
                      + ", expected "
                      + a.in()
                      + " elements");
            }
            v = a.taps(rule).apply(v, shape, a.axis());
            shape = shape.withDim(a.axis(), a.out());
          }
          if (rule.crops() && rule.extrapolation() != 0) {
            extrapolate(v, shape, axes, rule);
          }
          return Values.tensor(t.dtype(), shape, v);
        });
  }

  /** What lies outside on any axis is the one constant, whatever other axes made of it. */
  private static void extrapolate(double[] v, Shape shape, List<ResizeAxis> axes, ResizeRule rule) {
    for (ResizeAxis a : axes) {
      Taps taps = a.taps(rule);
      int stride = shape.strides()[a.axis()];
      for (int i = 0; i < v.length; i++) {
        if (taps.at()[i / stride % a.out()].length == 0) {
          v[i] = rule.extrapolation();
        }
      }
    }
  }
}
