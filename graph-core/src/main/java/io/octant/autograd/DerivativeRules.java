package io.octant.autograd;

import io.octant.OctantException;
import io.octant.operator.Operators;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The derivative rules, by the names of the operator table's rows. */
public final class DerivativeRules {
  private static final Map<String, DerivativeRule> RULES = new HashMap<>();
  private static final Set<String> STOPS = new HashSet<>();

  static {
    PointwiseRules.register();
    ArithmeticRules.register();
    ReductionRules.register();
    MovementRules.register();
    LayerRules.register();
    stops();
  }

  private DerivativeRules() {}

  /** What is constant piece by piece, or no tensor of floats: no gradient passes. */
  private static void stops() {
    stop("eq", "ne", "lt", "le", "gt", "ge", "isnan", "isinf", "isfinite");
    stop("logical_and", "logical_or", "logical_xor", "logical_not");
    stop("bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not");
    stop("bitwise_left_shift", "bitwise_right_shift");
    stop("sign", "floor", "ceil", "round", "trunc", "fix", "floor_divide");
    stop("argmax", "argmin", "all", "any", "count_nonzero", "argsort", "nonzero", "unique");
    stop("zeros_like", "ones_like", "full_like", "new_zeros", "new_ones", "new_full");
    stop("zeros", "ones", "full", "arange", "one_hot", "non_max_suppression", "pool_positions");
    stop("getattr", "size", "dim", "numel", "item", "shape_as_tensor", "len");
    stop("is_floating_point", "_assert");
    stop("long", "int", "short", "char", "byte", "bool");
    stop("math.sqrt", "math.exp", "math.log", "math.log2", "math.pow", "math.floor", "math.ceil");
    stop("math.trunc", "builtins.float");
  }

  /** Tells how an operator is differentiated. */
  static void define(String row, DerivativeRule rule) {
    if (RULES.put(Operators.standard().row(row).name(), rule) != null) {
      throw new OctantException("Cannot define derivative: " + row + ", expected it once");
    }
  }

  /** Tells that no gradient passes operators. */
  static void stop(String... rows) {
    for (String row : rows) {
      STOPS.add(Operators.standard().row(row).name());
    }
  }

  static @Nullable DerivativeRule find(String row) {
    return RULES.get(row);
  }

  /** Whether gradients end at an operator: it is constant piece by piece, or gives no floats. */
  public static boolean stops(String row) {
    return STOPS.contains(row);
  }

  /** Whether gradients pass an operator. */
  public static boolean has(String row) {
    return RULES.containsKey(row);
  }
}
