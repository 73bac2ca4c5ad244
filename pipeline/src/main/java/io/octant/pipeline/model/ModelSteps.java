package io.octant.pipeline.model;

import io.octant.OctantException;
import io.octant.calibration.Accumulator;
import io.octant.calibration.ObservedSamples;
import io.octant.calibration.Statistic;
import io.octant.calibration.ValueRange;
import io.octant.graph.GraphModule;
import io.octant.graph.Operation;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxInput;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxSource;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.onnx.qdq.Provenance;
import io.octant.onnx.qdq.QdqExporter;
import io.octant.onnx.qdq.ReadBack;
import io.octant.pipeline.data.SampleField;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.convert.ConvertOptions;
import io.octant.quantization.convert.ConvertedForms;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.report.QuantizationReport;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.shape.BatchAxes;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Every graph between a model file and its int8 form. Deterministic: equal models and
 * configurations give equal graphs in every JVM.
 */
public final class ModelSteps {
  private final OnnxModel model;
  private final ImportOptions options;
  private final QConfigMapping mapping;
  private final BackendConfig backend;
  private final QuantizedEngine arithmetic;
  private @Nullable GraphModule imported;

  ModelSteps(
      OnnxModel model,
      ImportOptions options,
      QConfigMapping mapping,
      BackendConfig backend,
      QuantizedEngine arithmetic) {
    this.model = model;
    this.options = options;
    this.mapping = mapping;
    this.backend = backend;
    this.arithmetic = arithmetic;
  }

  /** The model that all graphs are made from. */
  public OnnxModel model() {
    return model;
  }

  /** The model as imported: once, so that all graphs share one copy of its weights. */
  public synchronized GraphModule float32() {
    GraphModule known = imported;
    if (known == null) {
      known = OnnxImporter.run(model, options);
      imported = known;
    }
    return known;
  }

  /**
   * Fused and with observers.
   *
   * @throws OctantException if an observer learns from the order of samples, which executors do not
   *     have
   */
  public GraphModule prepared() {
    GraphModule prepared =
        QuantizeFx.prepare(float32(), PrepareOptions.of(mapping).withBackend(backend));
    for (ObservedNode observed : ObservedNode.of(prepared)) {
      if (observed.dependsOnInput() && !(observed.observer() instanceof MergeableObserver)) {
        throw new OctantException(
            "Cannot calibrate observer "
                + observed.observer().type().name()
                + " of node "
                + observed.node()
                + ", which "
                + observed.reader()
                + " reads, on executors: its result depends on the order of samples, expected"
                + " GridHistogramObserver or MinMaxObserver; a layer whose weight the model"
                + " computes stays in float by an override of its type, with qconfig = null");
      }
    }
    return prepared;
  }

  /** Fused and with fake quantizes, as training has it. */
  public GraphModule preparedForTraining() {
    return QuantizeFx.prepare(
        float32(), PrepareOptions.of(mapping).withBackend(backend).forTraining());
  }

  /**
   * The prepared graph whose observers know what calibration saw, and the ranges solved from it.
   */
  public GraphModule calibrated(SolvedCalibration calibration) {
    GraphModule prepared = prepared();
    SortedMap<String, Statistic<?>> seen = new TreeMap<>();
    calibration
        .state()
        .forEach(
            (path, statistics) -> {
              if (prepared.module(path) instanceof MergeableObserver) {
                seen.put(path, statistics);
              }
            });
    MergeableObserver.feed(prepared, seen);
    calibration
        .ranges()
        .forEach(
            (path, range) -> {
              if (prepared.module(path) instanceof MergeableObserver<?> observer) {
                observer.assumeSolved(range);
              }
            });
    return prepared;
  }

  /**
   * Goes through everything that follows calibration with stand-in ranges, so that what cannot be
   * converted, exported or read back is refused before data are read. Runs no forward pass.
   *
   * @return what would become of each node
   * @throws OctantException naming the node at fault
   */
  public QuantizationReport rehearse() {
    GraphModule stand = prepared();
    for (ObservedNode observed : ObservedNode.of(stand)) {
      if (observed.observer() instanceof MergeableObserver<?> observer) {
        learn(observer, Tensor.of(new float[] {-1, 1}, 1, 2));
      }
    }
    ConvertedForms converted = converted(stand);
    readBack(
        QdqExporter.export(model, float32(), converted.reference(), Provenance.none())
            .model()
            .proto()
            .toByteArray());
    return converted
        .lowered()
        .attachment(QuantizationReport.class)
        .orElseThrow(() -> new OctantException("Cannot find the report of convert"));
  }

  /** As calibration does it. */
  private static <S extends Statistic<S>> void learn(MergeableObserver<S> observer, Tensor seen) {
    Accumulator<S> accumulator = observer.newAccumulator();
    accumulator.add(ObservedSamples.shared(seen, 1));
    observer.merge(accumulator.drain());
  }

