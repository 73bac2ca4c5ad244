package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.graph.GraphModule;
import io.octant.graph.Tuple;
import io.octant.quantization.convert.ConvertForm;
import java.util.List;

/**
 * Compares the outputs of a stage in another way where what PyTorch computes in it is known to be
 * wrong. Graphs, modules and integers that do not follow from such a value have been compared
 * before.
 */
final class OtherComparison {
  private final GoldenCase golden;
  private final GraphModule calibrated;

  OtherComparison(GoldenCase golden, GraphModule calibrated) {
    this.golden = golden;
    this.calibrated = calibrated;
  }

  /**
   * Compares as a known difference says, and notes it in the case.
   *
   * @throws Difference the given one if there is nothing else to compare, or a new one
   */
  void run(KnownDifference known, String stage, ConvertForm form, Difference difference) {
    switch (known.instead()) {
      case REFERENCE_OUTPUTS -> compare(golden, calibrated, stage, form, "reference", difference);
      case ZERO_PADDING -> {
        if (golden.document().path("training").asBoolean()) {
          throw difference;
        }
        GoldenCase padded = withZeroPadding();
        compare(padded, GraphCases.calibrated(padded), stage, form, stage, difference);
      }
      case OWN_REFERENCE, NOTHING -> throw difference;
    }
    golden.adjustments().add(known.id());
  }

  /** Compares with the recorded outputs of a stage, one step for each quantized operator. */
  private static void compare(
      GoldenCase golden,
      GraphModule calibrated,
      String stage,
      ConvertForm form,
      String recorded,
      Difference difference) {
    JsonNode outputs = golden.document().at("/expected/outputs/" + recorded);
    if (outputs.isEmpty()) {
      throw difference;
    }
    ConversionStages stages = new ConversionStages(golden, calibrated, List.of());
    GraphModule exact = stages.withRecordedScales(stage, stages.converted(form));
    for (int i = 0; i < outputs.size(); i++) {
      List<Object> batch = ((Tuple) golden.values().decode(stages.inputs().get(i))).items();
      TracedRun run = new TracedRun(exact, batch);
      int depth = form == ConvertForm.LOWERED ? run.quantizedDepth(exact.graph().outputNode()) : 1;
      Tolerance tolerance =
          Tolerance.FLOAT
              .withAbsolute(Math.max(1e-6, depth * run.outputScale() * (1 + 1e-5)))
              .withSteps(depth);
      Object want = golden.values().decode(outputs.get(i));
      tolerance.compare(
          "batch " + i + " of " + stage + ", against the " + recorded + " form of PyTorch,",
          want,
          TieBreaks.run(exact, batch, want, tolerance));
    }
  }

  /** The case with every convolution padding with zeros. */
  private GoldenCase withZeroPadding() {
    ObjectNode document = golden.document().deepCopy();
    for (JsonNode entry : document.path("float").path("modules")) {
      if (entry.path("hyper") instanceof ObjectNode hyper && hyper.has("padding_mode")) {
        hyper.put("padding_mode", "zeros");
      }
    }
    return new GoldenCase(golden.suite(), golden.path(), document, golden.values());
  }
}
