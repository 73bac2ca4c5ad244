package io.octant.jobs.config;

import static io.octant.jobs.config.Key.optional;
import static io.octant.jobs.config.Key.withDefault;

import io.octant.pipeline.training.LossSettings;
import io.octant.pipeline.training.OptimizerSettings;
import io.octant.pipeline.training.ScheduleSettings;
import java.util.List;
import java.util.Map;

/** The keys of training, a part of {@link Keys#all()}. */
final class TrainingKeys {
  private static final double MOST = 1e30;

  static final Key<String> PATH =
      optional(
          "data.training.path",
          Kind.path(),
          "File or folder with the data that octant train trains on.");
  static final Key<String> FORMAT =
      withDefault(
          "data.training.format",
          Kind.text(),
          "parquet",
          "Its format, as for calibration, of those that are files.");
  static final Key<Map<String, String>> OPTIONS =
      withDefault(
          "data.training.options",
          Kind.entries(Kind.text()),
          Map.of(),
          "Options of a format that Spark reads.");
  static final Key<Map<String, ColumnConfig>> COLUMNS =
      optional(
          "data.training.columns",
          Kind.entries(Kind.column()),
          "Column of each model input; without it, as data.calibration.columns.");
  static final Key<String> LABEL =
      optional(
          "data.training.label",
          Kind.text(),
          "Column of the class label; without it, the float model alone says what is right.");
  static final Key<Integer> LIMIT =
      optional(
          "data.training.limit",
          Kind.wholeNumber(1),
          "Reads only so many samples, the first ones of the files in the order of their names.");
  static final Key<String> FILTER =
      optional(
          "data.training.filter",
          Kind.text(),
          "Condition in Spark's SQL on the columns of the files; rows of which it is not true are"
              + " left out and counted.");
  static final Key<Double> SAMPLE_FRACTION =
      optional(
          "data.training.sample.fraction",
          Kind.number(0, 1),
          "Share of the rows to use, chosen by a hash of each, the same in every run.");
  static final Key<Integer> SAMPLE_SEED =
      withDefault(
          "data.training.sample.seed", Kind.wholeNumber(0), 0, "Another seed chooses other rows.");
  static final Key<String> SAMPLE_KEY =
      optional(
          "data.training.sample.key",
          Kind.text(),
          "Column whose value is hashed, so that its rows stay together; without it, the place of a"
              + " row.");

  static final Key<Integer> EPOCHS =
      withDefault("training.epochs", Kind.wholeNumber(1), 1, "Passes over the training data.");
  static final Key<Integer> BATCH =
      withDefault(
          "training.batch",
          Kind.wholeNumber(1),
          64,
          "Samples of a step; what does not fill one is left out of the epoch.");
  static final Key<Integer> MICRO_BATCH =
      withDefault(
          "training.microBatch",
          Kind.wholeNumber(1),
          32,
          "Samples that run together on one core, of which the batch is a multiple; batch norms"
              + " take their statistics over these.");
  static final Key<Integer> SEED =
      withDefault(
          "training.seed", Kind.wholeNumber(0), 0, "Another seed is another order of samples.");

  static final Key<OptimizerSettings.Kind> OPTIMIZER =
      withDefault(
          "training.optimizer.name",
          Kind.choice(OptimizerSettings.Kind.class),
          OptimizerSettings.Kind.SGD,
          "How parameters move.");
  static final Key<Double> LEARNING_RATE =
      withDefault(
          "training.optimizer.learningRate",
          Kind.number(0, MOST),
          0.01,
          "Learning rate, which the schedule multiplies.");
  static final Key<Double> MOMENTUM =
      withDefault("training.optimizer.momentum", Kind.number(0, 1), 0.9, "Momentum of sgd.");
  static final Key<Boolean> NESTEROV =
      withDefault(
          "training.optimizer.nesterov", Kind.flag(), false, "Nesterov's momentum for sgd.");
  static final Key<Double> BETA1 =
      withDefault(
          "training.optimizer.beta1",
          Kind.number(0, 1),
          0.9,
          "Decay of the mean of gradients of adam and adamw.");
  static final Key<Double> BETA2 =
      withDefault(
          "training.optimizer.beta2",
          Kind.number(0, 1),
          0.999,
          "Decay of the mean of their squares of adam and adamw.");
  static final Key<Double> EPS =
      withDefault(
          "training.optimizer.eps",
          Kind.number(0, MOST),
          1e-8,
          "What adam and adamw add to the root.");
  static final Key<Double> WEIGHT_DECAY =
      optional(
          "training.optimizer.weightDecay",
          Kind.number(0, MOST),
          "Weight decay; without it, 0.01 for adamw and none for the others.");
  static final Key<Boolean> DECAY_VECTORS =
      withDefault(
          "training.optimizer.decayVectors",
          Kind.flag(),
          false,
          "Whether biases and weights of batch norms decay as well.");

