package io.octant.training;

import io.octant.autograd.DerivativeEngine;
import io.octant.autograd.Differentiated;
import io.octant.graph.GraphModule;
import io.octant.safetensors.SafetensorsFile;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a graph module, that of {@code prepareQat} say, batch by batch: what a loop of PyTorch
 * does between {@code zero_grad} and {@code step}. Modules are trained in the modes that they are
 * in; {@code model.train(true)} before the loop puts them in training. The same model, batches and
 * settings give the same bytes. Not thread-safe.
 */
public final class Trainer implements AutoCloseable {
  private final GraphModule model;
  private final Loss loss;
  private final Optimizer optimizer;
  private Schedule schedule = Schedule.constant();
  private Clipping clipping = Clipping.none();
  private QatSchedule qatSchedule = QatSchedule.none();
  private @Nullable Teacher teacher;
  private @Nullable DerivativeEngine engine;
  private @Nullable Differentiated differentiated;
  private long steps;

  private record Teacher(GraphModule model, Loss loss, double weight) {}

  /**
   * A trainer that has done no step.
   *
   * @param model whose parameters, batch-norm statistics and observers are moved
   * @param loss of its only output
   */
  public Trainer(GraphModule model, Loss loss, Optimizer optimizer) {
    this.model = model;
    this.loss = loss;
    this.optimizer = optimizer;
  }

  /** With a learning rate that changes from step to step. */
  public Trainer withSchedule(Schedule value) {
    schedule = value;
    return this;
  }

  /** With gradients made smaller before the optimizer takes them. */
  public Trainer withClipping(Clipping value) {
    clipping = value;
    return this;
  }

  /** With rounding, ranges and statistics that start or stop at a step. */
  public Trainer withQatSchedule(QatSchedule value) {
    qatSchedule = value;
    return this;
  }

  /**
   * With a second loss, between the output and what another model makes of the same inputs: {@link
   * Losses#distillation}, with the float model.
   *
   * @param model runs as it is
   * @param weight of the second loss; the first keeps its own, 1
   */
  public Trainer withTeacher(GraphModule model, Loss loss, double weight) {
    teacher = new Teacher(model, loss, weight);
    return this;
  }

  /**
   * With an engine that runs the model forward and backward, the native one say, instead of the
   * reference operators. Its sums may differ from theirs in the last bits.
   */
  public Trainer withEngine(DerivativeEngine value) {
    close();
    engine = value;
    return this;
  }

  /** Frees the memory of an engine; training may go on. */
  @Override
  public void close() {
    if (differentiated != null) {
      differentiated.close();
      differentiated = null;
    }
  }

  /** Steps done so far. */
  public long steps() {
    return steps;
  }

  /**
   * Writes parameters, buffers, the optimizer's state and the number of steps as a safetensors
   * file, which appears whole or not at all.
   *
   * @throws io.octant.OctantException if it cannot be written
   */
  public void save(Path file) {
    Checkpoint.write(file, model, optimizer, steps);
  }

  /**
   * Goes on where {@link #save} was called: later steps give the same bytes as if nothing had come
   * between. Model and settings must be those of then; modes of modules that no {@link QatSchedule}
   * sets are not in the file.
   *
   * @throws TrainingException if the file is of another optimizer, or no checkpoint; nothing is
   *     changed then
   * @throws io.octant.graph.GraphException if it is of another model; nothing is changed then
   */
  public void resume(Path file) {
    resume(file.toString(), SafetensorsFile.read(file).tensors());
  }

  /** The tensors that {@link #save} writes, by name. */
  public Map<String, Tensor> checkpoint() {
    return Checkpoint.of(model, optimizer, steps);
  }

  /**
   * {@link #resume(Path)} from tensors that were read already.
   *
   * @param source where they are from, for messages
   * @throws TrainingException as {@link #resume(Path)}
   * @throws io.octant.graph.GraphException as {@link #resume(Path)}
   */
  public void resume(String source, Map<String, Tensor> checkpoint) {
    steps = Checkpoint.load(source, checkpoint, model, optimizer);
  }

  /** One step on a model of one input; see {@link #step(List, Tensor)}. */
  public double step(Tensor input, Tensor target) {
    return step(List.of(input), target);
  }

