package io.octant.operator;

import io.octant.graph.MethodType;
import io.octant.graph.TargetType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How quantized tensors pass an operator in the lowered form, told for each of its names: PyTorch
 * tells functions, methods and modules of one operator apart. A name that is nowhere here does not
 * run on quantized tensors.
 *
 * @param fixed the kernel imposes scale and zero point of the output
 * @param shared the output keeps scale and zero point of the input
 * @param twins quantized functions with scale and zero point of the output, by the float function
 * @param modules types that have a quantized module with scale and zero point of the output
 * @param pairs functions of two tensors to their quantized function and to the one with a ReLU
 *     behind it, if there is one
 * @param weights functions and module types whose weight is quantized, by what is quantized besides
 */
public record QuantizedForm(
    Set<String> fixed,
    Set<String> shared,
    Map<String, String> twins,
    Set<String> modules,
    Map<String, List<String>> pairs,
    Map<QuantizedWeights, Set<String>> weights) {

  public QuantizedForm {
    fixed = Set.copyOf(fixed);
    shared = Set.copyOf(shared);
    twins = Map.copyOf(twins);
    modules = Set.copyOf(modules);
    pairs = Map.copyOf(pairs);
    weights = Map.copyOf(weights);
  }

  /** Whether it runs on quantized tensors under one of its own names or a quantized one's. */
  public boolean passes(TargetType type) {
    return fixed.contains(key(type)) || shared.contains(key(type)) || hasOwnRange(type);
  }

  /** Whether the quantized form computes new values, so that half precision has none. */
  public boolean computes(TargetType type) {
    return fixed.contains(key(type)) || hasOwnRange(type);
  }

  /** Whether the weight of a function or module type is quantized in a way. */
  public boolean quantizesWeight(QuantizedWeights how, String type) {
    return weights.getOrDefault(how, Set.of()).contains(type);
  }

  private boolean hasOwnRange(TargetType type) {
    return twins.containsKey(key(type)) || modules.contains(key(type));
  }

  private static String key(TargetType type) {
    return type instanceof MethodType ? "." + type.name() : type.name();
  }

  /** The kinds that occur, in words. */
  public List<String> kinds() {
    List<String> out = new ArrayList<>();
    if (!twins.isEmpty()
        || !modules.isEmpty()
        || !pairs.isEmpty()
        || weights.containsKey(QuantizedWeights.STATIC)) {
      out.add("own range");
    }
    if (!shared.isEmpty()) {
      out.add("as its input");
    }
    if (!fixed.isEmpty()) {
      out.add("fixed range");
    }
    if (weights.containsKey(QuantizedWeights.DYNAMIC)) {
      out.add("dynamic");
    }
    if (weights.containsKey(QuantizedWeights.ALONE)) {
      out.add("weight only");
    }
    return List.copyOf(out);
  }
}
