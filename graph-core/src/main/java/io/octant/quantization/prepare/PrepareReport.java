package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.ObservationType;
import io.octant.quantization.qconfig.Choice;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.NodeReport.Outcome;
import io.octant.quantization.report.QuantizationReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Says for each node of the fused graph whether it will be quantized, and if not, why not. */
final class PrepareReport {
  private final GraphModule model;
  private final BackendConfig backend;
  private final Map<Node, NodeMatch> matches;
  private final ObserverPlans plans;
  private final Map<String, Choice<QConfig>> qconfigs;
  private final NonTensors nonTensors;
  private final Set<Node> unobserved = Collections.newSetFromMap(new IdentityHashMap<>());

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

  /**
   * The report of a graph that has no observers yet.
   *
   * @param warnings what in the options is likely to be a mistake
   */
  QuantizationReport report(List<String> warnings) {
    List<NodeReport> lines = new ArrayList<>();
    for (Node node : model.graph()) {
      if (!node.isPlaceholder()
          && !node.isOutput()
          && !QuantizedAlready.isQuantize(node)
          && !QuantizedAlready.isValue(node)
          && !(node.operation() instanceof Operation.GetAttr)) {
        lines.add(line(node));
      }
    }
    return new QuantizationReport("prepare", lines, warnings);
  }

  /**
   * Corrects a report once observers are inserted.
   *
   * @param lost names of nodes that were to share an observer with their input, which has none
   * @param warnings more of them
   */
  static QuantizationReport after(
      QuantizationReport planned, Set<String> lost, List<String> warnings) {
    List<NodeReport> lines =
        planned.lines().stream()
            .map(
                l ->
                    lost.contains(l.node())
                        ? l.with(
                            Outcome.FLOAT, "its first positional input has no observer to share")
                        : l)
            .toList();
    return new QuantizationReport(
        planned.stage(),
        lines,
        Stream.concat(planned.warnings().stream(), warnings.stream()).toList());
  }

  private NodeReport line(Node node) {
    if (QuantizedAlready.contains(model, node)) {
      return line(node, Outcome.QUANTIZED, "quantized already in the model");
    }
    if (nonTensors.hasNoTensorArguments(node)) {
      return lineWithoutTensors(node);
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
    if (match.observationType() == ObservationType.INPUT_OUTPUT_NOT_OBSERVED) {
      return line(node, Outcome.NOT_A_TENSOR, "the backend observes neither input nor output");
    }
    if (match.nodes().nodes().stream().anyMatch(n -> !plans.of(n).isTensor())) {
      return line(node, Outcome.FLOAT, "feeds a size, axis or mask argument");
    }
    Optional<String> refusal = plans.refusal(match);
    if (refusal.isPresent()) {
      return line(node, Outcome.FLOAT, refusal.get());
    }
    String source = choice == null ? "" : ", qconfig by " + choice.source();
    String floats =
        plans.floatReaders(match).map(r -> ", gives floats, which only " + r + " reads").orElse("");
    return line(node, Outcome.QUANTIZED, kind(match) + source + floats);
  }

  /** PyTorch takes all of these for sizes; some are tensors, which nobody observes. */
  private NodeReport lineWithoutTensors(Node node) {
    if (!nonTensors.readsSize(node)) {
      String reason = null;
      if (nonTensors.hasTensorKeywords(node)) {
        reason = "its tensors are keyword arguments, expected positional ones";
      } else if (node.inputs().stream().anyMatch(unobserved::contains)) {
        reason = "it reads only tensors that are not observed";
      } else if (node.operation() instanceof Operation.CallFunction f
          && f.function().name().startsWith("torch.")) {
        reason = "makes a tensor of plain values";
      }
      if (reason != null) {
        unobserved.add(node);
        return line(node, Outcome.FLOAT, reason);
      }
    }
    return line(node, Outcome.NOT_A_TENSOR, "shape operator");
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
    return NodeReport.of(model, node, outcome, reason);
  }
}
