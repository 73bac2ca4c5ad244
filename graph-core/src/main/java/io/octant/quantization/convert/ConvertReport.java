package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.quantized.QuantizedModule;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.quantization.prepare.PreparedState;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.NodeReport.Outcome;
import io.octant.quantization.report.QuantizationReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Says for each node of a converted graph whether it computes on integers, and if not, why not.
 * Quantize and dequantize themselves are left out.
 */
final class ConvertReport {
  private static final String REFERENCE = "reference form: float kernel on quantized values";

  private final GraphModule model;
  private final ConvertForm form;
  private final PreparedState state;
  private final Map<String, String> refusals;
  private final Map<String, NodeReport> prepared = new HashMap<>();

  /**
   * @param refusals why weights of nodes stay float, by node name
   */
  ConvertReport(
      GraphModule model, PreparedState state, ConvertForm form, Map<String, String> refusals) {
    this.model = model;
    this.state = state;
    this.form = form;
    this.refusals = refusals;
  }

  /**
   * The report of a converted graph.
   *
   * @param before the report of prepare, whose reasons and warnings are taken over
   * @param warnings what observers warned of
   */
  QuantizationReport after(QuantizationReport before, List<String> warnings) {
    before.lines().forEach(l -> prepared.put(l.node(), l));
    Quantizedness values = new Quantizedness(model);
    List<NodeReport> lines = new ArrayList<>();
    for (Node node : model.graph()) {
      if (Quantizedness.computes(node)) {
        lines.add(line(node, values));
      }
    }
    return new QuantizationReport(
        "convert", lines, Stream.concat(before.warnings().stream(), warnings.stream()).toList());
  }

  private NodeReport line(Node node, Quantizedness values) {
    NodeReport before = prepared.get(node.name());
    if (before != null && before.outcome() == Outcome.NOT_A_TENSOR) {
      return line(node, Outcome.NOT_A_TENSOR, before.reason());
    }
    if (values.runsOnIntegers(node)) {
      return line(node, Outcome.QUANTIZED, "runs on quantized tensors");
    }
    if (node.operation() instanceof Operation.CallModule) {
      Module module = model.moduleOf(node);
      if (module instanceof QuantizedModule) {
        return line(node, Outcome.QUANTIZED, "runs with quantized weights");
      }
      if (module instanceof GraphModule) {
        return line(node, Outcome.QUANTIZED, "standalone module with a report of its own");
      }
      if (isReference(module)) {
        if (form == ConvertForm.LOWERED && before != null && values.givesFloats(node)) {
          return line(node, Outcome.QUANTIZED, before.reason());
        }
        return form == ConvertForm.LOWERED
            ? line(node, Outcome.FLOAT, unlowered(node, values))
            : line(node, Outcome.QUANTIZED, REFERENCE);
      }
    }
    if (before != null && before.outcome() == Outcome.FLOAT) {
      return line(node, Outcome.FLOAT, before.reason());
    }
    if (refusals.containsKey(node.name())) {
      return line(node, Outcome.FLOAT, refusals.get(node.name()));
    }
    if (state.hasNoQConfig(node.name())) {
      return line(node, Outcome.FLOAT, "qconfig None at conversion");
    }
    return values.readsDequantized(node) && form != ConvertForm.LOWERED
        ? line(node, Outcome.QUANTIZED, REFERENCE)
        : line(node, Outcome.FLOAT, unlowered(node, values));
  }

  private static String unlowered(Node node, Quantizedness values) {
    return values.readsDequantized(node)
        ? "no quantized kernel for this operator as it is called"
        : "its input is not quantized";
  }

  private static boolean isReference(Module module) {
    return module instanceof ReferenceModule
        || module instanceof FusedModule fused && fused.part(0) instanceof ReferenceModule;
  }

  private NodeReport line(Node node, Outcome outcome, String reason) {
    return NodeReport.of(model, node, outcome, reason);
  }
}
