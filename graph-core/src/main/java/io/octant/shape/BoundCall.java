package io.octant.shape;

import io.octant.graph.MethodType;
import io.octant.graph.None;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.Signature;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call of a function or method, its arguments by the names of its row's parameters. */
record BoundCall(OperatorRow row, Signature signature, NamedValues values) {
  private static final Map<String, Signature> SIGNATURES = signatures();

  private static Map<String, Signature> signatures() {
    Map<String, Signature> out = new HashMap<>();
    for (OperatorRow row : Operators.standard().rows()) {
      row.names().forEach(name -> out.put(name, Signature.parse(row.call(name).parameters())));
    }
    return Map.copyOf(out);
  }

  /** A call bound; null if it is of no row, or if the arguments do not fit the parameters. */
  static @Nullable BoundCall of(TargetType type, List<Object> args, Map<String, Object> kwargs) {
    String name = type instanceof MethodType ? "." + type.name() : type.name();
    OperatorRow row = Operators.standard().findCall(name);
    Signature signature = SIGNATURES.get(name);
    if (row == null || signature == null) {
      return null;
    }
    try {
      return new BoundCall(row, signature, signature.bind(name, args, kwargs));
    } catch (OperatorException e) {
      return null;
    }
  }

  /** An argument by name or its default; null for None and where there is no such parameter. */
  @Nullable Object find(String parameter) {
    Object value = values.has(parameter) ? values.value(parameter) : None.NONE;
    return value == None.NONE ? null : value;
  }

  /** The argument at a place of the parameter list; null for None and behind the last. */
  @Nullable Object find(int place) {
    return place < signature.parameters().size()
        ? find(signature.parameters().get(place).name())
        : null;
  }

  /** An argument by name, or its default. */
  Object get(String parameter) {
    return values.value(parameter);
  }

  /** Whether an argument is True. */
  boolean flag(String parameter) {
    return Boolean.TRUE.equals(find(parameter));
  }

  /** An integer, or a list of integers; null if an argument is something else. */
  long @Nullable [] numbers(String parameter) {
    return numbers(find(parameter));
  }

  static long @Nullable [] numbers(@Nullable Object value) {
    List<?> items = value instanceof Tuple t ? t.items() : value instanceof List<?> l ? l : null;
    if (items == null || !items.stream().allMatch(Long.class::isInstance)) {
      return value instanceof Long one ? new long[] {one} : null;
    }
    return items.stream().mapToLong(Long.class::cast).toArray();
  }
}
