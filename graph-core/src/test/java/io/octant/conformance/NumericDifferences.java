package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.function.DoublePredicate;

/**
 * Where PyTorch's arithmetic on single tensors overflows or depends on the instruction set, and
 * where its constructors take what cannot work.
 */
final class NumericDifferences {
  static final List<KnownDifference> ALL =
      List.of(
          new KnownDifference(
              "nan-and-infinity",
              "values and ranges that are not finite do not turn into other numbers",
              (golden, difference) ->
                  golden.document().has("module")
                      && golden.area().equals("quantize")
                      && anyInput(golden, "steps", v -> !Double.isFinite(v))),
          new KnownDifference(
              "nan-and-infinity",
              "an observer that refused a tensor knows what it knew before",
              (golden, difference) ->
                  isHistogram(golden)
                      && difference.matches("batch \\d+: expected a failure, got none")
                      && golden.document().at("/after_batch/0").has("raises")),
          new KnownDifference(
              "histogram-of-huge-values",
              "a range times the number of bins may exceed float32",
              (golden, difference) ->
                  isHistogram(golden)
                      && difference.contains("histogram[")
                      && anyInput(golden, "batches", v -> Math.abs(v) > overflow(golden))),
          new KnownDifference(
              "half-precision-histograms",
              "histograms of float16 values are counted in float32",
              (golden, difference) ->
                  isHistogram(golden)
                      && difference.contains("histogram[")
                      && golden.values().tensor(golden.document().at("/batches/0").asText()).dtype()
                          == DType.FLOAT16),
          new KnownDifference(
              "arguments-that-never-work",
              "arguments that cannot work later are refused at once",
              (golden, difference) ->
                  golden.area().equals("errors")
                      && (difference.contains("expected one with a quantized range")
                          || difference.contains("Cannot make quantized range")
                          || golden.document().at("/kwargs/eps").asDouble(0) < 0
                          || golden.document().at("/kwargs/bins").asInt(1) < 1)),
          new KnownDifference(
              "zero-points-of-32-bits",
              "zero points of 32-bit types do not overflow",
              (golden, difference) ->
                  golden.area().equals("observers")
                      && difference.startsWith("zero_point[")
                      && golden
                          .document()
                          .at("/kwargs/dtype/dtype")
                          .asText()
                          .matches("torch\\.q?int32")));

  private NumericDifferences() {}

  private static boolean isHistogram(GoldenCase golden) {
    return golden
        .document()
        .path("observer")
        .asText()
        .equals("torch.ao.quantization.HistogramObserver");
  }

  /** Half a range that overflows when multiplied by the number of bins. */
  private static double overflow(GoldenCase golden) {
    return Float.MAX_VALUE / golden.document().at("/kwargs/bins").asInt(2048) / 2;
  }

  /** Whether a batch, or the input of a step, has a value of a kind. */
  private static boolean anyInput(GoldenCase golden, String list, DoublePredicate kind) {
    for (JsonNode entry : golden.document().path(list)) {
      String name = entry.isTextual() ? entry.asText() : entry.path("input").asText();
      if (golden.values().hasTensor(name)) {
        Tensor x = golden.values().tensor(name);
        for (int i = 0; i < x.numel(); i++) {
          if (kind.test(x.doubleAt(i))) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
