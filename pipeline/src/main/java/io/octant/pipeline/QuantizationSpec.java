package io.octant.pipeline;

import io.octant.calibration.MixedNumerics;
import io.octant.onnx.importer.ImportOptions;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.data.NonFinite;
import io.octant.pipeline.execution.EngineProvider;
import io.octant.pipeline.execution.Engines;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.OutsideOutput;
import io.octant.pipeline.validation.Gate;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What a run quantizes, on which data, how, and where the result goes.
 *
 * @param model the ONNX file
 * @param data calibration and evaluation data
 * @param method which nodes are quantized, and how
 * @param output where the files go
 * @param gate what the int8 model must reach to be published
 * @param primaryOutput name of the output that labels and gate are about; empty takes the first
 *     that says a class
 * @param layerSamples evaluation samples on which float and int8 are compared along the network,
 *     the first ones; 0 compares outputs only
 * @param engine what the executors compile graphs with
 * @param mixed what to do about executors whose float sums differ
 * @param states folder in which the states of splits are kept from run to run, on any Hadoop file
 *     system that all executors reach; empty keeps none
 * @param versions version by component, written into the outputs
 */
public record QuantizationSpec(
    Model model,
    Data data,
    QuantizationMethod method,
    Output output,
    Gate gate,
    Optional<String> primaryOutput,
    int layerSamples,
    EngineProvider engine,
    MixedNumerics mixed,
    Optional<String> states,
    SortedMap<String, String> versions) {
  /** {@code layerSamples} where nobody asks for others. */
  public static final int LAYER_SAMPLES = 16;

  public QuantizationSpec {
    if (layerSamples < 0) {
      throw new IllegalArgumentException(
          "Cannot compare layers on samples: " + layerSamples + ", expected 0 or more");
    }
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }

  /** A run on the native engine without a gate. */
  public static QuantizationSpec of(
      Model model, Data data, QuantizationMethod method, Output output) {
    return new QuantizationSpec(
        model,
        data,
        method,
        output,
        Gate.OPEN,
        Optional.empty(),
        LAYER_SAMPLES,
        Engines.NATIVE,
        MixedNumerics.REFUSE,
        Optional.empty(),
        new TreeMap<>());
  }

  /** With another choice of nodes and observers. */
  public QuantizationSpec withMethod(QuantizationMethod newMethod) {
    return new QuantizationSpec(
        model,
        data,
        newMethod,
        output,
        gate,
        primaryOutput,
        layerSamples,
        engine,
        mixed,
        states,
        versions);
  }

  /** With another place for the results. */
  public QuantizationSpec withOutput(Output newOutput) {
    return new QuantizationSpec(
        model,
        data,
        method,
        newOutput,
        gate,
        primaryOutput,
        layerSamples,
        engine,
        mixed,
        states,
        versions);
  }

  /** With limits that the int8 model has to reach. */
  public QuantizationSpec withGate(Gate newGate) {
    return new QuantizationSpec(
        model,
        data,
        method,
        output,
        newGate,
        primaryOutput,
        layerSamples,
        engine,
        mixed,
        states,
        versions);
  }

  /** With another output that labels and gate are about. */
  public QuantizationSpec withPrimaryOutput(Optional<String> newPrimaryOutput) {
    return new QuantizationSpec(
        model,
        data,
        method,
        output,
        gate,
        newPrimaryOutput,
        layerSamples,
        engine,
        mixed,
        states,
        versions);
  }

  /** With another number of samples on which layers are compared. */
  public QuantizationSpec withLayerSamples(int newLayerSamples) {
    return new QuantizationSpec(
        model,
        data,
        method,
        output,
        gate,
        primaryOutput,
        newLayerSamples,
        engine,
        mixed,
        states,
        versions);
  }

  /** With another engine on the executors. */
  public QuantizationSpec withEngine(EngineProvider newEngine) {
    return new QuantizationSpec(
        model,
        data,
        method,
        output,
        gate,
        primaryOutput,
        layerSamples,
        newEngine,
        mixed,
        states,
        versions);
  }

  /** With another way with executors whose float sums differ. */
  public QuantizationSpec withMixed(MixedNumerics newMixed) {
    return new QuantizationSpec(
        model,
        data,
        method,
        output,
        gate,
        primaryOutput,
        layerSamples,
        engine,
        newMixed,
        states,
        versions);
  }

  /** With another folder for the states of splits. */
  public QuantizationSpec withStates(Optional<String> newStates) {
    return new QuantizationSpec(
        model,
        data,
        method,
        output,
        gate,
        primaryOutput,
        layerSamples,
        engine,
        mixed,
        newStates,
        versions);
  }

  /** With other versions to write into the outputs. */
  public QuantizationSpec withVersions(Map<String, String> newVersions) {
    return new QuantizationSpec(
        model,
        data,
        method,
        output,
        gate,
        primaryOutput,
        layerSamples,
        engine,
        mixed,
        states,
        new TreeMap<>(newVersions));
  }

  /**
   * A model file.
   *
   * @param path on any Hadoop file system
   * @param options what the file leaves open
   */
  public record Model(String path, ImportOptions options) {
    /** A model whose only symbolic axis is the batch. */
    public static Model of(String path) {
      return new Model(path, ImportOptions.none());
    }
  }

  /**
   * The data.
   *
   * @param calibration samples to observe
   * @param evaluation samples to compare float and int8 on; empty skips validation
   * @param batch samples of one forward pass, the same for every pass of the run
   * @param nonFinite what to do about NaN and infinities
   */
  public record Data(
      DataSource calibration, Optional<DataSource> evaluation, int batch, NonFinite nonFinite) {

    /** Data in which NaN and infinities are refused. */
    public Data(DataSource calibration, Optional<DataSource> evaluation, int batch) {
      this(calibration, evaluation, batch, NonFinite.REFUSE);
    }
  }

  /**
   * Where results go.
   *
   * @param path a directory on any Hadoop file system
   */
  public record Output(String path, IfPresent ifPresent) {

    /**
     * Takes the place.
     *
     * @param other what the run reads or keeps besides, which must not lie there
     */
    OutputCommit begin(Configuration hadoop, Optional<String> other) {
      other.ifPresent(place -> OutsideOutput.require(hadoop, path, place));
      return OutputCommit.begin(hadoop, path, ifPresent);
    }
  }
}
