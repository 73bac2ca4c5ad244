package io.octant.reference.kernel;

import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention. */
public final class Attention {
  /**
   * Result of attention.
   *
   * @param output [*, queries, width of values]
   * @param weights [*, queries, keys], each row sums to 1
   */
  public record Result(Tensor output, Tensor weights) {}

  private Attention() {}

  /**
   * {@code softmax(scale · Q Kᵀ + mask) V}.
   *
   * @param query [*, queries, width]
   * @param key [*, keys, width]
   * @param value [*, keys, any width]
   * @param mask broadcast to [*, queries, keys] and added to the scores; null for none
   * @param dropout applied to the weights before they meet the values
   */
  public static Result scaledDotProduct(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor mask,
      double scale,
      UnaryOperator<Tensor> dropout) {
    Tensor scaled = Elementwise.map(query, v -> v * scale);
    Tensor scores = MatrixProducts.matmul(scaled, Shapes.transpose(key, -2, -1));
    if (mask != null) {
      scores = Elementwise.combine(scores, mask, Double::sum, Long::sum);
    }
    Tensor weights = dropout.apply(Softmax.softmax(scores, -1));
    return new Result(MatrixProducts.matmul(weights, value), weights);
  }

  /** −∞ where a condition holds and 0 elsewhere: a mask that hides what the condition marks. */
  public static Tensor hiding(Tensor condition) {
    return Elementwise.where(
        condition,
        Creation.full(DType.FLOAT32, condition.shape(), Double.NEGATIVE_INFINITY),
        Creation.full(DType.FLOAT32, condition.shape(), 0));
  }

  /**
   * What to add to scores [batch, heads, queries, keys]: both masks together, null if there is
   * none. A mask is added as it is, or hides what it marks if it is bool.
   *
   * @param attention [queries, keys] or [batch · heads, queries, keys]
   * @param padding of the keys, [batch, keys]
   */
  public static @Nullable Tensor mask(
      @Nullable Tensor attention, @Nullable Tensor padding, int heads) {
    Tensor mask = additive(attention);
    if (mask != null && mask.shape().rank() == 3) {
      mask = Shapes.unflatten(mask, 0, -1, heads);
    }
    Tensor keys = additive(padding);
    if (keys == null) {
      return mask;
    }
    Tensor spread = Shapes.unsqueeze(Shapes.unsqueeze(keys, 1), 1);
    return mask == null ? spread : Elementwise.combine(mask, spread, Double::sum, Long::sum);
  }

  private static @Nullable Tensor additive(@Nullable Tensor mask) {
    return mask != null && mask.dtype() == DType.BOOL ? hiding(mask) : mask;
  }

  /** The mask that hides the keys after each query. */
  public static Tensor causalMask(int queries, int keys) {
    double[] v = new double[queries * keys];
    for (int i = 0; i < v.length; i++) {
      v[i] = i % keys > i / keys ? Double.NEGATIVE_INFINITY : 0;
    }
    return Values.tensor(DType.FLOAT32, io.octant.tensor.Shape.of(queries, keys), v);
  }
}
