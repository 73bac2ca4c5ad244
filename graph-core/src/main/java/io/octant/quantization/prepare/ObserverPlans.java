package io.octant.quantization.prepare;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.IntegerValues;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.Pattern;
import io.octant.quantization.observer.FixedQParamsObserver;
import io.octant.quantization.observer.ObserverException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.Choice;
import io.octant.quantization.qconfig.QConfig;
import io.octant.shape.LateValues;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which observers every node wants. In order: nodes start as float; matched nodes with a
 * qconfig want its observers; graph inputs and outputs that are declared quantized are; nodes
 * without tensors want none, and neither do the shape arguments of known operators; what the
 * backend does not support goes back to float.
 */
final class ObserverPlans {
  /** What a graph input or output that is declared quantized holds. */
  private static final ObserverSpec QUANTIZED = ObserverPlan.FLOAT.with("dtype", DType.QUINT8);

  private static final String REUSE_INPUT = ObserverSpec.TORCH + "ReuseInputObserver";

  private final GraphModule model;
  private final BackendConfig backend;
  private final PrepareCustomConfig custom;
  private final Map<Node, NodeMatch> matches;
  private final Map<String, Choice<QConfig>> qconfigs;
  private final Prototypes prototypes;
  private final NonTensors nonTensors;
  private final Map<Node, ObserverPlan> plans = new IdentityHashMap<>();
  private final Map<NodeMatch, String> refusals = new IdentityHashMap<>();
  private final Map<NodeMatch, String> floatOutputs = new IdentityHashMap<>();
  private final Set<NodeMatch> supported = Collections.newSetFromMap(new IdentityHashMap<>());

  ObserverPlans(
      GraphModule model,
      BackendConfig backend,
      PrepareCustomConfig custom,
      Map<Node, NodeMatch> matches,
      Map<String, Choice<QConfig>> qconfigs,
      Prototypes prototypes,
      NonTensors nonTensors) {
    this.model = model;
    this.backend = backend;
    this.custom = custom;
    this.matches = matches;
    this.qconfigs = qconfigs;
    this.prototypes = prototypes;
    this.nonTensors = nonTensors;
    for (Node node : model.graph()) {
      plans.put(node, ObserverPlan.ofFloat());
    }
    planMatches();
    planInterface();
    planNonTensors();
    refuseUnsupported();
    leaveFloatWhatFloatsRead();
  }

  /** The plan of a node; float for a node that was added since. */
  ObserverPlan of(Node node) {
    return plans.getOrDefault(node, ObserverPlan.ofFloat());
  }

  /** Why the backend refuses a match, empty if it does not. */
  Optional<String> refusal(NodeMatch match) {
    return Optional.ofNullable(refusals.get(match));
  }

  /** The qconfig of a node itself. */
  Optional<QConfig> qconfig(Node node) {
    Choice<QConfig> choice = qconfigs.get(node.name());
    return choice == null ? Optional.empty() : choice.value();
  }

  /** The qconfig that a match is planned with: that of its last node, which may say float. */
  private Optional<QConfig> qconfig(NodeMatch match) {
    return qconfig(match.last());
  }

  private void planMatches() {
    for (NodeMatch match : distinctMatches()) {
      qconfig(match)
          .ifPresent(q -> match.nodes().nodes().forEach(n -> plans.put(n, plan(n, match, q))));
    }
  }

  /** Matches in the order of their last nodes. */
  private Iterable<NodeMatch> distinctMatches() {
    Map<NodeMatch, NodeMatch> seen = new IdentityHashMap<>();
    List<NodeMatch> out = new ArrayList<>();
    for (Node node : model.graph()) {
      NodeMatch match = matches.get(node);
      if (match != null && seen.put(match, match) == null) {
        out.add(match);
      }
    }
    return out;
  }

