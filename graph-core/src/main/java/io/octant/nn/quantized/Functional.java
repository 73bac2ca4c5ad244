package io.octant.nn.quantized;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Arithmetic as a module, so that the result of an addition can be observed and get parameters: the
 * common part of {@link FloatFunctional} and {@link QFunctional}. It is called by its methods, not
 * as a module.
 */
public abstract class Functional extends Module {
  /** {@code a + b}. */
  public abstract Tensor add(Tensor a, Tensor b);

  /** {@code max(a + b, 0)}. */
  public abstract Tensor addRelu(Tensor a, Tensor b);

  /** {@code a + c}. */
  public abstract Tensor addScalar(Tensor a, double c);

  /** {@code a · b}, element by element. */
  public abstract Tensor multiply(Tensor a, Tensor b);

  /** {@code a · c}. */
  public abstract Tensor multiplyScalar(Tensor a, double c);

  /** Matrix product. */
  public abstract Tensor matmul(Tensor a, Tensor b);

  /** Concatenation along an axis. */
  public abstract Tensor cat(List<Tensor> parts, int axis);

  @Override
  public final Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    throw new OctantException(
        "Cannot call module: " + type() + " has no forward, expected one of its operations");
  }
}
