package io.octant.training;

import io.octant.graph.Module;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Moves parameters against their gradients. State is kept by parameter name, in the parameter's
 * type, and computed in the order of PyTorch's single-tensor implementation, each operation rounded
 * to the type; products that are added are fused (one rounding), as in PyTorch's vector kernels.
 * Not thread-safe.
 */
public abstract sealed class Optimizer permits Sgd, Adam {
  /** Steps done, a float32 scalar as in PyTorch. */
  static final String STEP = "step";

  private final Map<String, Map<String, Tensor>> state = new TreeMap<>();
  private final List<Group> groups = new ArrayList<>();
  private final double learningRate;
  private double weightDecay;

  private record Group(Predicate<String> names, @Nullable Double weightDecay, double rateFactor) {}

  /** What one parameter is moved with. */
  record Rates(double learningRate, double weightDecay) {}

  Optimizer(double learningRate) {
    if (!(learningRate >= 0) || Double.isInfinite(learningRate)) {
      throw new TrainingException(
          "Cannot train with learning rate " + learningRate + ", expected 0 or more");
    }
    this.learningRate = learningRate;
  }

  /**
   * Names of the parameters with one axis or none: biases, weights of normalizations, scales and
   * zero points. Usually left out of weight decay.
   */
  public static Predicate<String> vectorsOf(Module model) {
    Set<String> names = new HashSet<>();
    model.forEachModule(
        (path, m) ->
            m.parameters()
                .forEach(
                    (name, p) -> {
                      if (p.shape().rank() < 2) {
                        names.add(path.isEmpty() ? name : path + "." + name);
                      }
                    }));
    return names::contains;
  }

  /** The learning rate before a schedule's factor. */
  public final double learningRate() {
    return learningRate;
  }

  /** With weight decay. */
  public final Optimizer withWeightDecay(double value) {
    if (!(value >= 0)) {
      throw new TrainingException("Cannot decay weights by " + value + ", expected 0 or more");
    }
    weightDecay = value;
    return this;
  }

  /**
   * Without weight decay for parameters of certain names; the first group that a name fits holds.
   */
  public final Optimizer withoutDecayOf(Predicate<String> names) {
    groups.add(new Group(names, 0.0, 1));
    return this;
  }

  /** With another learning rate, as a factor, for parameters of certain names. */
  public final Optimizer withRateOf(Predicate<String> names, double factor) {
    groups.add(new Group(names, null, factor));
    return this;
  }

  private Rates rates(String name, double factor) {
    for (Group group : groups) {
      if (group.names.test(name)) {
        return new Rates(
            learningRate * factor * group.rateFactor,
            group.weightDecay == null ? weightDecay : group.weightDecay);
      }
    }
    return new Rates(learningRate * factor, weightDecay);
  }

  /** One step with the learning rate as it is. */
  public final void step(Module model, Map<String, Tensor> gradients) {
    step(model, gradients, 1);
  }

  /**
   * One step.
   *
   * @param model whose parameters are replaced
   * @param gradients by parameter name, of the parameter's shape; others keep their values
   * @param rateFactor multiplies the learning rate; {@link Schedule#factor}
   * @throws TrainingException if a gradient does not fit its parameter
   */
  public final void step(Module model, Map<String, Tensor> gradients, double rateFactor) {
    gradients.forEach(
        (name, gradient) -> {
          int dot = name.lastIndexOf('.');
          Module owner = dot < 0 ? model : model.module(name.substring(0, dot));
          Tensor parameter = owner.parameters().get(name.substring(dot + 1));
          if (parameter == null
              || parameter.dtype() != gradient.dtype()
              || !parameter.shape().equals(gradient.shape())) {
            throw new TrainingException(
                "Cannot train "
                    + name
                    + ": gradient "
                    + gradient.description()
                    + ", expected that of a parameter, which is "
                    + (parameter == null ? "missing" : parameter.description()));
          }
          Map<String, Tensor> own = state.computeIfAbsent(name, n -> new LinkedHashMap<>());
          owner.setParameter(
              name.substring(dot + 1), updated(parameter, gradient, own, rates(name, rateFactor)));
        });
  }

  /** The moved parameter; {@code state} is changed. */
  abstract Tensor updated(
      Tensor parameter, Tensor gradient, Map<String, Tensor> state, Rates rates);

  /** The state of every parameter by its name, then by the name that PyTorch gives it; a copy. */
  public final Map<String, Map<String, Tensor>> state() {
    Map<String, Map<String, Tensor>> out = new TreeMap<>();
    state.forEach((name, own) -> out.put(name, Map.copyOf(own)));
    return out;
  }

  /** The names of what is kept for a parameter once it has moved. */
  abstract Set<String> stateNames();

  /**
   * Refuses a state that this optimizer would not have.
   *
   * @param file where it was read
   * @param parameters by name
   */
  final void requireState(
      String file, Map<String, Map<String, Tensor>> saved, Map<String, Tensor> parameters) {
    saved.forEach(
        (name, own) -> {
          Tensor parameter = parameters.get(name);
          if (parameter == null || !own.keySet().equals(stateNames())) {
            throw new TrainingException(
                "Cannot resume training from "
                    + file
                    + ": it has "
                    + new TreeSet<>(own.keySet())
                    + " of "
                    + name
                    + ", expected "
                    + new TreeSet<>(stateNames())
                    + " of a parameter, as the optimizer keeps");
          }
          own.forEach(
              (key, tensor) -> {
                boolean fits =
                    key.equals(STEP)
                        ? tensor.dtype() == DType.FLOAT32 && tensor.numel() == 1
                        : tensor.dtype() == parameter.dtype()
                            && tensor.shape().equals(parameter.shape());
                if (!fits) {
                  throw new TrainingException(
                      "Cannot resume training from "
                          + file
                          + ": "
                          + key
                          + " of "
                          + name
                          + " is "
                          + tensor.description()
                          + ", expected what fits "
                          + parameter.description());
                }
              });
        });
  }

  /** Goes on from a state that {@link #state} gave. */
  final void load(Map<String, Map<String, Tensor>> saved) {
    state.clear();
    saved.forEach((name, own) -> state.put(name, new LinkedHashMap<>(own)));
  }

  /** Element by element arithmetic, each operation rounded to a type. */
  static final class Arithmetic {
    private final boolean single;

    Arithmetic(DType type) {
      if (type != DType.FLOAT32 && type != DType.FLOAT64) {
        throw new TrainingException(
            "Cannot train a parameter of " + type + ", expected float32 or float64");
      }
      this.single = type == DType.FLOAT32;
    }

    double round(double v) {
      return single ? (float) v : v;
    }

    /** {@code a · b + c} with one rounding. */
    double fma(double a, double b, double c) {
      return single ? Math.fma((float) a, (float) b, (float) c) : Math.fma(a, b, c);
    }
  }
}
