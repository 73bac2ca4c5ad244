package io.octant.nn.distance;

import io.octant.graph.Module;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A module from two tensors to one. */
public abstract class PairModule extends Module {
  private final String first;
  private final String second;

  /** A module whose arguments have the given names. */
  public PairModule(String first, String second) {
    this.first = first;
    this.second = second;
  }

  /** Computes the output. */
  public abstract Tensor forward(Tensor a, Tensor b);

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    NamedValues bound = Signature.parse(first + ", " + second).bind(type().name(), args, kwargs);
    return forward(bound.tensor(first), bound.tensor(second));
  }
}
