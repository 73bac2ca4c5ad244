package io.octant.autograd;

import static io.octant.autograd.Derivatives.values;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Products of matrices, and attention. */
class ProductRulesTest extends DerivativeCases {
  @Override
  void define() {
    products();
  }

  private void products() {
    add("torch.matmul", List.of(X, X), values(60, 2, 3, 4), values(61, 4, 2));
    add("torch.matmul", List.of(X, X), values(60, 3, 4), values(61, 2, 4, 2));
    add("torch.matmul", List.of(X, X), values(60, 4), values(61, 2, 4, 2));
    add("torch.matmul", List.of(X, X), values(60, 2, 3, 4), values(61, 4));
    add("operator.matmul", List.of(X, X), values(60, 4), values(61, 4));
    add("torch.bmm", List.of(X, X), values(60, 2, 3, 4), values(61, 2, 4, 2));
    add("torch.mv", List.of(X, X), values(60, 3, 4), values(61, 4));
    add("torch.dot", List.of(X, X), values(60, 4), values(61, 4));
    add("torch.outer", List.of(X, X), values(60, 4), values(61, 3));
    add(
        "torch.addmm",
        List.of(X, X, X),
        Map.of("beta", 0.5, "alpha", 2.0),
        values(62, 2),
        values(60, 3, 4),
        values(61, 4, 2));
    add(
        "torch.baddbmm",
        List.of(X, X, X),
        values(62, 1, 2),
        values(60, 2, 3, 4),
        values(61, 2, 4, 2));
    add("torch.addmv", List.of(X, X, X), values(62, 3), values(60, 3, 4), values(61, 4));
    add(F + "linear", List.of(X, X, X), values(60, 2, 3, 4), values(61, 5, 4), values(62, 5));
    add(F + "linear", List.of(X, X), values(60, 4), values(61, 5, 4));
    Tensor q = values(63, 2, 3, 4);
    Tensor k = values(64, 2, 5, 4);
    Tensor v = values(65, 2, 5, 2);
    String attention = F + "scaled_dot_product_attention";
    add(attention, List.of(X, X, X), q, k, v);
    add(attention, List.of(X, X, X), Map.of("is_causal", true, "scale", 0.3), q, q, q);
    Tensor mask =
        Tensor.of(
            DType.BOOL, Shape.of(3, 5), new int[] {1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1});
    add(attention, List.of(X, X, X, X), q, k, v, mask);
  }
}
