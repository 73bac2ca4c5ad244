package io.octant.conformance;

import io.octant.OctantException;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The arguments of a call written as Python, {@code (2, 1), ceil_mode=True}: numbers, fractions,
 * booleans, None, strings, tuples and lists of them, and names of operands.
 *
 * @param operands what a name stands for; empty makes it an error
 */
record CallArguments(Function<String, Optional<Object>> operands) {

  /** Splits at the commas that stand outside brackets. */
  static List<String> split(String arguments) {
    List<String> out = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < arguments.length(); i++) {
      switch (arguments.charAt(i)) {
        case '(', '[' -> depth++;
        case ')', ']' -> depth--;
        case ',' -> {
          if (depth == 0) {
            out.add(arguments.substring(from, i));
            from = i + 1;
          }
        }
        default -> {
          // Part of an argument.
        }
      }
    }
    out.add(arguments.substring(from));
    out.removeIf(String::isBlank);
    return out;
  }

  /**
   * One argument's value.
   *
   * @throws OctantException if it is none of the above
   */
  Object value(String text) {
    String t = text.trim();
    if (t.startsWith("(") && t.endsWith(")")) {
      return new Tuple(values(t));
    }
    if (t.startsWith("[") && t.endsWith("]")) {
      return values(t);
    }
    if (t.matches("'[^']*'|\"[^\"]*\"")) {
      return t.substring(1, t.length() - 1);
    }
    return switch (t) {
      case "True" -> true;
      case "False" -> false;
      case "None" -> None.NONE;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> numberOrOperand(t);
    };
  }

  private List<Object> values(String bracketed) {
    return split(bracketed.substring(1, bracketed.length() - 1)).stream().map(this::value).toList();
  }

  private Object numberOrOperand(String t) {
    if (t.matches("-?\\d+")) {
      return Long.valueOf(t);
    }
    if (t.matches("-?\\d+/\\d+")) {
      String[] parts = t.split("/");
      return Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
    }
    if (t.matches("-?[\\d.]+(e[-+]?\\d+)?")) {
      return Double.valueOf(t);
    }
    return operands
        .apply(t)
        .orElseThrow(
            () ->
                new OctantException(
                    "Cannot read argument: " + t + ", expected a literal or an operand's name"));
  }
}
