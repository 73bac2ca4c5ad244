package io.octant.autograd;

import io.octant.operator.OperatorRow;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import java.util.Map;

/**
 * A call of an operator of the table: a function, a method, or a module as the function that it
 * computes.
 *
 * @param row of the operator table
 * @param function the first function or method of the row that takes these arguments
 * @param arguments by parameter name: constants, nodes of the forward graph, {@link Attribute}s
 * @param given the arguments of a module without its defaults, empty for functions and methods
 */
record Call(OperatorRow row, String function, NamedValues arguments, Map<String, Object> given) {

  static Signature signature(OperatorRow row, String name) {
    return Signature.parse(row.call(name).parameters());
  }
}
