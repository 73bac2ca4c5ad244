package io.octant.pipeline;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.sql.Row;

/** What ONNX Runtime makes of a model of digits on the evaluation data. */
final class OrtAccuracy {
  private static final int PIXELS = 28 * 28;
  private static final long STACK_BYTES = 64L << 20;

  private OrtAccuracy() {}

  /** Share of correct answers, 0 to 1. */
  static double of(Path model) throws InterruptedException, ExecutionException {
    // ONNX Runtime optimizes by recursion over the graph: the 1 MB of a Java thread is not enough.
    FutureTask<Double> task = new FutureTask<>(() -> run(model));
    new Thread(null, task, "onnxruntime", STACK_BYTES).start();
    return task.get();
  }

  private static double run(Path model) throws OrtException {
    List<Row> rows =
        SharedSpark.session().read().parquet("../examples/digits/test.parquet").collectAsList();
    float[] pixels = new float[rows.size() * PIXELS];
    for (int r = 0; r < rows.size(); r++) {
      List<Float> image = rows.get(r).getList(rows.get(r).fieldIndex("image"));
      for (int p = 0; p < PIXELS; p++) {
        pixels[r * PIXELS + p] = image.get(p);
      }
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(model.toString(), options);
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(pixels), new long[] {rows.size(), 1, 28, 28});
        OrtSession.Result result = session.run(Map.of("input", input))) {
      float[][] logits = (float[][]) result.get(0).getValue();
      int correct = 0;
      for (int r = 0; r < rows.size(); r++) {
        int label = rows.get(r).getInt(rows.get(r).fieldIndex("label"));
        correct += top1(logits[r]) == label ? 1 : 0;
      }
      return (double) correct / rows.size();
    }
  }

  private static int top1(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
