package io.octant.pipeline.readback;

import io.octant.onnx.OnnxException;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.SessionSpec;
import java.util.List;

/** Compares the written model with the int8 graph on the first batch of samples. */
public final class ReadBackJob {
  private ReadBackJob() {}

  /**
   * Runs one Spark job on the first partition that has samples.
   *
   * @param outputs names of the model's outputs
   * @param float32 the float graph
   * @param int8 the int8 graph
   * @param exported the graph that the written model gives, compiled like the others
   * @throws OnnxException naming the output that differs, see {@link
   *     io.octant.onnx.qdq.ReadBack#requireAgreement}
   */
  public static <T> void run(
      Samples<T> samples,
      List<String> outputs,
      SessionSpec float32,
      SessionSpec int8,
      SessionSpec exported) {
    List<String> found =
        samples
            .tasks()
            .mapPartitions(
                new ReadBackTask<>(
                    List.copyOf(outputs), float32, int8, exported, samples.decoder()))
            .take(1);
    if (!found.isEmpty() && !found.get(0).isEmpty()) {
      throw new OnnxException(found.get(0));
    }
  }
}
