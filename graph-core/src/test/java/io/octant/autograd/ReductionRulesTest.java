package io.octant.autograd;

import static io.octant.autograd.Derivatives.values;

import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Sums, extrema and norms along axes. */
class ReductionRulesTest extends DerivativeCases {
  @Override
  void define() {
    reductions();
  }

  private void reductions() {
    Tensor x = values(10, 2, 3, 4);
    for (String f : List.of("sum", "mean", "amax", "amin", "var", "std", "norm")) {
      add("torch." + f, List.of(X), x);
      add("torch." + f, List.of(X), Map.of("dim", ints(0, -1)), x);
      add("torch." + f, List.of(X), Map.of("dim", 1L, "keepdim", true), x);
    }
    add("torch.norm", List.of(X, 3.0, 1L), x);
    add("torch.norm", List.of(X, 1L, 1L), x);
    add("torch.max", List.of(X), x);
    firstItem("torch.min", x, 1L);
    firstItem("torch.max", x, -1L, true);
    add("torch.max", List.of(X, X), x, values(11, 3, 4));
    add("torch.var", List.of(X, 1L), Map.of("correction", 0L), x);
    add("torch.logsumexp", List.of(X, ints(1, 2)), x);
    for (String f : List.of("softmax", "log_softmax", "softmin")) {
      add(F + f, List.of(X, 1L), x);
    }
    add("torch.softmax", List.of(X, -1L), x);
    add("torch.cumsum", List.of(X, 1L), x);
  }
}
