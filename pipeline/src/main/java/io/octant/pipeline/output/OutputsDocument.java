package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.validation.OutputComparison;
import io.octant.pipeline.validation.ValidationResult;
import java.util.Locale;

/** The field {@code outputs} of {@code result.json}: float against int8 in every output. */
final class OutputsDocument {
  private OutputsDocument() {}

  static ArrayNode of(ValidationResult result) {
    ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < result.outputs().size(); i++) {
      put(outputs.addObject(), result.outputs().get(i), i == result.primary());
    }
    return outputs;
  }

  private static void put(ObjectNode line, OutputComparison output, boolean primary) {
    line.put("name", output.name())
        .put("primary", primary)
        .put("samples", output.samples().name().toLowerCase(Locale.ROOT))
        .put("compared", output.compared());
    Figures.put(line, "agreement", output.agreement());
    Figures.put(line, "sqnrDb", output.sqnrDb());
    Figures.put(line, "cosine", output.cosine());
    line.put("equal", output.isEqual());
    Figures.put(line, "maxAbsError", output.maxAbsError());
    line.putObject("nan")
        .put("float", output.floatNan())
        .put("int8", output.int8Nan())
        .put("int8Only", output.int8NanOnly());
    line.put("nonFiniteElements", output.nonFiniteElements());
  }
}
