package io.octant.nn;

import io.octant.graph.Module;
import io.octant.reference.binding.OperandTypes;
import io.octant.reference.binding.Signature;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A module from one tensor to one tensor. */
public abstract class UnaryModule extends Module {
  private static final Signature SIGNATURE = Signature.parse("input");

  /** Computes the output. */
  public abstract Tensor forward(Tensor input);

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    return forward(input(args, kwargs));
  }

  /** The one argument of a call. */
  protected final Tensor input(List<Object> args, Map<String, Object> kwargs) {
    Tensor input = SIGNATURE.bind(type().name(), args, kwargs).tensor("input");
    OperandTypes.checkModule(type().name(), input);
    return input;
  }
}
