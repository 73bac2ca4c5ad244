package io.octant.pipeline.model;

import io.octant.OctantException;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Digest;
import io.octant.bytes.Envelope;
import io.octant.calibration.CalibrationKey;
import io.octant.graph.GraphModule;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.InputRole;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.reference.quantized.QuantizedEngine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * What every graph of a run is made from. Its bytes are what a run broadcasts: version, name, axes,
 * inputs, configuration, model; they live as long as a job.
 *
 * @param onnx the model file
 * @param name of the file, for messages
 * @param options what the file leaves open
 * @param mapping observers by node, as JSON
 * @param backend patterns and data types of the target, as JSON
 * @param arithmetic the engine whose integer arithmetic lowered operators follow, by name
 */
@SuppressWarnings("ArrayRecordComponent")
public record ModelSource(
    byte[] onnx,
    String name,
    ImportOptions options,
    String mapping,
    String backend,
    String arithmetic) {
  /** Bytes from which on an import takes noticeable time. */
  private static final int LARGE = 4 << 20;

  private static final Envelope ENVELOPE = new Envelope("model source", "OCTMODEL", 3);

  /**
   * Reads a model file.
   *
   * @param path on any Hadoop file system
   * @throws io.octant.onnx.OnnxException if it cannot be read
   */
  public static ModelSource load(
      Configuration hadoop, String path, ImportOptions options, QuantizationMethod method) {
    return of(ModelFile.read(hadoop, path), path, options, method);
  }

  /** A model that is in memory already; {@code name} is for messages. */
  public static ModelSource of(
      byte[] onnx, String name, ImportOptions options, QuantizationMethod method) {
    MethodText text = MethodText.of(method);
    return new ModelSource(onnx, name, options, text.mapping(), text.backend(), text.arithmetic());
  }

  /** The same model, quantized in another way. */
  public ModelSource with(MethodText method) {
    return new ModelSource(
        onnx, name, options, method.mapping(), method.backend(), method.arithmetic());
  }

  /**
   * This source if it can be imported for batches of a size; for batches of 1, else the source with
   * the batch of every input fixed at 1, which imports models that have it built in.
   *
   * @throws io.octant.onnx.OnnxException naming the node at fault, and whether a batch of 1 helps
   */
  public ModelSource forBatch(int batch) {
    ModelSteps steps = steps();
    try {
      steps.float32();
      return this;
    } catch (OnnxException e) {
      SortedMap<String, Integer> sizes = new TreeMap<>(options.sizes());
      openBatches(steps.model()).forEach(axis -> sizes.putIfAbsent(axis, 1));
      ModelSource single =
          new ModelSource(
              onnx, name, new ImportOptions(sizes, options.inputs()), mapping, backend, arithmetic);
      if (single.options.equals(options) || !single.isImportable()) {
        throw e;
      }
      if (batch == 1) {
        return single;
      }
      throw new OnnxException(
          e.getMessage() + "; one sample at a time it can be imported: expected data.batch = 1", e);
    }
  }

  /** The same, and tells of a large model that it is imported, then how long it took. */
  public ModelSource forBatch(int batch, Consumer<String> told) {
    if (onnx.length < LARGE) {
      return forBatch(batch);
    }
    told.accept("importing %s (%d MB)".formatted(name, onnx.length >> 20));
    long start = System.nanoTime();
    ModelSource source = forBatch(batch);
    double seconds = (System.nanoTime() - start) / 1e9;
    told.accept(String.format(Locale.ROOT, "imported %s in %.1f s", name, seconds));
    return source;
  }

  private List<String> openBatches(OnnxModel model) {
    List<String> axes = new ArrayList<>(model.openBatches());
    options
        .inputs()
        .forEach(
            (input, role) -> {
              axes.remove(input + ":0");
              if (role instanceof InputRole.Batched b) {
                axes.add(input + ":" + b.axis());
              }
            });
    return axes;
  }

  private boolean isImportable() {
    try {
      steps().float32();
      return true;
    } catch (OctantException e) {
      return false;
    }
  }

  /** Digest of the model file. */
  public Digest modelDigest() {
    return Digest.of(onnx);
  }

  /** Digest of everything but the model. */
  public Digest configurationDigest() {
    return digest(options.toString(), mapping, backend, arithmetic);
  }

  /**
   * What a calibration of this source belongs to. Range methods and integer arithmetic are not part
   * of it: they are read after calibration, so that one state serves all of them.
   *
   * @param prepared the graph with observers
   */
  public CalibrationKey calibrationKey(GraphModule prepared) {
    return new CalibrationKey(
        modelDigest(), new Digest(GraphDigest.of(prepared)), observersDigest());
  }

  /** Digest of everything but the model and what is read after calibration. */
  public Digest observersDigest() {
    String observers =
        QConfigMapping.fromJson(mapping)
            .map(q -> new QConfig(q.activation().collecting(), q.weight().collecting()))
            .toJson();
    return digest(options.toString(), observers, backend);
  }

  private static Digest digest(String... parts) {
    return Digest.of(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Parses the model.
   *
   * @throws io.octant.onnx.OnnxException if it is no ONNX file
   */
  public ModelSteps steps() {
    return new ModelSteps(
        OnnxModel.parse(onnx, name),
        options,
        QConfigMapping.fromJson(mapping),
        BackendConfig.fromJson(backend),
        QuantizedEngine.of(arithmetic));
  }

  /** The form that travels to the executors. */
  public byte[] toBytes() {
    return ENVELOPE.seal(
        out -> {
          out.block(onnx);
          out.text(name);
          out.varint(options.sizes().size());
          options
              .sizes()
              .forEach(
                  (axis, size) -> {
                    out.text(axis);
                    out.u32(size);
                  });
          out.varint(options.inputs().size());
          options.inputs().forEach((input, role) -> InputRoles.write(out, input, role));
          out.text(mapping);
          out.text(backend);
          out.text(arithmetic);
        });
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws OctantException if the bytes are of another version or damaged
   */
  public static ModelSource fromBytes(byte[] bytes) {
    ByteSource in = ENVELOPE.open(bytes).content();
    byte[] onnx = in.block();
    String name = in.text();
    TreeMap<String, Integer> axes = new TreeMap<>();
    int count = in.count(1 + Integer.BYTES);
    for (int i = 0; i < count; i++) {
      String axis = in.text();
      if (!axes.isEmpty() && axis.compareTo(axes.lastKey()) <= 0) {
        throw in.corrupt(
            "axis " + axis + " after " + axes.lastKey() + ", expected ascending names");
      }
      axes.put(axis, in.u32());
    }
    ImportOptions options = new ImportOptions(axes, InputRoles.read(in));
    ModelSource source = new ModelSource(onnx, name, options, in.text(), in.text(), in.text());
    in.requireEnd();
    return source;
  }
}
