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
import io.octant.pipeline.execution.GraphDigest;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.mapform.Json;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.reference.quantized.QuantizedEngine;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What every graph of a run is made from. Its bytes are what a run broadcasts: version, name, axes,
 * configuration, model; they live as long as a job.
 *
 * @param onnx the model file
 * @param name of the file, for messages
 * @param axes sizes of symbolic axes other than the batch
 * @param mapping observers by node, as JSON
 * @param backend patterns and data types of the target, as JSON
 * @param arithmetic the engine whose integer arithmetic lowered operators follow, by name
 */
@SuppressWarnings("ArrayRecordComponent")
public record ModelSource(
    byte[] onnx,
    String name,
    SortedMap<String, Integer> axes,
    String mapping,
    String backend,
    String arithmetic) {
  private static final Envelope ENVELOPE = new Envelope("model source", "OCTMODEL", 2);

  public ModelSource {
    axes = Collections.unmodifiableSortedMap(new TreeMap<>(axes));
  }

  /**
   * Reads a model file.
   *
   * @param path on any Hadoop file system
   * @throws io.octant.onnx.OnnxException if it cannot be read
   */
  public static ModelSource load(
      Configuration hadoop,
      String path,
      SortedMap<String, Integer> axes,
      QuantizationMethod method) {
    return new ModelSource(
        ModelFile.read(hadoop, path),
        path,
        axes,
        Json.print(method.mapping().toMap()),
        Json.print(method.backend().toMap()),
        method.arithmetic().toString());
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
      SortedMap<String, Integer> sizes = new TreeMap<>(axes);
      steps.model().openBatches().forEach(axis -> sizes.putIfAbsent(axis, 1));
      ModelSource single = new ModelSource(onnx, name, sizes, mapping, backend, arithmetic);
      if (single.axes.equals(axes) || !single.isImportable()) {
        throw e;
      }
      if (batch == 1) {
        return single;
      }
      throw new OnnxException(
          e.getMessage() + "; one sample at a time it can be imported: expected data.batch = 1", e);
    }
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
    return digest(axes.toString(), mapping, backend, arithmetic);
  }

  /**
   * What a calibration of this source belongs to. Range methods and integer arithmetic are not part
   * of it: they are read after calibration, so that one state serves all of them.
   *
   * @param prepared the graph with observers
   */
  public CalibrationKey calibrationKey(GraphModule prepared) {
    String observers =
        QConfigMapping.fromJson(mapping)
            .map(q -> new QConfig(q.activation().collecting(), q.weight().collecting()))
            .toJson();
    return new CalibrationKey(
        modelDigest(),
        new Digest(GraphDigest.of(prepared)),
        digest(axes.toString(), observers, backend));
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
        new ImportOptions(axes),
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
          out.varint(axes.size());
          axes.forEach(
              (axis, size) -> {
                out.text(axis);
                out.u32(size);
              });
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
    ModelSource source = new ModelSource(onnx, name, axes, in.text(), in.text(), in.text());
    in.requireEnd();
    return source;
  }
}
