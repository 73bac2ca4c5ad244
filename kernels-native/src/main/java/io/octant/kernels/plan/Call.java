package io.octant.kernels.plan;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.shape.ShapeInterpreter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node with its arguments resolved to symbolic values.
 *
 * @param model the graph that the node is of
 * @param args positional arguments, {@link Activation}s for tensors of run time
 * @param kwargs keyword arguments
 */
record Call(GraphModule model, Node node, List<Object> args, Map<String, Object> kwargs) {
  /** Names the arguments as a Python parameter list does. */
  NamedValues bind(Signature signature) {
    return signature.bind(node.target(), args, kwargs);
  }

  boolean isModule() {
    return node.operation() instanceof Operation.CallModule;
  }

  Module module() {
    return model.moduleOf(node);
  }

  /** The first argument, which must be a tensor of run time. */
  Activation input() {
    return activation(args.isEmpty() ? kwargs.get("input") : args.get(0));
  }

  static Activation activation(@Nullable Object value) {
    if (value instanceof Activation a) {
      return a;
    }
    throw new UnsupportedKernelException("needs a tensor of run time, not " + value);
  }

  /**
   * Computes on concrete values with the reference operators of {@code on}, a copy of the model.
   */
  Object evaluate(GraphModule on, List<Object> values, Map<String, Object> keywords) {
    Operation op = node.operation();
    if (op instanceof Operation.CallFunction f) {
      return on.operators().callFunction(f.function(), values, keywords);
    }
    if (op instanceof Operation.CallMethod m) {
      return on.operators().callMethod(m.target(), values, keywords);
    }
    return on.module(op.target()).evaluate(values, keywords);
  }

  /** A result of the right types and shapes for zeros, by shape rules where computing is costly. */
  Object shapes(List<Object> values, Map<String, Object> keywords) {
    Operation op = node.operation();
    if (op instanceof Operation.CallFunction f) {
      return ShapeInterpreter.callFunction(model.operators(), f.function(), values, keywords);
    }
    if (op instanceof Operation.CallModule m) {
      return ShapeInterpreter.callModule(model.module(m.target()), values, keywords);
    }
    return evaluate(model, values, keywords);
  }
}
