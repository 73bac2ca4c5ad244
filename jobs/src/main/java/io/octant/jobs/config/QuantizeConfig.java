package io.octant.jobs.config;

import io.octant.pipeline.RunOrigin;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A quantization job.
 *
 * @param model what to quantize
 * @param data what to calibrate and evaluate on
 * @param calibration how to calibrate
 * @param quantization how to quantize
 * @param validation what the result must reach
 * @param execution how executors compute
 * @param training what the model is trained on, and how; only for training
 * @param sweep what is compared with the model
 * @param output where the results go
 * @param spark properties for Spark, full names
 * @param origin how it was asked for
 */
public record QuantizeConfig(
    ModelConfig model,
    DataConfig data,
    CalibrationConfig calibration,
    QuantizationConfig quantization,
    ValidationConfig validation,
    ExecutionConfig execution,
    Optional<TrainingConfig> training,
    SweepConfig sweep,
    OutputConfig output,
    Map<String, String> spark,
    RunOrigin origin) {

  public QuantizeConfig {
    spark = Collections.unmodifiableMap(new TreeMap<>(spark));
    if (data.evaluation().flatMap(EvaluationConfig::label).isEmpty()
        && validation.needsAccuracy()) {
      throw new SettingsException(
          "Cannot gate on accuracy: no labels, expected key data.evaluation.label");
    }
    quantization.requireBits();
    if (data.evaluation().isEmpty() && validation.isGate()) {
      throw new SettingsException(
          "Cannot gate on validation: no evaluation data, expected key data.evaluation.path");
    }
  }

  /** A job that nobody has asked for on a command line. */
  public QuantizeConfig(
      ModelConfig model,
      DataConfig data,
      CalibrationConfig calibration,
      QuantizationConfig quantization,
      ValidationConfig validation,
      ExecutionConfig execution,
      Optional<TrainingConfig> training,
      SweepConfig sweep,
      OutputConfig output,
      Map<String, String> spark) {
    this(
        model,
        data,
        calibration,
        quantization,
        validation,
        execution,
        training,
        sweep,
        output,
        spark,
        RunOrigin.PROGRAM);
  }

  /** The same, as somebody has asked for it. */
  public QuantizeConfig withOrigin(RunOrigin newOrigin) {
    return new QuantizeConfig(
        model,
        data,
        calibration,
        quantization,
        validation,
        execution,
        training,
        sweep,
        output,
        spark,
        newOrigin);
  }

  /**
   * Checks that there is something to calibrate on.
   *
   * @throws SettingsException if there is not
   */
  public void requireCalibration() {
    if (!data.calibration().isGiven()) {
      throw new SettingsException(
          "Cannot find key %s: absent, expected %s"
              .formatted(Keys.CALIBRATION_PATH.path(), Keys.CALIBRATION_PATH.kind().description()));
    }
  }

  /** Files and folders on Hadoop file systems, by key. */
  public SortedMap<String, String> locations() {
    SortedMap<String, String> locations = new TreeMap<>();
    locations.put(Keys.MODEL_PATH.path(), model.path());
    data.calibration().path().ifPresent(p -> locations.put(Keys.CALIBRATION_PATH.path(), p));
    data.evaluation()
        .flatMap(e -> e.source().path())
        .ifPresent(p -> locations.put(Keys.EVALUATION_PATH.path(), p));
    calibration.states().ifPresent(p -> locations.put(Keys.CALIBRATION_STATES.path(), p));
    training
        .flatMap(t -> t.source().path())
        .ifPresent(p -> locations.put(TrainingKeys.PATH.path(), p));
    training
        .flatMap(TrainingConfig::checkpoints)
        .ifPresent(p -> locations.put(TrainingKeys.CHECKPOINTS.path(), p));
    sweep.totals().ifPresent(p -> locations.put(SweepKeys.TOTALS.path(), p));
    locations.put(Keys.OUTPUT_PATH.path(), output.path());
    output.current().ifPresent(p -> locations.put(Keys.OUTPUT_CURRENT.path(), p));
    return locations;
  }

  static QuantizeConfig of(Settings settings) {
    EvaluationConfig.refuseWithoutPath(settings);
    QuantizationConfig quantization = QuantizationConfig.of(settings);
    return new QuantizeConfig(
        ModelConfig.of(settings),
        DataConfig.of(settings),
        CalibrationConfig.of(settings),
        quantization,
        ValidationConfig.of(settings),
        ExecutionConfig.of(settings),
        TrainingConfig.of(settings),
        SweepConfig.of(settings, quantization),
        OutputConfig.of(settings),
        settings.spark());
  }
}
