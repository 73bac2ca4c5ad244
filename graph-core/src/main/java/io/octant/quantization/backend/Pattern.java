package io.octant.quantization.backend;

import io.octant.graph.ModuleType;
import io.octant.graph.TargetType;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A shape of subgraph, read from its last operator backwards: an operator with a pattern for each
 * of its positional arguments. PyTorch's "reversed nested tuple" format.
 */
public sealed interface Pattern {
  /** PyTorch's wildcard class, {@code MatchAllNode}. */
  String MATCH_ALL = "torch.ao.quantization.utils.MatchAllNode";

  /** Number of operators and wildcards; larger patterns are tried first. */
  int size();

  /** An operator with whatever arguments. */
  record Operator(TargetType type) implements Pattern {
    @Override
    public int size() {
      return 1;
    }
  }

  /** An operator whose arguments match too, as many as there are patterns. */
  record Applied(Pattern operator, List<Pattern> arguments) implements Pattern {
    public Applied {
      arguments = List.copyOf(arguments);
    }

    @Override
    public int size() {
      return operator.size() + arguments.stream().mapToInt(Pattern::size).sum();
    }
  }

  /** Anything; the matched node is an input of the subgraph, not part of it. */
  record Any() implements Pattern {
    @Override
    public int size() {
      return 1;
    }
  }

  /** A literal argument. */
  record Constant(Object value) implements Pattern {
    @Override
    public int size() {
      return 1;
    }
  }

  /** One operator. */
  static Pattern of(TargetType type) {
    return new Operator(type);
  }

  /**
   * Operators in the order they run, each fed by the one before: two or three, as in PyTorch.
   *
   * @throws ConfigurationException for any other number
   */
  static Pattern sequence(List<TargetType> types) {
    if (types.size() != 2 && types.size() != 3) {
      throw new ConfigurationException(
          "Cannot make pattern of "
              + types.size()
              + " operators: "
              + types
              + ", expected a tuple of 2 or 3; larger ones go in the complex format");
    }
    Pattern out = of(types.get(0));
    for (TargetType type : types.subList(1, types.size())) {
      out = new Applied(of(type), List.of(out));
    }
    return out;
  }

  /** The map form: a target, or {@code {"tuple": [operator, argument, …]}}. */
  default Object toMap() {
    if (this instanceof Operator o) {
      return Values.encode(o.type());
    }
    if (this instanceof Applied a) {
      List<Object> items = new ArrayList<>();
      items.add(a.operator().toMap());
      a.arguments().forEach(p -> items.add(p.toMap()));
      return Map.of("tuple", items);
    }
    return this instanceof Constant c ? c.value() : Map.of("class", MATCH_ALL);
  }

  /**
   * Reads {@link #toMap}.
   *
   * @throws ConfigurationException if it is malformed
   */
  static Pattern fromMap(@Nullable Object value) {
    if (value instanceof Map<?, ?> map && map.get("tuple") instanceof List<?> items) {
      if (items.isEmpty()) {
        throw new ConfigurationException("Cannot read pattern: (), expected an operator");
      }
      List<Pattern> parts = items.stream().map(Pattern::fromMap).toList();
      return new Applied(parts.get(0), parts.subList(1, parts.size()));
    }
    if (value instanceof Number || value instanceof Boolean) {
      return new Constant(value instanceof Integer i ? Long.valueOf(i) : value);
    }
    TargetType type = Values.target(value);
    return type.equals(new ModuleType(MATCH_ALL)) ? new Any() : of(type);
  }
}