  /**
   * One step: forward, loss, backward, optimizer.
   *
   * @param inputs one for each placeholder, in order
   * @param target what the loss compares the output with
   * @return the loss, before the parameters moved
   * @throws TrainingException if loss or a gradient is not finite, with the parameters as they were
   *     before the step; if the model does not return one tensor
   * @throws io.octant.autograd.AutogradException naming node and operator that has no derivative
   */
  public double step(List<Tensor> inputs, Tensor target) {
    Gradients found = gradients(steps, inputs, target);
    move(found.loss(), found.byParameter());
    return found.loss();
  }

  /**
   * What a batch asks of the parameters.
   *
   * @param loss of the batch
   * @param output what the model made of it
   * @param byParameter gradients by parameter name; those of a loss that is not finite are empty
   */
  public record Gradients(double loss, Tensor output, Map<String, Tensor> byParameter) {}

  /**
   * The first half of a step: forward, loss, backward. Statistics and observers move, parameters do
   * not. Steps in which several batches take part, here or elsewhere, are made of this and {@link
   * #move}.
   *
   * @param step for the {@link QatSchedule}
   * @param inputs one for each placeholder, in order
   * @param target what the loss compares the output with
   * @throws TrainingException if the model does not return one tensor
   * @throws io.octant.autograd.AutogradException naming node and operator that has no derivative
   */
  public Gradients gradients(long step, List<Tensor> inputs, Tensor target) {
    qatSchedule.apply(model, step);
    if (differentiated == null || !differentiated.isCurrent()) {
      close();
      differentiated = Differentiated.of(model);
      if (engine != null) {
        differentiated.on(engine);
      }
    }
    Differentiated.Run run = differentiated.run(List.copyOf(inputs));
    Loss.Value value = loss(inputs, run.output(), target);
    return new Gradients(
        value.value(),
        (Tensor) run.output(),
        Double.isFinite(value.value()) ? run.gradients(value.gradient()) : Map.of());
  }

  /**
   * The second half of a step: clipping and optimizer. Counts the step.
   *
   * @param loss for the check alone
   * @param gradients by parameter name; other parameters stay as they are
   * @throws TrainingException if loss or a gradient is not finite; nothing is moved then
   */
  public void move(double loss, Map<String, Tensor> gradients) {
    if (!Double.isFinite(loss)) {
      throw new TrainingException(
          "Cannot train step "
              + steps
              + ": the loss is "
              + loss
              + ", expected a finite number; a smaller learning rate or clipped gradients may help");
    }
    requireFinite(gradients);
    optimizer.step(model, clipping.clipped(gradients), schedule.factor(steps));
    steps++;
  }

  private Loss.Value loss(List<Tensor> inputs, Object output, Tensor target) {
    if (!(output instanceof Tensor tensor)) {
      throw new TrainingException(
          "Cannot train a model that returns "
              + output.getClass().getSimpleName()
              + ", expected one tensor");
    }
    Loss.Value value = loss.of(tensor, target);
    if (teacher == null) {
      return value;
    }
    Object taught = teacher.model.run(inputs.toArray());
    if (!(taught instanceof Tensor wanted)) {
      throw new TrainingException(
          "Cannot learn from a teacher that returns "
              + taught.getClass().getSimpleName()
              + ", expected one tensor");
    }
    return value.plus(teacher.weight, teacher.loss.of(tensor, wanted));
  }

  private static boolean isFinite(float[] values) {
    float sum = 0;
    for (float v : values) {
      sum += v * 0; // NaN from the first that is none or infinite
    }
    return sum == 0;
  }

  private void requireFinite(Map<String, Tensor> gradients) {
    gradients.forEach(
        (name, gradient) -> {
          if (gradient.dtype() == DType.FLOAT32 && isFinite(gradient.floats())) {
            return;
          }
          for (int i = 0; i < gradient.numel(); i++) {
            if (!Double.isFinite(gradient.doubleAt(i))) {
              throw new TrainingException(
                  "Cannot train step "
                      + steps
                      + ": element "
                      + i
                      + " of the gradient of "
                      + name
                      + " is "
                      + gradient.doubleAt(i)
                      + ", expected a finite number");
            }
          }
        });
  }
}
