package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.conformance.KnownDifference.Instead;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Where PyTorch's quantized modules and kernels do not compute what they stand for. */
final class KernelDifferences {
  static final List<KnownDifference> ALL =
      List.of(
          new KnownDifference(
              "embedding-bag-modes",
              "quantized embedding bags compute their mode, not always the sum",
              (golden, difference) ->
                  runs(difference, "converted", "decomposed")
                      && hasModule(golden, KernelDifferences::isAveragingBag),
              Instead.REFERENCE_OUTPUTS),
          new KnownDifference(
              "decomposed-4-bit-embeddings",
              "decomposed models with 4-bit embeddings run",
              (golden, difference) ->
                  difference.startsWith("decomposed run error: expected ValueError")
                      && difference.contains("quint4x2")),
          new KnownDifference(
              "quantized-prelu",
              "quantized PReLU leaves positive values as they are",
              (golden, difference) ->
                  runs(difference, "converted") && hasModule(golden, typed("torch.nn.PReLU")),
              Instead.REFERENCE_OUTPUTS),
          new KnownDifference(
              "transposed-convolution-on-onednn",
              "quantized transposed convolutions agree with their reference form on every engine",
              (golden, difference) ->
                  runs(difference, "converted")
                      && List.of("x86", "onednn")
                          .contains(golden.document().path("engine").asText())
                      && hasModule(golden, KernelDifferences::isUnpaddedTransposed),
              Instead.REFERENCE_OUTPUTS),
          new KnownDifference(
              "clamp-on-qnnpack",
              "clamps of quantized images keep every value in its place on every engine",
              (golden, difference) ->
                  runs(difference, "converted")
                      && golden.document().path("engine").asText().equals("qnnpack")
                      && (hasModule(golden, typed("torch.nn.Hardtanh"))
                          || hasModule(golden, typed("torch.nn.ReLU6"))
                          || clamps(golden)),
              Instead.REFERENCE_OUTPUTS),
          new KnownDifference(
              "reference-padding-modes",
              "reference convolutions keep their padding mode, and every mode can be lowered",
              (golden, difference) ->
                  runs(difference, "reference", "decomposed")
                      && hasModule(golden, KernelDifferences::padsOtherwise),
              Instead.ZERO_PADDING),
          new KnownDifference(
              "view-of-quantized-images",
              "view works on the output of a quantized convolution: tensors are row-major",
              (golden, difference) ->
                  difference.startsWith(
                      "converted run error: expected RuntimeError view size is not compatible")),
          new KnownDifference(
              "qnnpack-signed-activations",
              "qnnpack arithmetic takes signed activations",
              (golden, difference) ->
                  difference.startsWith("converted run error: expected RuntimeError")
                      && difference.contains("(qnnpack): Expected activation data type QUInt8")),
          new KnownDifference(
              "instance-norm-settings",
              "quantized instance norms use the running statistics that they track",
              (golden, difference) ->
                  difference.matches("converted module '.*' buffer names: .*running_mean.*")
                      && hasModule(golden, typed("torch.nn.InstanceNorm"))),
          new KnownDifference(
              "channels-without-batch-norm-weight",
              "quantization-aware layers compute channels whose batch norm has the weight 0",
              (golden, difference) ->
                  (difference.startsWith("calibration error: expected RuntimeError `zero_point`")
                          || difference.contains("expected NaN"))
                      && golden.document().path("training").asBoolean()
                      && hasModule(golden, m -> isNormWithoutWeight(golden, m))));

  private KernelDifferences() {}

  /** Whether values of a stage differ: an output, or an intermediate value. */
  private static boolean runs(String difference, String... stages) {
    for (String stage : stages) {
      if (difference.startsWith(stage + " output of ")
          || difference.startsWith(stage + " value of ")) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasModule(GoldenCase golden, Predicate<JsonNode> test) {
    List<JsonNode> entries = new ArrayList<>();
    golden.document().path("float").path("modules").forEach(entries::add);
    return entries.stream().anyMatch(test);
  }

  private static boolean clamps(GoldenCase golden) {
    for (JsonNode node : golden.document().path("float").path("nodes")) {
      if (node.path("target").asText().matches(".*\\b(clamp|hardtanh|relu6)_?")) {
        return true;
      }
    }
    return false;
  }

  private static Predicate<JsonNode> typed(String prefix) {
    return entry -> entry.path("type").asText().startsWith(prefix);
  }

  private static boolean isAveragingBag(JsonNode entry) {
    return entry.path("type").asText().equals("torch.nn.EmbeddingBag")
        && !entry.path("hyper").path("mode").asText().equals("sum");
  }

  /** oneDNN takes transposed convolutions without output padding only. */
  private static boolean isUnpaddedTransposed(JsonNode entry) {
    if (!entry.path("type").asText().startsWith("torch.nn.ConvTranspose")) {
      return false;
    }
    for (JsonNode n : entry.path("hyper").path("output_padding").path("tuple")) {
      if (n.asInt() != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNormWithoutWeight(GoldenCase golden, JsonNode entry) {
    String weight = entry.path("params").path("weight").asText("");
    if (!typed("torch.nn.BatchNorm").test(entry) || weight.isEmpty()) {
      return false;
    }
    for (float w : golden.values().tensor(weight).floats()) {
      if (w == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean padsOtherwise(JsonNode entry) {
    JsonNode hyper = entry.path("hyper");
    return entry.path("type").asText().startsWith("torch.nn.Conv")
        && (!hyper.path("padding_mode").asText("zeros").equals("zeros")
            || hyper.path("padding").isTextual());
  }
}
