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
 */
public record QuantizedForm(
    Set<String> fixed, Set<String> shared, Map<String, String> twins, Set<String> modules) {
  /** Of operators that never run on quantized tensors. */
  static final QuantizedForm NEVER = new QuantizedForm(Set.of(), Set.of(), Map.of(), Set.of());

  public QuantizedForm {
    fixed = Set.copyOf(fixed);
    shared = Set.copyOf(shared);
    twins = Map.copyOf(twins);
    modules = Set.copyOf(modules);
  }

  /** Whether it runs on quantized tensors under one of its own names or a quantized one's. */
  public boolean passes(TargetType type) {
    return fixed.contains(key(type)) || shared.contains(key(type)) || hasOwnRange(type);
  }

  /** Whether the quantized form computes new values, so that half precision has none. */
  public boolean computes(TargetType type) {
    return fixed.contains(key(type)) || hasOwnRange(type);
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
    if (!twins.isEmpty() || !modules.isEmpty()) {
      out.add("own range");
    }
    if (!shared.isEmpty()) {
      out.add("as its input");
    }
    if (!fixed.isEmpty()) {
      out.add("fixed range");
    }
    return List.copyOf(out);
  }
}
