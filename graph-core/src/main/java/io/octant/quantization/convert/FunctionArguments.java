package io.octant.quantization.convert;

import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Binds the arguments of a functional layer by name, whether they came by position, by keyword or
 * not at all.
 */
final class FunctionArguments {
  private final Node node;
  private final List<String> names;

  /**
   * @param names parameters of the function in their order
   */
  FunctionArguments(Node node, List<String> names) {
    this.node = node;
    this.names = names;
  }

  /** A value, None if it was not given. */
  Object value(String name) {
    return value(name, None.NONE);
  }

  Object value(String name, Object otherwise) {
    int index = names.indexOf(name);
    if (index < node.args().size()) {
      return node.arg(index);
    }
    return node.kwargs().getOrDefault(name, otherwise);
  }

  /** An integer for each spatial axis, from a number or a sequence. */
  List<Object> spatial(String name, int rank, long otherwise) {
    Object value = value(name, otherwise);
    if (value instanceof List<?> list) {
      return repeated(list, rank);
    }
    if (value instanceof Tuple tuple) {
      return repeated(tuple.items(), rank);
    }
    return repeated(List.of(value), rank);
  }

  private static List<Object> repeated(List<?> values, int rank) {
    List<Object> out = new ArrayList<>(values);
    while (out.size() < rank) {
      out.add(values.get(0));
    }
    return out;
  }
}
