package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.reference.kernel.Reductions.Axes;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Products and distances of pairs of vectors. */
public final class Distances {
  private Distances() {}

  /**
   * {@code torch.nn.functional.cosine_similarity}: the product of two vectors along an axis, each
   * divided by its length, which counts as at least {@code eps}.
   */
  public static Tensor cosine(Tensor a, Tensor b, int axis, double eps) {
    DType type = TypePromotion.floatResult(TypePromotion.resultType(a, b));
    Shape shape = Shape.broadcast(a.shape(), b.shape());
    Tensor x = direction(Elementwise.expand(Values.cast(a, type), shape), axis, eps);
    Tensor y = direction(Elementwise.expand(Values.cast(b, type), shape), axis, eps);
    Tensor products = Elementwise.combineAsFloat(x, y, (v, w) -> v * w);
    return Reductions.sum(products, new int[] {axis}, Axes.DROP);
  }

  private static Tensor direction(Tensor x, int axis, double eps) {
    Tensor length = Reductions.norm(x, 2, new int[] {axis}, Axes.KEEP);
    return Elementwise.combineAsFloat(x, length, (v, l) -> v / Math.max(l, eps));
  }

  /**
   * {@code torch.nn.functional.pairwise_distance}: the p-norm of {@code a − b + eps} along the last
   * axis.
   */
  public static Tensor pairwise(Tensor a, Tensor b, double p, double eps, Axes axes) {
    Tensor difference = Elementwise.combineAsFloat(a, b, (x, y) -> x - y + eps);
    return Reductions.norm(difference, p, new int[] {-1}, axes);
  }

  /**
   * {@code torch.nn.functional.bilinear}: {@code yₖ = aᵀ Wₖ b + βₖ} on the last axes.
   *
   * @param a [*, in1]
   * @param b [*, in2]
   * @param weight [out, in1, in2]
   * @param bias [out]
   */
  public static Tensor bilinear(Tensor a, Tensor b, Tensor weight, @Nullable Tensor bias) {
    requireBilinear(a, b, weight);
    int out = weight.shape().dim(0);
    int left = weight.shape().dim(1);
    int right = weight.shape().dim(2);
    double[] p = Values.of(a);
    double[] q = Values.of(b);
    double[] w = Values.of(weight);
    int rows = left == 0 ? 0 : p.length / left;
    double[] y = new double[rows * out];
    for (int i = 0; i < y.length; i++) {
      int row = i / out;
      int k = i % out;
      double sum = bias == null ? 0 : bias.doubleAt(k);
      for (int l = 0; l < left; l++) {
        double inner = 0;
        for (int r = 0; r < right; r++) {
          inner += w[(k * left + l) * right + r] * q[row * right + r];
        }
        sum += p[row * left + l] * inner;
      }
      y[i] = sum;
    }
    return Values.tensor(a.dtype(), a.shape().withDim(-1, out), y);
  }

  private static void requireBilinear(Tensor a, Tensor b, Tensor weight) {
    boolean fits =
        weight.shape().rank() == 3
            && a.shape().rank() > 0
            && a.shape().rank() == b.shape().rank()
            && a.shape().withDim(-1, 1).equals(b.shape().withDim(-1, 1))
            && a.shape().dim(-1) == weight.shape().dim(1)
            && b.shape().dim(-1) == weight.shape().dim(2);
    if (!fits) {
      throw new OctantException(
          "Cannot apply bilinear to "
              + a.description()
              + " and "
              + b.description()
              + ", expected equal shapes but for last axes that fit the weight's "
              + weight.shape());
    }
  }
}
