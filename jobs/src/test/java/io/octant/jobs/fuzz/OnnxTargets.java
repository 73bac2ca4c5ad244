package io.octant.jobs.fuzz;

import io.octant.graph.GraphModule;
import io.octant.onnx.OnnxInput;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxSource;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.pipeline.model.ModelSource;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.mapform.Json;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Targets that read an ONNX model. */
final class OnnxTargets {
  /** Elements of an input beyond which no forward pass is tried. */
  private static final int SMALL = 1 << 12;

  private static final String MAPPING =
      DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS).toJson();
  private static final String BACKEND = Json.print(BackendConfigs.of("x86").toMap());

  private OnnxTargets() {}

  static void run(byte[] input) {
    GraphModule graph = OnnxImporter.run(OnnxModel.parse(input, "fuzz.onnx"), ImportOptions.none());
    List<Object> inputs = new ArrayList<>();
    for (OnnxInput i : graph.attachment(OnnxSource.class).orElseThrow().inputs()) {
      Shape shape = i.shape(1);
      if (shape.numel() > SMALL) {
        return;
      }
      inputs.add(zeros(i.dtype(), shape));
    }
    graph.run(inputs.toArray());
  }

  private static Tensor zeros(DType dtype, Shape shape) {
    return switch (dtype.storage()) {
      case FLOATS -> Tensor.of(dtype, shape, new float[shape.numel()]);
      case DOUBLES -> Tensor.of(dtype, shape, new double[shape.numel()]);
      case INTS -> Tensor.of(dtype, shape, new int[shape.numel()]);
      case LONGS -> Tensor.of(dtype, shape, new long[shape.numel()]);
    };
  }

  /** Everything that a job does with a model but run it. */
  static void quantize(byte[] input) {
    new ModelSource(
            input,
            "fuzz.onnx",
            ImportOptions.none(),
            MAPPING,
            BACKEND,
            QuantizedEngine.X86.toString())
        .steps()
        .rehearse();
  }
}
