package io.octant.trace;

import io.octant.graph.FunctionType;
import io.octant.graph.Module;
import io.octant.nn.quantized.FloatFunctional;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A model, or a part of one, written in Java: what a class with a {@code forward} is in PyTorch.
 *
 * <pre>{@code
 * final class Doubling extends TraceableModule {
 *   Doubling() {
 *     setChild("linear", new Linear(5, 5));
 *   }
 *
 *   @Override
 *   protected Value forward(Value... inputs) {
 *     Value y = call("linear", inputs[0]);
 *     return y.plus(y);
 *   }
 * }
 * }</pre>
 *
 * <p>It runs on tensors through {@link #evaluate}, and {@link Tracer} turns it into a graph. Its
 * type is the Java class name. Children are called by name, so that a copy of a model calls its own
 * and a child can be replaced.
 */
public abstract class TraceableModule extends Module {
  private final List<String> inputNames;
  private Execution execution = EagerExecution.REFERENCE;

  /** A model with one input, x. */
  protected TraceableModule() {
    this("x");
  }

  /** A model with the given inputs, which become the placeholders of its graph. */
  protected TraceableModule(String... inputNames) {
    this.inputNames = List.of(inputNames);
    if (new HashSet<>(this.inputNames).size() < inputNames.length) {
      throw new TraceException(
          "Cannot make module "
              + type()
              + " with inputs "
              + this.inputNames
              + ", expected names that differ");
    }
    for (String name : inputNames) {
      if (!name.matches("[A-Za-z_][A-Za-z_0-9]*")) {
        throw new TraceException(
            "Cannot make module "
                + type()
                + ": input '"
                + name
                + "', expected letters, digits and underscores");
      }
    }
  }

  /** Computes the output from as many inputs as there are names. */
  protected abstract Value forward(Value... inputs);

  /** The names of the inputs, in the order of {@link #forward}'s arguments. */
  public final List<String> inputNames() {
    return inputNames;
  }

  /**
   * Calls a child.
   *
   * @param child its name, or the dotted path of a descendant
   */
  protected final Value call(String child, Object... args) {
    return call(child, List.of(args), Map.of());
  }

  /** Calls a child with keyword arguments. */
  protected final Value call(String child, List<?> args, Map<String, ?> kwargs) {
    return new Value(
        execution,
        execution.callModule(module(child), Recording.contents(args), Recording.contents(kwargs)));
  }

  /** A parameter, buffer or attribute of this module by name. */
  protected final Value state(String name) {
    return new Value(execution, execution.attribute(this, name));
  }

  /**
   * The operations of a {@link FloatFunctional} child. They compute with it, so that what is
   * attached to it observes them; in a graph they are plain functions, as {@code prepare_fx} wants
   * them.
   */
  protected final FunctionalOperations functional(String child) {
    if (module(child) instanceof FloatFunctional f) {
      return new FunctionalOperations(f);
    }
    throw new TraceException(
        "Cannot use child " + child + ": " + module(child).type() + ", expected a FloatFunctional");
  }

  /** Runs forward with what operations are to do. */
  final Object run(Execution wanted, List<Object> args, Map<String, Object> kwargs) {
    NamedValues bound =
        Signature.parse(String.join(", ", inputNames)).bind(type().name(), args, kwargs);
    List<Value> inputs = new ArrayList<>();
    for (String name : inputNames) {
      inputs.add(new Value(wanted, bound.value(name)));
    }
    Execution outer = execution;
    execution = wanted;
    try {
      Value result = forward(inputs.toArray(Value[]::new));
      if (result == null) {
        throw new TraceException(
            "Cannot run " + type() + ": forward returned null, expected a value");
      }
      return result.content();
    } finally {
      execution = outer;
    }
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    return run(EagerExecution.REFERENCE, args, kwargs);
  }

  /**
   * Calls any function by its PyTorch name, in the operator table or not; {@link Functional} and
   * {@link Torch} list the usual. One that the operators of a graph do not know fails when it runs.
   */
  protected static Value function(String name, List<?> args, Map<String, ?> kwargs) {
    return Recording.function(FunctionType.of(name), args, kwargs);
  }
}
