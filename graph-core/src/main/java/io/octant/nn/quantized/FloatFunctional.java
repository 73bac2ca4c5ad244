package io.octant.nn.quantized;

import io.octant.graph.Module;
import io.octant.graph.TorchType;
import io.octant.reference.kernel.Activations;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.Joining;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Float arithmetic whose results pass through the child {@code activation_post_process}, if there
 * is one. Operations with a number are not observed: their parameters follow from the operand's.
 */
@TorchType("torch.ao.nn.quantized.FloatFunctional")
public final class FloatFunctional extends Functional {
  private static final String OBSERVER = "activation_post_process";

  /** Observes results from now on. */
  public FloatFunctional observedBy(Module observer) {
    setChild(OBSERVER, observer);
    return this;
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return observed(Elementwise.combine(a, b, Double::sum, Long::sum));
  }

  @Override
  public Tensor addRelu(Tensor a, Tensor b) {
    return observed(Activations.relu(Elementwise.combine(a, b, Double::sum, Long::sum)));
  }

  @Override
  public Tensor addScalar(Tensor a, double c) {
    return Elementwise.map(a, v -> v + c);
  }

  @Override
  public Tensor multiply(Tensor a, Tensor b) {
    return observed(Elementwise.combine(a, b, (x, y) -> x * y, (x, y) -> x * y));
  }

  @Override
  public Tensor multiplyScalar(Tensor a, double c) {
    return Elementwise.map(a, v -> v * c);
  }

  @Override
  public Tensor matmul(Tensor a, Tensor b) {
    return observed(MatrixProducts.matmul(a, b));
  }

  @Override
  public Tensor cat(List<Tensor> parts, int axis) {
    return observed(Joining.cat(parts, axis));
  }

  private Tensor observed(Tensor value) {
    Module observer = findModule(OBSERVER);
    return observer == null ? value : (Tensor) observer.evaluate(List.of(value), Map.of());
  }
}