  static final Key<ScheduleSettings.Kind> SCHEDULE =
      withDefault(
          "training.schedule.name",
          Kind.choice(ScheduleSettings.Kind.class),
          ScheduleSettings.Kind.COSINE,
          "Course of the learning rate over all steps.");
  static final Key<Integer> SCHEDULE_EVERY =
      withDefault(
          "training.schedule.every",
          Kind.wholeNumber(1),
          100,
          "Steps after which schedule step multiplies by gamma.");
  static final Key<Double> SCHEDULE_GAMMA =
      withDefault("training.schedule.gamma", Kind.number(0, 1), 0.1, "Factor of schedule step.");
  static final Key<Double> SCHEDULE_FLOOR =
      withDefault(
          "training.schedule.floor",
          Kind.number(0, 1),
          0.0,
          "Share of the learning rate at which schedule cosine ends.");
  static final Key<Integer> WARM_UP =
      withDefault(
          "training.schedule.warmUpSteps",
          Kind.wholeNumber(0),
          0,
          "Steps of a straight line up to the learning rate.");

  static final Key<Double> LABEL_SMOOTHING =
      withDefault(
          "training.loss.labelSmoothing",
          Kind.number(0, 1),
          0.0,
          "Share of each label that goes to all classes.");
  static final Key<List<Double>> CLASS_WEIGHTS =
      optional(
          "training.loss.classWeights",
          Kind.many(Kind.number(0, MOST)),
          "What each class counts for in the loss; without it, all the same.");
  static final Key<Integer> IGNORE_LABEL =
      optional(
          "training.loss.ignoreLabel",
          Kind.wholeNumber(Integer.MIN_VALUE),
          "Label that does not count.");
  static final Key<Double> TEACHER_WEIGHT =
      withDefault(
          "training.distillation.weight",
          Kind.number(0, MOST),
          1.0,
          "What the distance from the float model's output counts for beside the labels; 0 leaves"
              + " it out.");
  static final Key<LossSettings.Teacher> TEACHER_LOSS =
      withDefault(
          "training.distillation.loss",
          Kind.choice(LossSettings.Teacher.class),
          LossSettings.Teacher.KL,
          "That distance: kl of class scores, mse, or cosine of embeddings.");
  static final Key<Double> TEMPERATURE =
      withDefault(
          "training.distillation.temperature",
          Kind.number(1e-3, 1e3),
          1.0,
          "Softens both outputs for kl.");

  static final Key<Double> CLIP_NORM =
      optional(
          "training.clipNorm",
          Kind.number(1e-30, MOST),
          "Largest Euclidean norm of all gradients together.");
  static final Key<Integer> FAKE_QUANTIZE_FROM =
      optional(
          "training.qat.fakeQuantizeFrom",
          Kind.wholeNumber(0),
          "First step that rounds; without it, the first.");
  static final Key<Integer> OBSERVERS_UNTIL =
      optional(
          "training.qat.observersUntil",
          Kind.wholeNumber(0),
          "First step whose ranges stand still; without it, they move to the end.");
  static final Key<Integer> STATISTICS_UNTIL =
      optional(
          "training.qat.statisticsUntil",
          Kind.wholeNumber(0),
          "First step at which batch norms keep their statistics; without it, they move to the"
              + " end.");

  static final Key<String> CHECKPOINTS =
      optional(
          "training.checkpoints",
          Kind.path(),
          "Folder outside of the output that keeps the last two checkpoints of each training: one"
              + " that was cut goes on there.");
  static final Key<Integer> CHECKPOINT_EVERY =
      withDefault(
          "training.checkpointEvery",
          Kind.wholeNumber(1),
          100,
          "Steps from one checkpoint to the next.");

  static final List<Key<?>> DATA =
      List.of(
          FORMAT, OPTIONS, COLUMNS, LABEL, LIMIT, FILTER, SAMPLE_FRACTION, SAMPLE_SEED, SAMPLE_KEY);

  static final List<Key<?>> ALL =
      List.of(
          PATH,
          FORMAT,
          OPTIONS,
          COLUMNS,
          LABEL,
          LIMIT,
          FILTER,
          SAMPLE_FRACTION,
          SAMPLE_SEED,
          SAMPLE_KEY,
          EPOCHS,
          BATCH,
          MICRO_BATCH,
          SEED,
          OPTIMIZER,
          LEARNING_RATE,
          MOMENTUM,
          NESTEROV,
          BETA1,
          BETA2,
          EPS,
          WEIGHT_DECAY,
          DECAY_VECTORS,
          SCHEDULE,
          SCHEDULE_EVERY,
          SCHEDULE_GAMMA,
          SCHEDULE_FLOOR,
          WARM_UP,
          LABEL_SMOOTHING,
          CLASS_WEIGHTS,
          IGNORE_LABEL,
          TEACHER_WEIGHT,
          TEACHER_LOSS,
          TEMPERATURE,
          CLIP_NORM,
          FAKE_QUANTIZE_FROM,
          OBSERVERS_UNTIL,
          STATISTICS_UNTIL,
          CHECKPOINTS,
          CHECKPOINT_EVERY);

  private TrainingKeys() {}
}