  /** Names of the outputs of an imported graph. */
  public List<String> outputs(GraphModule imported) {
    return imported.attachment(OnnxSource.class).map(OnnxSource::outputs).orElse(List.of());
  }

  /** Solves the ranges of a calibrated graph, on all cores; its observers remember them. */
  public static SortedMap<String, ValueRange> solve(GraphModule calibrated) {
    Map<String, MergeableObserver<?>> observers = new TreeMap<>();
    for (ObservedNode observed : ObservedNode.of(calibrated)) {
      if (observed.observer() instanceof MergeableObserver<?> mergeable) {
        observers.put(observed.path(), mergeable);
      }
    }
    // One observer may stand under several paths: it is solved by one thread.
    observers.values().stream().distinct().toList().parallelStream()
        .forEach(MergeableObserver::solve);
    SortedMap<String, ValueRange> ranges = new TreeMap<>();
    observers.forEach((path, o) -> o.solve().ifPresent(range -> ranges.put(path, range)));
    return ranges;
  }

  /** What is written, float operators between quantize and dequantize, and what runs in int8. */
  public ConvertedForms converted(GraphModule calibrated) {
    return QuantizeFx.convertInBothForms(calibrated, lowered());
  }

  /** The graph that the engine runs in int8. */
  public GraphModule int8(GraphModule calibrated) {
    return QuantizeFx.convert(calibrated, lowered());
  }

  /**
   * The written model as a reader finds it.
   *
   * @throws OnnxException if it is no valid model
   */
  public ReadBack readBack(byte[] onnx) {
    return ReadBack.of(onnx, QuantizedModel.FILE, options);
  }

  private ConvertOptions lowered() {
    return ConvertOptions.lowered().withEngine(arithmetic);
  }

  /**
   * The size of the batches that a model runs on: its own where the file fixes it.
   *
   * @param wanted for a model that takes any
   * @throws OnnxException if inputs fix different ones
   */
  public int batch(GraphModule imported, int wanted) {
    SortedSet<Integer> fixed = new TreeSet<>();
    imported
        .attachment(OnnxSource.class)
        .ifPresent(s -> s.inputs().forEach(in -> fixed.add(in.fixedBatch())));
    fixed.remove(0);
    if (fixed.size() > 1) {
      throw new OnnxException(
          "Cannot batch " + model.source() + ": inputs of batch " + fixed + ", expected one size");
    }
    return fixed.isEmpty() ? wanted : fixed.first();
  }

  /**
   * Checks that padding can be told from samples wherever something is observed.
   *
   * @throws OctantException naming the node that mixes the samples of a batch
   */
  public void requireSeparable(GraphModule prepared, List<SampleField> fields, int batch) {
    List<TensorSpec> inputs = fields.stream().map(f -> f.batched(batch)).toList();
    BatchAxes axes = BatchAxes.of(prepared, inputs);
    prepared
        .graph()
        .forEach(
            n -> {
              boolean observes =
                  n.operation() instanceof Operation.CallModule
                      && prepared.moduleOf(n) instanceof ActivationPostProcess;
              if (observes && !axes.isCovered(prepared, n)) {
                axes.axis(n);
              }
            });
  }

  /**
   * What the model wants of each sample.
   *
   * @param batch size of the batches that it will run on
   * @throws OnnxException if an input has no batch and the batch is not 1, or a fixed one of
   *     another size
   */
  public List<SampleField> fields(GraphModule imported, int batch) {
    return fields(imported, batch, model.source());
  }

  /**
   * The same of a model from another file.
   *
   * @param file named in messages
   */
  public List<SampleField> fields(GraphModule imported, int batch, String file) {
    OnnxSource source =
        imported
            .attachment(OnnxSource.class)
            .orElseThrow(() -> new OctantException("Cannot find the inputs of " + file));
    List<SampleField> fields = new ArrayList<>();
    for (OnnxInput input : source.inputs()) {
      boolean alone = input.batchAxis() < 0 && batch == 1;
      if (!input.hasBatch() && input.fixedBatch() != batch && !alone) {
        throw new OnnxException(
            "Cannot batch input "
                + input.name()
                + " of "
                + file
                + ": "
                + (input.batchAxis() < 0
                    ? "it has no batch axis, expected model.inputs."
                        + input.name()
                        + " with a value or a batchAxis, or data.batch = 1"
                    : "its batch is fixed at "
                        + input.fixedBatch()
                        + ", expected the batch size "
                        + batch
                        + " or a symbolic axis"));
      }
      fields.add(
          new SampleField(
              input.name(),
              input.dtype(),
              Arrays.stream(input.sample().toArray()).boxed().toList(),
              input.batchAxis()));
    }
    return fields;
  }
}
