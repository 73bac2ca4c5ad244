package io.octant.jobs;

import io.octant.calibration.MixedNumerics;
import io.octant.jobs.config.DataConfig;
import io.octant.jobs.config.ExecutionConfig;
import io.octant.jobs.config.ModelConfig;
import io.octant.jobs.config.OutputConfig;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.config.SampleConfig;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.config.SourceConfig;
import io.octant.jobs.config.TrainingConfig;
import io.octant.jobs.config.ValidationConfig;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.InputRole;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.TrainingSpec;
import io.octant.pipeline.data.ColumnBinding;
import io.octant.pipeline.data.DataFormats;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.HoldOut;
import io.octant.pipeline.data.Subset;
import io.octant.pipeline.data.TableSource;
import io.octant.pipeline.execution.EngineProvider;
import io.octant.pipeline.execution.Engines;
import io.octant.pipeline.execution.NativeUpTo;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.validation.Gate;
import io.octant.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** A job's configuration in the terms of the pipeline. */
final class QuantizationSpecs {

  private QuantizationSpecs() {}

  /**
   * Translates.
   *
   * @throws io.octant.jobs.config.SettingsException if a value means nothing to the library
   */
  static QuantizationSpec of(QuantizeConfig config) {
    Optional<DataSource> evaluation =
        config
            .data()
            .evaluation()
            .map(data -> source(data.source(), config.data(), data.label(), data.split()));
    return QuantizationSpec.of(
            new QuantizationSpec.Model(config.model().path(), options(config.model())),
            new QuantizationSpec.Data(
                Optional.of(config.data().calibration())
                    .filter(SourceConfig::isGiven)
                    .map(data -> source(data, config.data(), Optional.empty(), Optional.empty())),
                evaluation,
                config.data().batch(),
                config.data().nonFinite()),
            QuantizationChoice.of(config.quantization()).method(),
            output(config.output()))
        .withValidation(
            new QuantizationSpec.Validation(
                gate(config.validation()),
                config.validation().output(),
                config.validation().layers()))
        .withEngine(engine(config.execution()))
        .withMixed(mixed(config.execution()))
        .withStates(config.calibration().states())
        .withVersions(VersionLines.versions())
        .withOrigin(config.origin());
  }

  /**
   * A training on top of a run.
   *
   * @throws SettingsException without training data
   */
  static TrainingSpec training(QuantizeConfig config, QuantizationSpec base) {
    TrainingConfig training =
        config
            .training()
            .orElseThrow(
                () ->
                    new SettingsException(
                        "Cannot train: no training data, expected key data.training.path"));
    return new TrainingSpec(
        base,
        source(training.source(), config.data(), training.label(), Optional.empty()),
        training.settings(),
        training.checkpoints(),
        training.checkpointEvery());
  }

  /** The evaluation data that a sweep holds out; empty if it does not. */
  static Optional<DataSource> heldOut(QuantizeConfig config) {
    return config
        .data()
        .evaluation()
        .filter(data -> data.split().isPresent())
        .map(
            data ->
                source(
                    data.source(),
                    config.data(),
                    data.label(),
                    data.split().map(split -> split.other(HoldOut.Part.HELD_OUT))));
  }

  private static ImportOptions options(ModelConfig config) {
    SortedMap<String, InputRole> roles = new TreeMap<>();
    config.inputs().forEach((input, role) -> roles.put(input, ModelOptions.role(role)));
    return new ImportOptions(config.axes(), roles);
  }

  private static EngineProvider engine(ExecutionConfig config) {
    return config.isa().<EngineProvider>map(NativeUpTo::new).orElse(Engines.NATIVE);
  }

  private static MixedNumerics mixed(ExecutionConfig config) {
    return switch (config.mixed()) {
      case REFUSE -> MixedNumerics.REFUSE;
      case ACCEPT -> MixedNumerics.ACCEPT;
    };
  }

  private static DataSource source(
      SourceConfig config, DataConfig data, Optional<String> label, Optional<HoldOut> split) {
    if (config.table().isPresent()) {
      return table(TableSource.of(config.table().get()), config, data, label, split);
    }
    if (!DataFormats.names().contains(config.format())) {
      TableSource rows = TableSource.of(config.format(), config.options(), config.path());
      return table(rows, config, data, label, split);
    }
    return files(config, data, label, split);
  }

  private static DataSource files(
      SourceConfig config, DataConfig data, Optional<String> label, Optional<HoldOut> split) {
    OptionalInt partitions = data.partitions();
    FileSource source =
        FileSource.of(
                DataFormats.load(config.format()).withOptions(config.options()),
                List.of(config.path().orElseThrow()))
            .withDamaged(data.damaged());
    for (Map.Entry<String, ColumnBinding> column : bindings(config).entrySet()) {
      source = source.withColumn(column.getKey(), column.getValue());
    }
    if (config.limit().isPresent()) {
      source = source.withLimit(config.limit().getAsInt());
    }
    if (config.filter().isPresent()) {
      source = source.withFilter(config.filter().get());
    }
    if (config.sample().isPresent()) {
      source = source.withSubset(subset(config.sample().get()));
    }
    if (split.isPresent()) {
      source = source.withHoldOut(split.get());
    }
    if (partitions.isPresent()) {
      source = source.withPartitions(partitions.getAsInt());
    }
    return label.isPresent() ? source.withLabel(label.get()) : source;
  }

  private static DataSource table(
      TableSource of,
      SourceConfig config,
      DataConfig data,
      Optional<String> label,
      Optional<HoldOut> split) {
    TableSource source = of.withDamaged(data.damaged());
    for (Map.Entry<String, ColumnBinding> column : bindings(config).entrySet()) {
      source = source.withColumn(column.getKey(), column.getValue());
    }
    if (config.filter().isPresent()) {
      source = source.withFilter(config.filter().get());
    }
    if (config.sample().isPresent()) {
      source = source.withSubset(subset(config.sample().get()));
    }
    if (split.isPresent()) {
      source = source.withHoldOut(split.get());
    }
    if (data.partitions().isPresent()) {
      source = source.withPartitions(data.partitions().getAsInt());
    }
    return label.isPresent() ? source.withLabel(label.get()) : source;
  }

  private static Subset subset(SampleConfig sample) {
    return new Subset(sample.fraction(), sample.seed(), sample.key());
  }

  private static SortedMap<String, ColumnBinding> bindings(SourceConfig config) {
    SortedMap<String, ColumnBinding> bindings = new TreeMap<>();
    config
        .columns()
        .forEach(
            (input, column) ->
                bindings.put(
                    input,
                    new ColumnBinding(
                        column.column().orElse(input),
                        column.type().map(type -> DType.of(type.torchName())),
                        column.scale(),
                        column.offset(),
                        column.preprocessing())));
    return bindings;
  }

  private static QuantizationSpec.Output output(OutputConfig config) {
    return new QuantizationSpec.Output(
        config.path(),
        switch (config.ifPresent()) {
          case REFUSE -> IfPresent.REFUSE;
          case REPLACE -> IfPresent.REPLACE;
        },
        config.current());
  }

  private static Gate gate(ValidationConfig config) {
    return new Gate(
        config.minAccuracy(),
        config.maxAccuracyDrop(),
        config.minAgreement(),
        config.minSqnrDb(),
        config.minCosine());
  }
}
