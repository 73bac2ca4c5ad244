package io.octant.pipeline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.onnx.ModelOutput;
import io.octant.shape.BatchAxis;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import org.junit.jupiter.api.Test;

class OutputTotalsTest {
  private static final ModelOutput OUTPUT =
      new ModelOutput("y", ModelOutput.Samples.SEPARATE, BatchAxis.of(0));

  private static OutputTotals totals(float[] float32, float[] int8) {
    int samples = float32.length / 2;
    Tensor f = Tensor.of(float32, samples, 2);
    Tensor q = Tensor.of(int8, samples, 2);
    OutputTotals totals = new OutputTotals();
    for (int i = 0; i < samples; i++) {
      totals.add(compared(f), new Part(f, OUTPUT, i), new Part(q, OUTPUT, i));
    }
    return totals;
  }

  private static ComparedOutput compared(Tensor f) {
    return ComparedOutput.of(OUTPUT, new TensorSpec("y", f.dtype(), f.shape()));
  }

  private static double cosine(OutputTotals totals) {
    return totals.result(compared(Tensor.of(new float[2], 1, 2))).cosine();
  }

  @Test
  void cosinesAreThoseOfSamples() {
    float infinity = Float.POSITIVE_INFINITY;
    float[] float32 = {3, 4, 1, 0, 0, 0, infinity, 1, 100, 0};
    float[] int8 = {4, 3, 0, 1, 1, 1, infinity, 1, 0, 0};
    // 24/25, a right angle, no direction twice, and nothing where float has something.
    assertThat(cosine(totals(float32, int8))).isCloseTo(0.96 / 3, within(1e-15));
    assertThat(cosine(totals(new float[] {0, 0}, new float[] {1, 1}))).isNaN();
  }

  @Test
  void mergedTotalsAreThoseOfAllSamples() {
    float[] float32 = {3, 4, 1, 2, 5, -1, 0.1f, 7};
    float[] int8 = {4, 3, 1, 2.5f, 5, -2, 0, 7};
    double all = cosine(totals(float32, int8));
    OutputTotals last = totals(new float[] {5, -1, 0.1f, 7}, new float[] {5, -2, 0, 7});
    ByteSink out = new ByteSink();
    last.write(out);
    OutputTotals merged = OutputTotals.read(new ByteSource("totals", out.toBytes()));
    merged.merge(totals(new float[] {3, 4, 1, 2}, new float[] {4, 3, 1, 2.5f}));
    assertThat(cosine(merged)).isEqualTo(all);
  }
}
