package io.octant.autograd;

import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Interpreter;
import io.octant.graph.Module;
import io.octant.graph.Tuple;
import io.octant.nn.qat.QatBatchNorm;
import io.octant.quantization.fakequant.LearnableFakeQuantize;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A graph module with its derivative: a forward graph, which returns the values that the backward
 * graph needs beside the result, and a backward graph from these and the gradients of the outputs
 * to the gradients of parameters and inputs. Both are graphs like any other: they print, lint and
 * run; neither holds a tensor.
 *
 * <p>The forward graph calls the modules of the model itself: it reads the parameters that they
 * have when it runs, and moves the statistics of their observers and batch norms. Whether a module
 * is in training is decided when the graphs are built, which takes milliseconds; a run in other
 * modes is refused.
 */
public final class Differentiated implements AutoCloseable {
  /** Batches of two sizes, that of an epoch's end among them, keep their plans. */
  private static final int SESSIONS = 2;

  private final GraphModule model;
  private final GraphModule forward;
  private final GraphModule backward;
  private final List<String> parameters;
  private final List<String> inputs;
  private final List<String> outputs;
  private final Map<String, String> modes;
  private final Map<List<TensorSpec>, DerivativeSession> sessions = new LinkedHashMap<>();
  private @Nullable DerivativeEngine engine;
  private long runs;

  Differentiated(
      GraphModule model,
      Graph forward,
      Graph backward,
      List<String> parameters,
      List<String> inputs,
      List<String> outputs) {
    this.model = model;
    this.forward = new GraphModule(forward, model.operators());
    this.backward = new GraphModule(backward, model.operators());
    this.parameters = List.copyOf(parameters);
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.modes = modes(model);
    shareState();
    this.forward.lint();
    this.backward.lint();
  }

  /**
   * Differentiates the outputs by all parameters. Scale and zero point of a learnable fake quantize
   * are parameters while it learns them.
   *
   * @throws AutogradException naming node and operator if one on the way has no derivative, or if
   *     no output depends on a parameter
   */
  public static Differentiated of(GraphModule model) {
    return of(model, List.of());
  }

  /**
   * Differentiates the outputs by all parameters and by some inputs.
   *
   * @param inputs names of placeholders
   * @throws AutogradException as {@link #of(GraphModule)}, or if there is no such input
   */
  public static Differentiated of(GraphModule model, List<String> inputs) {
    Map<String, String> names = parameterNames(model);
    return new BackwardPass(model, names).run(names.values().stream().distinct().toList(), inputs);
  }

  /** The name of each parameter, the first path to it, by every path to it. */
  private static Map<String, String> parameterNames(GraphModule model) {
    Map<Module, String> first = new IdentityHashMap<>();
    Map<String, String> out = new LinkedHashMap<>();
    model.forEachModule(
        (path, module) -> {
          if (module instanceof LearnableFakeQuantize learnable && !learnable.isLearning()) {
            return;
          }
          String prefix = path.isEmpty() ? "" : path + ".";
          String known = first.computeIfAbsent(module, m -> prefix);
          module.parameters().keySet().forEach(p -> out.put(prefix + p, known + p));
        });
    return out;
  }

  /**
   * Lets an engine run both graphs from now on: {@link #run(List)} compiles for the shapes of its
   * inputs, and keeps the plans of the last two. Only the last run can go backward then.
   *
   * @return this
   */
  public Differentiated on(DerivativeEngine value) {
    close();
    engine = value;
    return this;
  }

  /** Frees what an engine has compiled; a later run compiles again. */
  @Override
  public void close() {
    sessions.values().forEach(DerivativeSession::close);
    sessions.clear();
    runs++;
  }

  /** How the backward graph is run on what a forward run has left. */
  private interface Backward {
    List<?> run(List<Tensor> outputGradients);
  }

  /** What a forward run leaves for the backward one. */
  public final class Run {
    private final Object output;
    private final Backward backwardRun;

    private Run(Object output, Backward backwardRun) {
      this.output = output;
      this.backwardRun = backwardRun;
    }

    /** What the model returns. */
    public Object output() {
      return output;
    }

    /**
     * The gradients of parameters and inputs by name; those that no output depends on are missing.
     *
     * @param outputGradients one for each of {@link Differentiated#outputs}, of its shape
     * @throws AutogradException if an engine runs the graphs and has run forward again
     */
    public Map<String, Tensor> gradients(Tensor... outputGradients) {
      if (outputGradients.length != outputs.size()) {
        throw new AutogradException(
            "Cannot run backward with "
                + outputGradients.length
                + " gradients, expected one for each of "
                + outputs);
      }
      List<?> result = backwardRun.run(List.of(outputGradients));
      Map<String, Tensor> out = new LinkedHashMap<>();
      for (int i = 0; i < result.size(); i++) {
        if (result.get(i) instanceof Tensor gradient) {
          boolean isParameter = i < parameters.size();
          out.put(isParameter ? parameters.get(i) : inputs.get(i - parameters.size()), gradient);
        }
      }
      return out;
    }
  }

