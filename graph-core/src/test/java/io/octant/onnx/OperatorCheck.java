package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.Tuple;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a small model in ONNX Runtime and, imported, on the Java reference, and compares. */
final class OperatorCheck {
  private OperatorCheck() {}

  /** At the samples' batch and at twice that; returns the imported graph. */
  static GraphModule againstOnnxRuntime(TinyModel tiny) {
    return againstOnnxRuntime(tiny, 1e-5);
  }

  static GraphModule againstOnnxRuntime(TinyModel tiny, double tolerance) {
    return againstOnnxRuntime(tiny, tiny, tolerance);
  }

  /** The same with another model for ONNX Runtime, which computes what is expected. */
  static GraphModule againstOnnxRuntime(TinyModel tiny, TinyModel reference, double tolerance) {
    OnnxModel model = reference.build();
    GraphModule graph = OnnxImporter.run(tiny.build(), ImportOptions.none());
    ImportedRows.of(graph).check();
    compare(model, graph, tiny.samples(), tolerance);
    Map<String, Tensor> doubled = new LinkedHashMap<>();
    tiny.samples().forEach((name, t) -> doubled.put(name, twice(t)));
    compare(model, graph, doubled, tolerance);
    return graph;
  }

  private static void compare(
      OnnxModel model, GraphModule graph, Map<String, Tensor> inputs, double tolerance) {
    List<Tensor> expected = OnnxRuntime.run(model, inputs);
    Object result = graph.run(inputs.values().toArray());
    List<Object> actual = result instanceof Tuple t ? t.items() : List.of(result);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Tensors.assertClose(
          (Tensor) actual.get(i), expected.get(i), tolerance, "output " + i + " of\n" + graph);
    }
  }

  private static Tensor twice(Tensor t) {
    Shape shape = t.shape().withDim(0, 2 * t.shape().dim(0));
    int n = t.numel();
    if (t.dtype() == DType.INT64) {
      long[] out = new long[2 * n];
      System.arraycopy(t.longs(), 0, out, 0, n);
      System.arraycopy(t.longs(), 0, out, n, n);
      return Tensor.of(t.dtype(), shape, out);
    }
    if (t.dtype() == DType.FLOAT32) {
      float[] out = new float[2 * n];
      System.arraycopy(t.floats(), 0, out, 0, n);
      System.arraycopy(t.floats(), 0, out, n, n);
      return Tensor.of(t.dtype(), shape, out);
    }
    int[] out = new int[2 * n];
    System.arraycopy(t.ints(), 0, out, 0, n);
    System.arraycopy(t.ints(), 0, out, n, n);
    return Tensor.of(t.dtype(), shape, out);
  }

  /** Targets of the calls of a graph, in order, inputs and sizes aside. */
  static List<String> calls(GraphModule graph) {
    List<String> out = new ArrayList<>();
    graph
        .graph()
        .forEach(
            n -> {
              var type = graph.typeOf(n);
              if (type != null) {
                out.add(type.name());
              }
            });
    return out;
  }
}
