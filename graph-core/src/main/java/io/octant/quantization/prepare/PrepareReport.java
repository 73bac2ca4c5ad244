package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.qconfig.Choice;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.NodeReport.Outcome;
import io.octant.quantization.report.QuantizationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says for each node of the fused graph whether it will be quantized, and if not, why not. */
final class PrepareReport {
  private final GraphModule model;
  private final BackendConfig backend;
  private final Map<Node, NodeMatch> matches;
  private final ObserverPlans plans;
  private final Map<String, Choice<QConfig>> qconfigs;
  private final NonTensors nonTensors;

  PrepareReport(
      GraphModule model,
      BackendConfig backend,
      Map<Node, NodeMatch> matches,
      ObserverPlans plans,
      Map<String, Choice<QConfig>> qconfigs,
      NonTensors nonTensors) {
    this.model = model;
    this.backend = backend;
    this.matches = matches;
    this.plans = plans;
    this.qconfigs = qconfigs;
    this.nonTensors = nonTensors;
  }

  QuantizationReport report() {
    List<NodeReport> lines = new ArrayList<>();
    for (Node node : model.graph()) {
      if (!node.isPlaceholder()
          && !node.isOutput()
          && !(node.operation() instanceof Operation.GetAttr)) {
        lines.add(line(node));
      }
    }
    return new QuantizationReport("prepare", lines, List.of());
  }

  private NodeReport line(Node node) {
    if (nonTensors.hasNoTensorArguments(node)) {
      return line(node, Outcome.NOT_A_TENSOR, "shape operator");
    }
    Choice<QConfig> choice = qconfigs.get(node.name());
    Optional<QConfig> qconfig = choice == null ? Optional.empty() : choice.value();
    if (choice != null && qconfig.isEmpty()) {
      return line(node, Outcome.FLOAT, "qconfig None by " + choice.source());
    }
    NodeMatch match = matches.get(node);
    if (match == null) {
      return line(node, Outcome.FLOAT, "no pattern in backend config '" + backend.name() + "'");
    }
    Optional<String> refusal = plans.refusal(match);
    if (refusal.isPresent()) {
      return line(node, Outcome.FLOAT, refusal.get());
    }
    if (!plans.of(node).isTensor()) {
      return line(node, Outcome.NOT_A_TENSOR, "feeds a shape argument");
    }
    String source = choice == null ? "" : ", qconfig by " + choice.source();
    return line(node, Outcome.QUANTIZED, kind(match) + source);
  }

  private static String kind(NodeMatch match) {
    return switch (match.kind()) {
      case PATTERN ->
          match.nodes().nodes().size() == 1
              ? "matched by the backend"
              : "matched by the backend together with "
                  + match.nodes().nodes().stream().map(Node::name).toList();
      case CUSTOM_MODULE -> "custom module";
      case STANDALONE_MODULE -> "standalone module";
    };
  }

  private NodeReport line(Node node, Outcome outcome, String reason) {
    TargetType type = model.typeOf(node);
    return new NodeReport(
        node.name(),
        type == null ? node.target() : type.name(),
        node.scope().modulePath(),
        node.scope().source(),
        outcome,
        reason);
  }
}
