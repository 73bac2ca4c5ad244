package io.octant.shape;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Interpreter;
import io.octant.graph.MethodType;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.OperatorTable;
import io.octant.graph.TargetType;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a graph for its shapes: values are right in type, shape and, where they do not depend on the
 * input's data, in content; elsewhere they are what zeros give. A value whose shape depends on data
 * is {@link Late#VALUE}.
 *
 * <p>Every node's value is handed to a listener as soon as it is known.
 */
public final class ShapeInterpreter extends Interpreter {
  private final BiConsumer<Node, Object> listener;
  private final LateValues late;

  /** An interpreter that tells a listener each node and its value as soon as it is known. */
  public ShapeInterpreter(GraphModule module, BiConsumer<Node, Object> listener) {
    super(module);
    this.listener = listener;
    this.late = LateValues.of(module);
  }

  /**
   * Type and shape of every tensor in a graph, by node in execution order, placeholders included;
   * after {@code torch.fx.passes.shape_prop.ShapeProp}. Nodes whose value is no tensor have none.
   *
   * @param inputs one value a placeholder; a tensor's elements matter only where a shape follows
   *     from them
   * @return the name of a spec is the node's
   * @throws io.octant.graph.GraphException naming the node whose inputs do not fit
   */
  public static Map<Node, TensorSpec> specs(GraphModule module, Object... inputs) {
    Map<Node, TensorSpec> out = new LinkedHashMap<>();
    BiConsumer<Node, Object> note =
        (node, value) -> {
          if (value instanceof Tensor t) {
            out.put(node, new TensorSpec(node.name(), t.dtype(), t.shape()));
          }
        };
    List<Node> placeholders = module.graph().placeholders();
    for (int i = 0; i < Math.min(inputs.length, placeholders.size()); i++) {
      note.accept(placeholders.get(i), inputs[i]);
    }
    new ShapeInterpreter(module, note).run(List.of(inputs), Map.of());
    return Collections.unmodifiableMap(out);
  }

  @Override
  protected Object runNode(Node node, List<Object> args, Map<String, Object> kwargs) {
    Operation op = node.operation();
    Object value =
        late.contains(node)
            ? Late.VALUE
            : op instanceof Operation.CallFunction f
                ? callFunction(module.operators(), f.function(), args, kwargs)
                : op instanceof Operation.CallModule m
                    ? callModule(module.module(m.target()), args, kwargs)
                    : op instanceof Operation.CallMethod m
                        ? callMethod(module.operators(), m.target(), args, kwargs)
                        : super.runNode(node, args, kwargs);
    listener.accept(node, value);
    return value;
  }

  /** Applies a function by its shape rule, or for real if it has none. */
  public static Object callFunction(
      OperatorTable operators, FunctionType function, List<Object> args, Map<String, Object> kw) {
    Object known = ShapeRules.call(function, args, kw);
    return known != null ? known : operators.callFunction(function, args, kw);
  }

  /** A function's or method's result of zeros by its shape rule; null if it has to be run. */
  public static @Nullable Object findCall(
      TargetType type, List<Object> args, Map<String, Object> kw) {
    return ShapeRules.call(type, args, kw);
  }

  /** A module's result of zeros by its shape rule; null if it has to be run. */
  public static @Nullable Object findModule(Module module, List<Object> args) {
    return ShapeRules.module(module, args);
  }

  /**
   * The most elements that a function or method without shape rule returns.
   *
   * @param type null for a module
   * @param inputs elements of all its arguments
   */
  public static long elements(
      @Nullable TargetType type, List<Object> args, Map<String, Object> kwargs, long inputs) {
    return ResultSizes.elements(
        type == null ? null : BoundCall.of(type, args, kwargs), args, inputs);
  }

  /** Applies a method by its shape rule, or for real if it has none. */
  public static Object callMethod(
      OperatorTable operators, String method, List<Object> args, Map<String, Object> kw) {
    Object known = ShapeRules.call(new MethodType(method), args, kw);
    return known != null ? known : operators.callMethod(method, args, kw);
  }

  /** Calls a module by its shape rule, or for real if it has none. */
  public static Object callModule(Module module, List<Object> args, Map<String, Object> kwargs) {
    if (module instanceof ActivationPostProcess && args.size() == 1) {
      return args.get(0); // zeros are not to be observed
    }
    Object known = ShapeRules.module(module, args);
    return known != null ? known : module.evaluate(args, kwargs);
  }
}
