package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.graph.GraphModule;
import io.octant.graph.Tuple;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.onnx.qdq.Provenance;
import io.octant.onnx.qdq.QdqExporter;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.convert.ConvertForm;
import io.octant.quantization.convert.ConvertOptions;
import io.octant.quantization.observer.GridHistogramObserver;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small model quantized as jobs do it and exported, with what computes it: the float graph, the
 * int8 graph, and ONNX Runtime with its default optimizations on the exported file. Activations
 * have seven bits, so that ONNX Runtime's kernels are right on every CPU.
 */
record Exported(
    Map<String, Tensor> inputs,
    GraphModule imported,
    GraphModule prepared,
    GraphModule int8,
    OnnxModel model) {

  static Exported of(TinyModel tiny) {
    return of(tiny.build(), tiny.samples());
  }

  static Exported of(OnnxModel original, Map<String, Tensor> inputs) {
    QConfigMapping mapping =
        DefaultQConfigMappings.octant(QuantizedEngine.ONEDNN, ActivationRange.SEVEN_BITS);
    return of(original, inputs, mapping);
  }

  /** With ranges from minimum to maximum, which no search can get wrong. */
  static Exported ofExtrema(TinyModel tiny) {
    QConfigMapping mapping =
        DefaultQConfigMappings.octant(QuantizedEngine.ONEDNN, ActivationRange.SEVEN_BITS)
            .map(
                q ->
                    q.activation().type().equals(GridHistogramObserver.TYPE)
                        ? q.withActivation(q.activation().with("method", "minmax"))
                        : q);
    return of(tiny.build(), tiny.samples(), mapping);
  }

  static Exported of(OnnxModel original, Map<String, Tensor> inputs, QConfigMapping mapping) {
    GraphModule imported = OnnxImporter.run(original, ImportOptions.none());
    GraphModule prepared =
        QuantizeFx.prepare(
            imported, PrepareOptions.of(mapping).withBackend(BackendConfigs.octant("onednn")));
    prepared.run(inputs.values().toArray());
    GraphModule reference = QuantizeFx.convertToReference(prepared);
    GraphModule int8 =
        QuantizeFx.convert(
            prepared, ConvertOptions.of(ConvertForm.LOWERED).withEngine(QuantizedEngine.ONEDNN));
    OnnxModel model = QdqExporter.export(original, imported, reference, Provenance.none()).model();
    return new Exported(inputs, imported, prepared, int8, model);
  }

  List<Tensor> ofFloat() {
    return results(imported.run(inputs.values().toArray()));
  }

  List<Tensor> ofInt8() {
    return results(int8.run(inputs.values().toArray()));
  }

  List<Tensor> ofOnnxRuntime() {
    try (OnnxRuntime runtime = OnnxRuntime.optimized(model)) {
      return runtime.run(inputs);
    }
  }

  /**
   * Every output of the int8 graph is as near to float as wanted, and ONNX Runtime's as well, but
   * for single steps.
   */
  Exported agrees(double decibels) {
    List<Tensor> exact = ofFloat();
    List<Tensor> here = ofInt8();
    List<Tensor> there = ofOnnxRuntime();
    assertThat(there).hasSameSizeAs(exact);
    for (int i = 0; i < exact.size(); i++) {
      assertThat(here.get(i).shape()).isEqualTo(exact.get(i).shape());
      assertThat(there.get(i).shape()).isEqualTo(exact.get(i).shape());
      assertThat(decibels(here.get(i), exact.get(i)))
          .as("int8 graph, output %d", i)
          .isGreaterThanOrEqualTo(decibels);
      assertThat(decibels(there.get(i), exact.get(i)))
          .as("ONNX Runtime, output %d", i)
          .isGreaterThanOrEqualTo(decibels - 1);
    }
    return this;
  }

  /** Scales, and the scales of biases, which are products of two, are normal float32. */
  Exported scalesAreNormal() {
    for (TensorProto t : model.graph().getInitializerList()) {
      if (t.getName().contains("_scale")) {
        for (float scale : OnnxTensors.decode(t).floats()) {
          assertThat(scale).as(t.getName()).isBetween(Float.MIN_NORMAL, Float.MAX_VALUE);
        }
      }
    }
    return this;
  }

  static double decibels(Tensor approximate, Tensor exact) {
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < exact.numel(); i++) {
      double d = approximate.doubleAt(i) - exact.doubleAt(i);
      signal += exact.doubleAt(i) * exact.doubleAt(i);
      noise += d * d;
    }
    return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
  }

  private static List<Tensor> results(Object value) {
    List<Tensor> out = new ArrayList<>();
    if (value instanceof Tuple tuple) {
      tuple.items().forEach(v -> out.addAll(results(v)));
    } else {
      out.add((Tensor) value);
    }
    return out;
  }
}