  private ObserverPlan plan(Node node, NodeMatch match, QConfig qconfig) {
    if (nonTensors.hasNoTensorArguments(node)) {
      return ObserverPlan.ofNoTensor();
    }
    requireObservers(node, qconfig);
    ObserverSpec output = qconfig.activation();
    if (output.type().equals(REUSE_INPUT)) {
      output = OwnRanges.inputOf(node, qconfigs).orElse(output);
    }
    ObserverSpec input = output;
    if (prototypes.of(input) instanceof FixedQParamsObserver) {
      input = OwnRanges.inputOf(node, qconfigs).orElse(input);
    }
    Map<String, Integer> indexes = argumentIndexes(node);
    return new ObserverPlan(
        input,
        qconfig.weight(),
        ObserverPlan.FLOAT.with("dtype", biasDType(qconfig)),
        output,
        indexes.getOrDefault("weight", -1),
        indexes.getOrDefault("bias", -1),
        sharing(match, output),
        match.kind() == NodeMatch.Kind.STANDALONE_MODULE);
  }

  private void requireObservers(Node node, QConfig qconfig) {
    try {
      prototypes.of(qconfig.activation());
      prototypes.of(qconfig.weight());
    } catch (ObserverException e) {
      Choice<QConfig> choice = qconfigs.get(node.name());
      throw new PrepareException(
          "Cannot prepare node "
              + node.described()
              + (choice == null ? "" : ", qconfig by " + choice.source())
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static ObserverPlan.Sharing sharing(NodeMatch match, ObserverSpec output) {
    if (output.type().equals(REUSE_INPUT)) {
      return ObserverPlan.Sharing.REUSE_INPUT;
    }
    return match.sharesObserverWithInput()
        ? ObserverPlan.Sharing.WITH_INPUT
        : ObserverPlan.Sharing.NONE;
  }

  private DType biasDType(QConfig qconfig) {
    boolean staticHalf =
        prototypes.dtype(qconfig.activation()) == DType.FLOAT16
            && prototypes.dtype(qconfig.weight()) == DType.FLOAT16
            && !prototypes.isDynamic(qconfig.activation());
    return staticHalf ? DType.FLOAT16 : DType.FLOAT32;
  }

  private Map<String, Integer> argumentIndexes(Node node) {
    if (!(node.operation() instanceof Operation.CallFunction f)) {
      return Map.of();
    }
    FunctionType function = f.function();
    return backend
        .find(Pattern.of(function))
        .map(c -> c.inputTypeToIndex())
        .orElse(new LinkedHashMap<>());
  }

  private void planInterface() {
    ObserverPlan quantized =
        new ObserverPlan(
            QUANTIZED, null, null, QUANTIZED, -1, -1, ObserverPlan.Sharing.NONE, false);
    List<Node> inputs = model.graph().placeholders();
    for (int index : custom.inputQuantizedIndexes()) {
      if (index >= 0 && index < inputs.size()) {
        plans.put(inputs.get(index), quantized);
      }
    }
    for (Node node : model.graph()) {
      boolean computes = !node.isPlaceholder() && !node.isOutput();
      if (computes
          && !(node.operation() instanceof Operation.GetAttr)
          && nonTensors.hasNoTensorArguments(node)) {
        plans.put(node, ObserverPlan.ofNoTensor());
      }
    }
    if (custom.outputQuantizedIndexes().contains(0)) {
      plans.put(model.graph().outputNode(), quantized);
    }
  }

  private void planNonTensors() {
    for (Node node : model.graph()) {
      for (Node argument : ShapeArguments.of(node)) {
        withoutTensors(argument);
      }
    }
  }

  /** What feeds a shape argument through copies is no tensor either. */
  private void withoutTensors(Node node) {
    plans.put(node, of(node).withoutTensors());
    NodeMatch match = matches.get(node);
    if (match != null
        && match.sharesObserverWithInput()
        && !node.args().isEmpty()
        && node.arg(0) instanceof Node producer) {
      withoutTensors(producer);
    }
  }

  private void refuseUnsupported() {
    BackendSupport support = new BackendSupport(prototypes);
    IntegerValues integers = IntegerValues.of(model);
    LateValues late = LateValues.of(model);
    for (NodeMatch match : distinctMatches()) {
      Optional<QConfig> qconfig = qconfig(match);
      if (qconfig.isPresent() && match.nodes().nodes().stream().anyMatch(integers::contains)) {
        refuse(match, "computes integers, which are never quantized");
      } else if (qconfig.isPresent() && nonTensors.mayPickResult(match.root())) {
        refuse(match, "may pick one of several results, of which no observer can see all");
      } else if (qconfig.isPresent() && match.nodes().nodes().stream().anyMatch(late::contains)) {
        refuse(match, "its shape depends on data, and which samples its elements are of");
      } else if (MaskedScores.areReadBy(model, match)
          && OwnRanges.inputOf(match.root(), qconfigs).isPresent()) {
        refuse(match, "reads masked scores: in 8 bits a mask is the least score of all");
      } else if (Reciprocals.areFactorsOf(model, match)
          && OwnRanges.inputOf(match.root(), qconfigs).isPresent()) {
        refuse(match, "a product with a reciprocal: in 8 bits few levels are left to small ones");
      } else if (qconfig.isPresent()) {
        Optional<String> reason = support.reasonAgainst(match, qconfig.get(), plans);
        reason.ifPresent(r -> refuse(match, r));
        boolean handlesNoArguments = match.root().args().isEmpty() && !of(match.root()).isTensor();
        if (handlesNoArguments || support.reasonAgainst(match, qconfig.get(), plans).isEmpty()) {
          supported.add(match);
        }
      }
    }
  }

  /**
   * Whether the backend takes a match as it is planned now: quantized, or float after a refusal.
   */
  boolean isPlanSupported(NodeMatch match) {
    return supported.contains(match);
  }

  /**
   * Last to first, so that what is left in float leaves what it reads in float in its turn. See
   * {@link FloatReaders}.
   */
  private void leaveFloatWhatFloatsRead() {
    FloatReaders readers = new FloatReaders(model, this::takesIntegers);
    boolean isOctants =
        qconfigs.values().stream()
            .anyMatch(c -> c.value().map(q -> q.activation().isOctants()).orElse(false));
    List<NodeMatch> matches = new ArrayList<>();
    distinctMatches().forEach(matches::add);
    Collections.reverse(matches);
    for (NodeMatch match : matches) {
      ObserverPlan plan = of(match.last());
      if (!supported.contains(match)
          || plan.output() == null
          || plan.standalone()
          || !FloatReaders.apply(plan.output(), isOctants)) {
        continue;
      }
      if (OwnRanges.isWithNumber(model, match)) {
        supported.remove(match);
        refuse(match, "arithmetic with a number: in 8 bits it would only round once more");
        continue;
      }
      Optional<String> read = readers.of(match.last());
      if (read.isEmpty()) {
        continue;
      }
      if (FloatReaders.givesFloats(model, match)) {
        plans.put(match.last(), plan.withOutput(ObserverPlan.FLOAT));
        floatOutputs.put(match, read.get());
      } else if (!isWeighted(match)) {
        supported.remove(match);
        refuse(match, "only operators in float read it: " + read.get());
      }
    }
  }

  /** Whether a match multiplies by a weight: that is worth integers whoever reads the result. */
  private boolean isWeighted(NodeMatch match) {
    return match.kind() != NodeMatch.Kind.PATTERN
        || match.nodes().nodes().stream()
            .anyMatch(
                n ->
                    of(n).weightIndex() >= 0
                        || n.operation() instanceof Operation.CallModule
                            && hasParameters(model.moduleOf(n)));
  }

  /** Whether a module, or one that it was fused of, has parameters. */
  private static boolean hasParameters(Module module) {
    boolean[] found = {false};
    module.forEachModule((path, m) -> found[0] |= !m.parameters().isEmpty());
    return found[0];
  }

  /** Whether a node is to read integers. */
  private boolean takesIntegers(Node reader) {
    NodeMatch match = matches.get(reader);
    return match != null && supported.contains(match) && qconfig(match).isPresent();
  }

  /** Which operators in float read a layer whose result they get as floats; empty if none do. */
  Optional<String> floatReaders(NodeMatch match) {
    return Optional.ofNullable(floatOutputs.get(match));
  }

  private void refuse(NodeMatch match, String reason) {
    refusals.put(match, reason);
    for (Node node : match.nodes().nodes()) {
      if (of(node).isTensor()) {
        plans.put(node, ObserverPlan.ofFloat());
      }
    }
  }
}
