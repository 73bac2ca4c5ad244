package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.conformance.KnownDifference.Instead;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where PyTorch's passes change what a graph computes. */
final class GraphDifferences {
  static final List<KnownDifference> ALL =
      List.of(
          new KnownDifference(
              "shared-modules",
              "a module that is called at several places keeps its meaning: it is not fused, and gets"
                  + " weights and an output scale for each place",
              (golden, difference) ->
                  callsAModuleTwice(golden)
                      && (difference.startsWith("fused node ") && changesTheFloatModel(golden)
                          || configuresCalls(golden)
                              && difference.matches("(reference|decomposed|converted) .*")),
              Instead.OWN_REFERENCE),
          new KnownDifference(
              "shared-modules",
              "every call of a quantized module has the output scale of that call",
              (golden, difference) ->
                  callsAModuleTwice(golden)
                      && difference.matches("converted (value|output|run) .*"),
              Instead.REFERENCE_OUTPUTS),
          new KnownDifference(
              "equalized-functional-bias",
              "a functional layer in front of an equalized one has its bias scaled, whatever the bias"
                  + " is called",
              (golden, difference) ->
                  difference.startsWith("converted value ")
                      && golden.adjustments().contains("equalized-functional-bias"),
              Instead.OWN_REFERENCE),
          new KnownDifference(
              "standalone-classes",
              "the quantized inputs of a standalone module count if it was chosen by class too",
              (golden, difference) ->
                  difference.startsWith("prepared node ") && hasQuantizedStandaloneClass(golden),
              Instead.OWN_REFERENCE),
          new KnownDifference(
              "reuse-of-nothing",
              "what reads a reshape that found no observer to reuse has one in front",
              (golden, difference) ->
                  difference.startsWith("prepared node ") && reshapesAnInput(golden),
              Instead.OWN_REFERENCE),
          new KnownDifference(
              "operator-keywords",
              "an addition with alpha stays float, as no integer kernel knows of alpha",
              (golden, difference) ->
                  difference.startsWith("converted node ") && hasKeyword(golden, "alpha")),
          new KnownDifference(
              "fusion-with-onednn",
              "a linear and a leaky ReLU function fuse, and a convolution may be added to itself",
              (golden, difference) ->
                  difference.matches(
                      "fused error: expected (AssertionError Incorrect types for input modules:"
                          + " Linear and function|ValueError not enough values to unpack).*")),
          new KnownDifference(
              "boolean-operands",
              "observers take truth values, as 0 and 1",
              (golden, difference) ->
                  difference.startsWith("calibration error: expected NotImplementedError")
                      && difference.contains("not implemented for 'Bool'")));

  private GraphDifferences() {}

  /** One call of a module may then be quantized otherwise than another. */
  private static boolean configuresCalls(GoldenCase golden) {
    return !golden.document().at("/config/qconfig_mapping/module_name_object_type_order").isEmpty();
  }

  /** The recording's own proof: fusing must not change what a model in evaluation mode computes. */
  private static boolean changesTheFloatModel(GoldenCase golden) {
    JsonNode outputs = golden.document().at("/expected/outputs");
    return !Tolerance.FLOAT.accepts(
        golden.values().decode(outputs.path("float")),
        golden.values().decode(outputs.path("fused")));
  }

  private static boolean callsAModuleTwice(GoldenCase golden) {
    Map<String, Integer> calls = new HashMap<>();
    for (JsonNode node : golden.document().path("float").path("nodes")) {
      if (node.path("op").asText().equals("call_module")) {
        calls.merge(node.path("target").asText(), 1, Integer::sum);
      }
    }
    return calls.values().stream().anyMatch(n -> n > 1);
  }

  /** Whether PyTorch's prepared graph reshapes an input of the model that it does not observe. */
  private static boolean reshapesAnInput(GoldenCase golden) {
    Set<String> inputs = new HashSet<>();
    boolean reshapes = false;
    for (JsonNode node : golden.document().at("/expected/prepared/nodes")) {
      if (node.path("op").asText().equals("placeholder")) {
        inputs.add(node.path("name").asText());
      }
      reshapes |=
          node.path("op").asText().equals("call_method")
              && node.path("target").asText().equals("reshape")
              && inputs.contains(node.at("/args/0/node").asText());
    }
    return reshapes;
  }

  private static boolean hasKeyword(GoldenCase golden, String keyword) {
    for (JsonNode node : golden.document().path("float").path("nodes")) {
      if (node.path("kwargs").has(keyword)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasQuantizedStandaloneClass(GoldenCase golden) {
    JsonNode classes =
        golden
            .document()
            .path("config")
            .path("prepare_custom_config")
            .path("standalone_module_class");
    for (JsonNode entry : classes) {
      if (entry.path("prepare_custom_config").path("input_quantized_idxs").size() > 0) {
        return true;
      }
    }
    return false;
  }
}
