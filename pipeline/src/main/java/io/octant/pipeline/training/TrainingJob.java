package io.octant.pipeline.training;

import io.octant.autograd.Differentiated;
import io.octant.graph.GraphModule;
import io.octant.pipeline.data.ChosenPartitions;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.Samples;
import io.octant.quantization.fakequant.FakeQuantize;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Tensor;
import io.octant.training.Trainer;
import io.octant.training.TrainingException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Trains a prepared model step by step. The driver keeps parameters and the optimizer's state, and
 * moves them; tasks find gradients.
 *
 * <p>Every step is a function of the one before and of its samples, so that a task that is tried
 * again, a partition that is read anew and a training that goes on from a checkpoint find the same.
 */
public final class TrainingJob {
  private final JavaSparkContext context;
  private final TrainingModel recipe;
  private final TrainingData data;

  private final GraphModule model;
  private final Trainer trainer;
  private final Optional<Checkpoints> checkpoints;
  private final EpochEvaluation evaluation;
  private TrainingCurve curve = new TrainingCurve();
  private TrainingCost cost = TrainingCost.NONE;
  private @Nullable String lastCheckpoint;

  /** Where a training says how it gets on. */
  public interface Progress {
    /** Says nothing. */
    Progress NONE = new Progress() {};

    /** The samples have been read and are cached. */
    default void read(DataCounts counts) {}

    /** How many steps there are, and samples in those that are still to be done. */
    default void begins(long steps, long samples) {}

    /** An epoch is over. */
    default void epoch(int number, TrainingCurve.Epoch epoch) {}
  }

  private TrainingJob(
      JavaSparkContext context,
      TrainingModel recipe,
      TrainingData data,
      GraphModule model,
      EpochEvaluation evaluation,
      Optional<Checkpoints> checkpoints) {
    this.context = context;
    this.recipe = recipe;
    this.data = data;

    this.model = model;
    TrainingModel.begin(model);
    this.trainer =
        recipe.settings().trainer(model, recipe.settings().loss().byLabels(), recipe.steps());
    this.checkpoints = checkpoints;
    this.evaluation = evaluation;
  }

  /**
   * Trains.
   *
   * @param workers what executors need
   * @param samples of the training
   * @param model prepared, with the ranges that training begins with; is moved
   * @param evaluation of the model that each epoch leaves
   * @param checkpoints where training goes on, and where it leaves off
   * @throws TrainingException if loss or gradient is not finite, naming the last good checkpoint
   * @throws io.octant.pipeline.data.DataException if there are too few samples
   */
  public static TrainingOutcome run(
      JavaSparkContext context,
      Workers workers,
      Samples<?> samples,
      GraphModule model,
      TrainingSettings settings,
      EpochEvaluation evaluation,
      Optional<Checkpoints> checkpoints,
      Progress progress) {
    try (TrainingData data = TrainingData.of(samples, settings, workers.partitions())) {
      progress.read(data.counts());
      long steps = data.plan().stepsPerEpoch() * settings.epochs();
      return new TrainingJob(
              context,
              new TrainingModel(workers, settings, steps),
              data,
              model,
              evaluation,
              checkpoints)
          .train(progress);
    } finally {
      // On a cluster the models live on the executors, and go when those work for another.
      Replicas.shared().clear();
    }
  }

  /**
   * Checks that a model can be trained, before anything is read.
   *
   * @param prepared for training; its modes are changed
   * @throws io.octant.OctantException naming what cannot be trained
   */
  public static void require(GraphModule prepared) {
    TrainingModel.begin(prepared);
    Differentiated.of(prepared);
  }

  private TrainingOutcome train(Progress progress) {
    Optional<Checkpoints.Resumed> resumed = checkpoints.flatMap(c -> c.resume(trainer));
    resumed.ifPresent(
        r -> {
          curve = r.curve();
          lastCheckpoint = r.file();
        });
    progress.begins(recipe.steps(), (recipe.steps() - trainer.steps()) * recipe.settings().batch());
    while (trainer.steps() < recipe.steps()) {
      step();
      long done = trainer.steps();
      if (done % data.plan().stepsPerEpoch() == 0) {
        int epoch = (int) (done / data.plan().stepsPerEpoch());
        curve.evaluated(evaluation.of(model));
        progress.epoch(epoch, curve.epochs().get(epoch - 1));
      }
      if (done < recipe.steps()) {
        checkpoints
            .filter(c -> c.isDue(done))
            .ifPresent(c -> lastCheckpoint = c.write(trainer, curve));
      }
    }
    byte[] last = Checkpoints.bytes(trainer, curve);
    model.train(false);
    return new TrainingOutcome(
        model, last, recipe.steps(), curve, cost, resumed.map(Checkpoints.Resumed::file));
  }

