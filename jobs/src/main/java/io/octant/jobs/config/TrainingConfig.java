package io.octant.jobs.config;

import io.octant.OctantException;
import io.octant.pipeline.training.LossSettings;
import io.octant.pipeline.training.OptimizerSettings;
import io.octant.pipeline.training.QatSettings;
import io.octant.pipeline.training.ScheduleSettings;
import io.octant.pipeline.training.TrainingSettings;
import java.util.List;
import java.util.Optional;

/**
 * What {@code octant train} trains on, and how.
 *
 * @param source the training data
 * @param label column of the class label; empty learns from the float model alone
 * @param checkpoints folder where a training goes on
 * @param checkpointEvery steps from one checkpoint to the next
 */
public record TrainingConfig(
    SourceConfig source,
    Optional<String> label,
    TrainingSettings settings,
    Optional<String> checkpoints,
    int checkpointEvery) {

  /**
   * @return empty without training data
   * @throws SettingsException if there are keys that nobody would read, or that do not fit together
   */
  static Optional<TrainingConfig> of(Settings settings) {
    Optional<String> path = settings.find(TrainingKeys.PATH);
    if (path.isEmpty()) {
      settings.refuse(
          TrainingKeys.PATH,
          TrainingKeys.DATA,
          "no training data, expected key " + TrainingKeys.PATH.path());
      return Optional.empty();
    }
    Optional<String> label = settings.find(TrainingKeys.LABEL);
    if (!SourceConfig.hasFiles(settings.value(TrainingKeys.FORMAT))) {
      SourceConfig.refuseBesideFormat(settings, TrainingKeys.FORMAT, List.of(TrainingKeys.PATH));
    }
    SourceConfig source =
        new SourceConfig(
            path,
            Optional.empty(),
            settings.value(TrainingKeys.FORMAT),
            settings.value(TrainingKeys.OPTIONS),
            settings.find(TrainingKeys.COLUMNS).orElse(settings.value(Keys.CALIBRATION_COLUMNS)),
            SourceConfig.whole(settings.find(TrainingKeys.LIMIT)),
            settings.find(TrainingKeys.FILTER),
            SampleConfig.of(
                settings,
                TrainingKeys.SAMPLE_FRACTION,
                TrainingKeys.SAMPLE_SEED,
                TrainingKeys.SAMPLE_KEY));
    if (settings.find(TrainingKeys.CHECKPOINTS).isEmpty()) {
      settings.refuse(
          TrainingKeys.CHECKPOINTS,
          List.of(TrainingKeys.CHECKPOINT_EVERY),
          "no checkpoints are kept, expected key " + TrainingKeys.CHECKPOINTS.path());
    }
    return Optional.of(
        new TrainingConfig(
            source,
            label,
            settings(settings, label.isPresent()),
            settings.find(TrainingKeys.CHECKPOINTS),
            settings.value(TrainingKeys.CHECKPOINT_EVERY)));
  }

  private static TrainingSettings settings(Settings settings, boolean labelled) {
    int batch = settings.value(TrainingKeys.BATCH);
    int micro = settings.value(TrainingKeys.MICRO_BATCH);
    if (batch % micro != 0) {
      throw new SettingsException(
          "Cannot use training.batch = %d with training.microBatch = %d, expected a multiple"
              .formatted(batch, micro));
    }
    return new TrainingSettings(
        settings.value(TrainingKeys.EPOCHS),
        batch,
        micro,
        settings.value(TrainingKeys.SEED),
        optimizer(settings),
        schedule(settings),
        loss(settings, labelled),
        new QatSettings(
            step(settings, TrainingKeys.FAKE_QUANTIZE_FROM),
            step(settings, TrainingKeys.OBSERVERS_UNTIL),
            step(settings, TrainingKeys.STATISTICS_UNTIL)),
        settings.find(TrainingKeys.CLIP_NORM).orElse(0.0));
  }

  private static long step(Settings settings, Key<Integer> key) {
    return settings.find(key).orElse(-1);
  }

  private static OptimizerSettings optimizer(Settings settings) {
    OptimizerSettings.Kind kind = settings.value(TrainingKeys.OPTIMIZER);
    boolean sgd = kind == OptimizerSettings.Kind.SGD;
    settings.refuse(
        TrainingKeys.OPTIMIZER,
        sgd
            ? List.of(TrainingKeys.BETA1, TrainingKeys.BETA2, TrainingKeys.EPS)
            : List.of(TrainingKeys.MOMENTUM, TrainingKeys.NESTEROV),
        "optimizer "
            + Kind.spelled(kind)
            + " has none, expected "
            + (sgd ? "adam or adamw" : "sgd"));
    OptimizerSettings standard =
        OptimizerSettings.of(kind, settings.value(TrainingKeys.LEARNING_RATE));
    double decay = settings.find(TrainingKeys.WEIGHT_DECAY).orElse(standard.weightDecay());
    if (decay == 0) {
      settings.refuse(
          TrainingKeys.WEIGHT_DECAY,
          List.of(TrainingKeys.DECAY_VECTORS),
          "nothing decays, expected key training.optimizer.weightDecay above 0");
    }
    try {
      return new OptimizerSettings(
          kind,
          standard.learningRate(),
          settings.value(TrainingKeys.MOMENTUM),
          settings.value(TrainingKeys.NESTEROV),
          settings.value(TrainingKeys.BETA1),
          settings.value(TrainingKeys.BETA2),
          settings.value(TrainingKeys.EPS),
          decay,
          settings.value(TrainingKeys.DECAY_VECTORS));
    } catch (OctantException e) {
      throw new SettingsException("Cannot use training.optimizer: " + e.getMessage());
    }
  }

  private static ScheduleSettings schedule(Settings settings) {
    ScheduleSettings.Kind kind = settings.value(TrainingKeys.SCHEDULE);
    if (kind != ScheduleSettings.Kind.STEP) {
      settings.refuse(
          TrainingKeys.SCHEDULE,
          List.of(TrainingKeys.SCHEDULE_EVERY, TrainingKeys.SCHEDULE_GAMMA),
          "schedule " + Kind.spelled(kind) + " has none, expected step");
    }
    if (kind != ScheduleSettings.Kind.COSINE) {
      settings.refuse(
          TrainingKeys.SCHEDULE,
          List.of(TrainingKeys.SCHEDULE_FLOOR),
          "schedule " + Kind.spelled(kind) + " has none, expected cosine");
    }
    return new ScheduleSettings(
        kind,
        settings.value(TrainingKeys.SCHEDULE_EVERY),
        settings.value(TrainingKeys.SCHEDULE_GAMMA),
        settings.value(TrainingKeys.SCHEDULE_FLOOR),
        settings.value(TrainingKeys.WARM_UP));
  }

  private static LossSettings loss(Settings settings, boolean labelled) {
    double teacher = settings.value(TrainingKeys.TEACHER_WEIGHT);
    if (!labelled) {
      settings.refuse(
          TrainingKeys.LABEL,
          List.of(
              TrainingKeys.LABEL_SMOOTHING, TrainingKeys.CLASS_WEIGHTS, TrainingKeys.IGNORE_LABEL),
          "no labels, expected key data.training.label");
      if (teacher == 0) {
        throw new SettingsException(
            "Cannot use training.distillation.weight = 0 without labels, expected key"
                + " data.training.label or a weight above 0");
      }
    }
    if (teacher == 0) {
      settings.refuse(
          TrainingKeys.TEACHER_WEIGHT,
          List.of(TrainingKeys.TEACHER_LOSS, TrainingKeys.TEMPERATURE),
          "the float model does not take part, expected key training.distillation.weight above 0");
    } else if (settings.value(TrainingKeys.TEACHER_LOSS) != LossSettings.Teacher.KL) {
      settings.refuse(
          TrainingKeys.TEACHER_LOSS,
          List.of(TrainingKeys.TEMPERATURE),
          "training.distillation.loss has none, expected kl");
    }
    return new LossSettings(
        labelled,
        settings.value(TrainingKeys.LABEL_SMOOTHING),
        settings.find(TrainingKeys.CLASS_WEIGHTS).orElse(List.of()),
        settings
            .find(TrainingKeys.IGNORE_LABEL)
            .map(Integer::longValue)
            .orElse(LossSettings.NONE_IGNORED),
        settings.value(TrainingKeys.TEACHER_LOSS),
        teacher,
        settings.value(TrainingKeys.TEMPERATURE));
  }
}
