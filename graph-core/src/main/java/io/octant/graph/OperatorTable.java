package io.octant.graph;

import java.util.List;
import java.util.Map;

/**
 * Implementations of functions and tensor methods on concrete values; the plain Java one is the
 * reference.
 */
public interface OperatorTable {
  /**
   * Applies a free function.
   *
   * @throws GraphException if the function is unknown or the arguments do not fit
   */
  Object callFunction(FunctionType function, List<Object> args, Map<String, Object> kwargs);

  /**
   * Applies a method to the first argument.
   *
   * @throws GraphException if the method is unknown or the arguments do not fit
   */
  Object callMethod(String method, List<Object> args, Map<String, Object> kwargs);
}
