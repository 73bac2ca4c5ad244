package io.octant.jobs.models;

import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.onnx.ModelOutput;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxRuntime;
import io.octant.pipeline.data.SampleField;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A form of a model in a runtime. */
interface Runner extends AutoCloseable {
  /** All outputs of a batch. */
  List<Tensor> run(List<Tensor> inputs);

  @Override
  void close();

  /** Octant's engine. */
  static Runner of(Session session) {
    ExecutionContext context = session.newContext();
    return new Runner() {
      @Override
      public List<Tensor> run(List<Tensor> inputs) {
        return context.run(inputs, TensorSpec.batch(session.inputs()));
      }

      @Override
      public void close() {
        context.close();
      }
    };
  }

  /** Octant's engine, with a graph of its own. */
  static Session compile(Engine engine, GraphModule graph, List<SampleField> fields, int batch) {
    return engine.compile(graph, fields.stream().map(f -> f.batched(batch)).toList());
  }

  /** ONNX Runtime, with its optimizations. */
  static Runner of(OnnxModel model, List<SampleField> fields, Map<String, Tensor> constants) {
    OnnxRuntime runtime = OnnxRuntime.optimized(model);
    return new Runner() {
      @Override
      public List<Tensor> run(List<Tensor> inputs) {
        Map<String, Tensor> named = new LinkedHashMap<>(constants);
        for (int i = 0; i < inputs.size(); i++) {
          named.put(fields.get(i).input(), inputs.get(i));
        }
        return runtime.run(named);
      }

      @Override
      public void close() {
        runtime.close();
      }
    };
  }

  /** A batch of samples, padded with zeros. */
  static List<Tensor> batch(List<SampleField> fields, List<Sample> samples, int batch) {
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      SampleField field = fields.get(i);
      int n = field.numel();
      boolean whole = field.dtype().storage() == DType.Storage.LONGS;
      Object all = whole ? new long[n * batch] : new float[n * batch];
      for (int s = 0; s < samples.size(); s++) {
        System.arraycopy(samples.get(s).values().get(i), 0, all, s * n, n);
      }
      out.add(field.batch(batch, all));
    }
    return out;
  }

  /** The part of one output that each sample has. */
  default List<float[]> outputs(
      List<SampleField> fields, List<Sample> samples, int batch, ModelOutput output, int index) {
    List<float[]> out = new ArrayList<>();
    for (int from = 0; from < samples.size(); from += batch) {
      List<Sample> some = samples.subList(from, Math.min(samples.size(), from + batch));
      Tensor t = run(batch(fields, some, batch)).get(index);
      for (int s = 0; s < some.size(); s++) {
        out.add(part(output, t, s));
      }
    }
    return out;
  }

  /** One sample's part of an output. */
  static float[] part(ModelOutput output, Tensor t, int sample) {
    float[] values = new float[output.length(t)];
    for (int e = 0; e < values.length; e++) {
      values[e] = (float) t.doubleAt(output.index(t, sample, e));
    }
    return values;
  }
}