  private void step() {
    long step = trainer.steps();
    long begin = System.nanoTime();
    StepState state = new StepState(model.stateDict());
    Broadcast<StepState> handed = context.broadcast(state);
    long broadcast = System.nanoTime();
    try {
      List<byte[]> results = results(step, handed);
      long ran = System.nanoTime();
      StepTotals totals = new StepTotals();
      long bytes = 0;
      for (byte[] each : results) {
        totals.add(StepTotals.fromBytes(each));
        bytes += each.length;
      }
      move(step, totals);
      long moved = System.nanoTime();
      cost =
          cost.plus(
              totals.nanos() / 1e9,
              (broadcast - begin) / 1e9,
              Math.max(0, ran - broadcast - totals.nanos()) / 1e9,
              (moved - ran) / 1e9,
              state.bytes(),
              bytes);
    } finally {
      handed.destroy();
    }
  }

  private List<byte[]> results(long step, Broadcast<StepState> state) {
    JavaRDD<Tuple2<Long, byte[]>> some = ChosenPartitions.of(data.blocks(), data.partitions(step));
    StepTask task = new StepTask(recipe, data.plan(), data.layout(), state, step);
    return StepReduction.collect(some.mapPartitions(task));
  }

  private void move(long step, StepTotals totals) {
    totals
        .fault()
        .ifPresent(
            fault -> {
              throw diverged(step, "in micro-batch " + fault.index() + ": " + fault.found());
            });
    if (totals.microBatches() != data.plan().microBatches()) {
      throw new TrainingException(
          "Cannot train step "
              + step
              + ": "
              + totals.microBatches()
              + " micro-batches ran, expected "
              + data.plan().microBatches());
    }
    Map<String, Tensor> buffers = buffers(totals);
    if (totals.weight() > 0) {
      Map<String, Tensor> gradients = gradients(totals);
      try {
        trainer.move(totals.loss(), gradients);
      } catch (TrainingException e) {
        throw diverged(step, String.valueOf(e.getMessage()));
      }
    } else {
      throw diverged(step, "all labels are ignored");
    }
    Map<String, Tensor> next = new TreeMap<>(model.stateDict());
    next.putAll(buffers);
    model.loadStateDict(next);
    recompute(totals);
    curve.add(step / data.plan().stepsPerEpoch(), totals, rate(step));
  }

  private double rate(long step) {
    TrainingSettings settings = recipe.settings();
    return settings.optimizer().learningRate()
        * settings.schedule().schedule(recipe.steps()).factor(step);
  }

  private TrainingException diverged(long step, String found) {
    String cause =
        found.startsWith("Cannot train") ? found : "Cannot train step " + step + ": " + found;
    return new TrainingException(
        cause
            + (lastCheckpoint == null
                ? "; there is no checkpoint"
                : "; the last good checkpoint is " + lastCheckpoint));
  }

  private Map<String, Tensor> gradients(StepTotals totals) {
    Map<String, Tensor> state = model.stateDict();
    Map<String, Tensor> out = new TreeMap<>();
    double weight = totals.weight();
    totals
        .gradients()
        .forEach(
            (name, sum) -> {
              Tensor parameter = Objects.requireNonNull(state.get(name), name);
              double[] values = new double[sum.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = sum.mean(i, weight);
              }
              out.put(name, Values.tensor(parameter.dtype(), parameter.shape(), values));
            });
    return out;
  }

  /** Buffers as the step leaves them; those whose scales differ are computed anew afterwards. */
  private Map<String, Tensor> buffers(StepTotals totals) {
    Map<String, Tensor> state = model.stateDict();
    Map<String, Tensor> out = new TreeMap<>();
    totals
        .buffers()
        .forEach(
            (name, merged) -> {
              long others = totals.microBatches() - merged.count();
              if (others > 0) {
                merged.add(Objects.requireNonNull(state.get(name), name), others);
              }
              Optional<Tensor> value =
                  isDerived(name)
                      ? merged.same().or(() -> Optional.of(merged.first()))
                      : merged.mean();
              out.put(
                  name,
                  value.orElseThrow(
                      () ->
                          new TrainingException(
                              "Cannot merge buffer "
                                  + name
                                  + " of several micro-batches: it has no finite mean, expected"
                                  + " statistics that have one")));
            });
    return out;
  }

  private boolean isDerived(String name) {
    int dot = name.lastIndexOf('.');
    String last = name.substring(dot + 1);
    return dot > 0
        && (last.equals("scale") || last.equals("zero_point"))
        && model.module(name.substring(0, dot)) instanceof FakeQuantize;
  }

  /** Scales of ranges that are means of those of several micro-batches. */
  private void recompute(StepTotals totals) {
    Set<String> differing = new HashSet<>();
    totals
        .buffers()
        .forEach(
            (name, merged) -> {
              if (isDerived(name) && merged.same().isEmpty()) {
                differing.add(name.substring(0, name.lastIndexOf('.')));
              }
            });
    differing.forEach(path -> ((FakeQuantize) model.module(path)).recompute());
  }
}