  /** What the rules of a model's modules depend on, by path. */
  private static Map<String, String> modes(GraphModule model) {
    Map<String, String> out = new LinkedHashMap<>();
    model.forEachModule(
        (path, module) ->
            out.put(
                path,
                (module.isTraining() ? "training" : "evaluation")
                    + (module instanceof QatBatchNorm n && n.isBatchNormFrozen() ? ", frozen" : "")
                    + (module instanceof LearnableFakeQuantize l && l.isLearning()
                        ? ", learning"
                        : "")));
    return out;
  }

  /** Whether the model's modules are in the modes for which the graphs were built. */
  public boolean isCurrent() {
    return modes.equals(modes(model));
  }

  /**
   * Runs the forward graph on positional inputs.
   *
   * @throws AutogradException naming a module whose mode has changed since the graphs were built
   */
  public Run run(List<Object> inputValues) {
    DerivativeEngine chosen = engine;
    if (chosen == null) {
      return run(inputValues, Interpreter::new);
    }
    requireModes();
    shareState();
    List<Tensor> tensors = new ArrayList<>();
    for (Object value : inputValues) {
      if (!(value instanceof Tensor tensor)) {
        throw new AutogradException(
            "Cannot run the derivative on input " + value + ", expected a tensor");
      }
      tensors.add(tensor);
    }
    DerivativeSession session = session(chosen, tensors);
    long number = ++runs;
    Object output = session.forward(tensors);
    return new Run(
        output,
        gradients -> {
          if (runs != number) {
            throw new AutogradException(
                "Cannot run backward from run "
                    + number
                    + ": its values are gone since run "
                    + runs
                    + ", expected the last run");
          }
          return session.backward(gradients);
        });
  }

  private DerivativeSession session(DerivativeEngine chosen, List<Tensor> tensors) {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      Tensor t = tensors.get(i);
      specs.add(new TensorSpec("input" + i, t.dtype(), t.shape()));
    }
    DerivativeSession known = sessions.remove(specs);
    if (known == null) {
      if (sessions.size() == SESSIONS) {
        Iterator<DerivativeSession> oldest = sessions.values().iterator();
        oldest.next().close();
        oldest.remove();
      }
      known = chosen.compile(this, specs);
    }
    sessions.put(specs, known);
    return known;
  }

  /**
   * Runs the forward graph by an interpreter that watches values, or replaces some.
   *
   * @param interpreter made for {@link #forward}
   * @throws AutogradException as {@link #run(List)}
   */
  public Run run(List<Object> inputValues, Function<GraphModule, Interpreter> interpreter) {
    requireModes();
    shareState();
    Tuple all = (Tuple) interpreter.apply(forward).run(inputValues, Map.of());
    List<Object> saved = all.items().subList(1, all.size());
    return new Run(
        all.item(0),
        gradients -> {
          List<Object> args = new ArrayList<>(gradients);
          args.addAll(saved);
          return ((Tuple) new Interpreter(backward).run(args, Map.of())).items();
        });
  }

  private void requireModes() {
    Map<String, String> now = modes(model);
    now.forEach(
        (path, mode) -> {
          if (!mode.equals(modes.get(path))) {
            throw new AutogradException(
                "Cannot run the derivative of module "
                    + (path.isEmpty() ? "(root)" : path)
                    + ": it is in "
                    + mode
                    + ", expected "
                    + modes.get(path)
                    + " as when the graphs were built");
          }
        });
  }

  /** Modules are the model's own; tensors of the root are taken anew. */
  private void shareState() {
    model.children().forEach(forward::setChild);
    model.parameters().forEach(forward::setParameter);
    model.buffers().forEach(forward::setBuffer);
    model.attributes().forEach(forward::setAttribute);
  }

  /** The model's graph, composite modules expanded; returns a tuple, the model's result first. */
  public GraphModule forward() {
    return forward;
  }

  /** From gradients of outputs and saved values to a tuple of gradients. */
  public GraphModule backward() {
    return backward;
  }

  /** The names of parameters, in the order of their gradients. */
  public List<String> parameters() {
    return parameters;
  }

  /** Nodes whose gradients a backward run takes, in order. */
  public List<String> outputs() {
    return outputs;
  }
}
