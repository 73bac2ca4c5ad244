package io.octant.pipeline;

import io.octant.calibration.MixedNumerics;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.export.OnnxExport;
import io.octant.onnx.importer.ImportOptions;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.data.NonFinite;
import io.octant.pipeline.execution.EngineProvider;
import io.octant.pipeline.execution.Engines;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.OutsideOutput;
import io.octant.pipeline.validation.Gate;
import io.octant.tensor.TensorSpec;
import io.octant.trace.Tracer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What a run quantizes, on which data, how, and where the result goes.
 *
 * @param model the ONNX file, or the model written in Java
 * @param data calibration and evaluation data
 * @param method which nodes are quantized, and how
 * @param output where the files go
 * @param validation how float and int8 are compared
 * @param engine what the executors compile graphs with
 * @param mixed what to do about executors whose float sums differ
 * @param states folder in which the states of splits are kept from run to run, on any Hadoop file
 *     system that all executors reach; empty keeps none
 * @param versions version by component, written into the outputs
 * @param origin how the run was asked for
 */
public record QuantizationSpec(
    Model model,
    Data data,
    QuantizationMethod method,
    Output output,
    Validation validation,
    EngineProvider engine,
    MixedNumerics mixed,
    Optional<String> states,
    SortedMap<String, String> versions,
    RunOrigin origin) {
  public QuantizationSpec {
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
        Validation.of(Gate.OPEN),
        Engines.NATIVE,
        MixedNumerics.REFUSE,
        Optional.empty(),
        new TreeMap<>(),
        RunOrigin.PROGRAM);
  }

  /** With other data. */
  public QuantizationSpec withData(Data newData) {
    return new QuantizationSpec(
        model, newData, method, output, validation, engine, mixed, states, versions, origin);
  }

  /** With another choice of nodes and observers. */
  public QuantizationSpec withMethod(QuantizationMethod newMethod) {
    return new QuantizationSpec(
        model, data, newMethod, output, validation, engine, mixed, states, versions, origin);
  }

  /** With another place for the results. */
  public QuantizationSpec withOutput(Output newOutput) {
    return new QuantizationSpec(
        model, data, method, newOutput, validation, engine, mixed, states, versions, origin);
  }

  /** With another way to compare float and int8. */
  public QuantizationSpec withValidation(Validation newValidation) {
    return new QuantizationSpec(
        model, data, method, output, newValidation, engine, mixed, states, versions, origin);
  }

  /** With another engine on the executors. */
  public QuantizationSpec withEngine(EngineProvider newEngine) {
    return new QuantizationSpec(
        model, data, method, output, validation, newEngine, mixed, states, versions, origin);
  }

  /** With another way with executors whose float sums differ. */
  public QuantizationSpec withMixed(MixedNumerics newMixed) {
    return new QuantizationSpec(
        model, data, method, output, validation, engine, newMixed, states, versions, origin);
  }

  /** With another folder for the states of splits. */
  public QuantizationSpec withStates(Optional<String> newStates) {
    return new QuantizationSpec(
        model, data, method, output, validation, engine, mixed, newStates, versions, origin);
  }

  /** With other versions to write into the outputs. */
  public QuantizationSpec withVersions(Map<String, String> newVersions) {
    return new QuantizationSpec(
        model,
        data,
        method,
        output,
        validation,
        engine,
        mixed,
        states,
        new TreeMap<>(newVersions),
        origin);
  }

  /** As somebody has asked for it. */
  public QuantizationSpec withOrigin(RunOrigin newOrigin) {
    return new QuantizationSpec(
        model, data, method, output, validation, engine, mixed, states, versions, newOrigin);
  }

  /**
   * A model: a file, or a model written in Java as the file that it is exported to, which is kept
   * here and need not be written.
   *
   * @param path of the file on any Hadoop file system; of a Java model its class, for messages
   * @param options what the file leaves open
   * @param written the exported Java model; empty if the file is to be read
   */
  public record Model(String path, ImportOptions options, Optional<OnnxModel> written) {
    /** A model file. */
    public Model(String path, ImportOptions options) {
      this(path, options, Optional.empty());
    }

    /** A model file whose only symbolic axis is the batch. */
    public static Model of(String path) {
      return new Model(path, ImportOptions.none());
    }

    /**
     * A model written in Java: traced and exported now, so that what follows, digests included, is
     * what its exported file gives.
     *
     * @param model in evaluation mode
     * @param inputs one an input, in order: names, as the data are to have them, types and shapes
     *     of an example; samples are on the batch axis
     * @throws io.octant.OctantException if it cannot be traced, or naming the node that cannot be
     *     exported
     */
    public static Model of(Module model, List<TensorSpec> inputs) {
      GraphModule graph = model instanceof GraphModule traced ? traced : new Tracer().trace(model);
      return new Model(
          model.type().name(), ImportOptions.none(), Optional.of(OnnxExport.of(graph, inputs)));
    }

    /** Reads the file, or takes the exported model. */
    ModelSource load(Configuration hadoop, QuantizationMethod method) {
      return written.isPresent()
          ? ModelSource.of(written.get().toBytes(), path, options, method)
          : ModelSource.load(hadoop, path, options, method);
    }
  }

  /**
   * The data.
   *
   * @param calibration samples to observe; empty for what does not calibrate
   * @param evaluation samples to compare float and int8 on; empty skips validation
   * @param batch samples of one forward pass, the same for every pass of the run
   * @param nonFinite what to do about NaN and infinities
   */
  public record Data(
      Optional<DataSource> calibration,
      Optional<DataSource> evaluation,
      int batch,
      NonFinite nonFinite) {

    /** Data with samples to observe. */
    public Data(
        DataSource calibration, Optional<DataSource> evaluation, int batch, NonFinite nonFinite) {
      this(Optional.of(calibration), evaluation, batch, nonFinite);
    }

    /** Data in which NaN and infinities are refused. */
    public Data(DataSource calibration, Optional<DataSource> evaluation, int batch) {
      this(calibration, evaluation, batch, NonFinite.REFUSE);
    }

    /** The samples to observe, for what cannot do without. */
    DataSource requireCalibration() {
      return calibration.orElseThrow(
          () ->
              new DataException(
                  "Cannot calibrate: no calibration data, expected key data.calibration.path"));
    }
  }

  /**
   * How float and int8 are compared.
   *
   * @param gate what the int8 model must reach to be published
   * @param output name of the output that labels and gate are about; empty takes the first that
   *     says a class
   * @param layerSamples evaluation samples on which float and int8 are compared along the network,
   *     the first ones; 0 compares outputs only
   */
  public record Validation(Gate gate, Optional<String> output, int layerSamples) {
    /** {@code layerSamples} where nobody asks for others. */
    public static final int LAYER_SAMPLES = 16;

    public Validation {
      if (layerSamples < 0) {
        throw new IllegalArgumentException(
            "Cannot compare layers on samples: " + layerSamples + ", expected 0 or more");
      }
    }

    /** The usual way, with limits. */
    public static Validation of(Gate gate) {
      return new Validation(gate, Optional.empty(), LAYER_SAMPLES);
    }
  }

  /**
   * Where results go.
   *
   * @param path a directory on any Hadoop file system
   * @param current a place of promotion: the report says how far values have moved from those
   *     behind what is current there
   */
  public record Output(String path, IfPresent ifPresent, Optional<String> current) {

    /** Without a comparison. */
    public Output(String path, IfPresent ifPresent) {
      this(path, ifPresent, Optional.empty());
    }

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
