package io.octant.trace;

import io.octant.NearestNames;
import io.octant.graph.Arguments;
import io.octant.graph.Ellipsis;
import io.octant.graph.FunctionType;
import io.octant.graph.MemoryFormat;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Dispatches calls to the execution of the values among their arguments. */
final class Recording {
  /** What an argument may be besides values and structures of them. */
  private static final List<Class<?>> SCALARS =
      List.of(
          Tensor.class,
          Number.class,
          Boolean.class,
          String.class,
          int[].class,
          Map.class,
          None.class,
          Ellipsis.class,
          DType.class,
          QScheme.class,
          Shape.class,
          MemoryFormat.class);

  private Recording() {}

  static Value function(FunctionType function, Object... args) {
    return function(function, Arrays.asList(args), Map.of());
  }

  /** Calls a function; without a value among the arguments it computes at once. */
  static Value function(FunctionType function, List<?> args, Map<String, ?> kwargs) {
    Execution execution = executionOf(args, kwargs);
    return new Value(execution, execution.callFunction(function, contents(args), contents(kwargs)));
  }

  /**
   * Calls a function of the operator table.
   *
   * @throws TraceException if it is not there, with the nearest names
   */
  static Value known(String name, List<?> args, Map<String, ?> kwargs) {
    FunctionType function = FunctionType.of(name);
    if (Operators.standard().find(function) == null) {
      List<String> functions =
          Operators.standard().rows().stream()
              .flatMap(OperatorRow::names)
              .filter(n -> !n.startsWith("."))
              .toList();
      throw new TraceException(
          "Cannot call function: "
              + name
              + ", expected one of the operator table, such as "
              + NearestNames.list(name, functions, 3)
              + "; function of a TraceableModule records any");
    }
    return function(function, args, kwargs);
  }

  static Value method(String method, List<?> args, Map<String, ?> kwargs) {
    Execution execution = executionOf(args, kwargs);
    return new Value(execution, execution.callMethod(method, contents(args), contents(kwargs)));
  }

  private static Execution executionOf(List<?> args, Map<String, ?> kwargs) {
    Execution found = find(args);
    found = found == null || !found.isTracing() ? prefer(find(kwargs.values()), found) : found;
    return found == null ? EagerExecution.REFERENCE : found;
  }

  private static @Nullable Execution prefer(@Nullable Execution a, @Nullable Execution b) {
    return a != null && (a.isTracing() || b == null) ? a : b;
  }

  /** The execution of the first traced value, or of any value. */
  private static @Nullable Execution find(Iterable<?> values) {
    Execution found = null;
    for (Object v : values) {
      Execution one = null;
      if (v instanceof Value value) {
        one = value.execution();
      } else if (v instanceof List<?> list) {
        one = find(list);
      } else if (v instanceof Tuple t) {
        one = find(t.items());
      } else if (v instanceof Slice s) {
        one = find(List.of(s.start(), s.stop(), s.step()));
      }
      found = one == null ? found : prefer(one, found);
    }
    return found;
  }

  static List<Object> contents(List<?> args) {
    return args.stream().map(Recording::content).toList();
  }

  static Map<String, Object> contents(Map<String, ?> kwargs) {
    Map<String, Object> out = new LinkedHashMap<>();
    kwargs.forEach((k, v) -> out.put(k, content(v)));
    return out;
  }

  private static Object content(Object argument) {
    if (argument instanceof Value v) {
      return v.content();
    }
    if (argument instanceof List<?> list) {
      return contents(list);
    }
    if (argument instanceof Tuple t) {
      return new Tuple(contents(t.items()));
    }
    if (argument instanceof Slice s) {
      return new Slice(content(s.start()), content(s.stop()), content(s.step()));
    }
    if (SCALARS.stream().noneMatch(type -> type.isInstance(argument))) {
      throw new TraceException(
          "Cannot pass argument of "
              + argument.getClass().getName()
              + ": "
              + argument
              + ", expected a value, a tensor, a number or another that graphs may hold");
    }
    return Arguments.normalize(argument);
  }
}
