package io.octant.quantization.prepare;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.IntegerValues;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.QConfig;
import io.octant.shape.LateValues;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Inserts observers by plan: before the root of a match where an argument does not come in the type
 * that is wanted, and after its last node. A value that is already observed the same way is not
 * observed twice.
 */
final class ObserverInsertion {
  private static final Set<FunctionType> FLOAT_WEIGHTS =
      Set.of(
          FunctionType.of("torch.nn.functional.layer_norm"),
          FunctionType.of("torch.nn.functional.group_norm"),
          FunctionType.of("torch.nn.functional.instance_norm"));

  private final GraphModule model;
  private final Map<Node, NodeMatch> matches;
  private final ObserverPlans plans;
  private final Prototypes prototypes;
  private final ModuleSwaps swaps;
  private final EqualizationInsertion equalization;
  private final ObserverSharing sharing;
  private final LstmOutputs lstmOutputs;
  private final IntegerValues integers;
  private final LateValues late;
  private final Set<String> observed = new LinkedHashSet<>();
  private final Set<String> lost = new LinkedHashSet<>();

  ObserverInsertion(
      GraphModule model,
      Map<Node, NodeMatch> matches,
      ObserverPlans plans,
      Prototypes prototypes,
      ModuleSwaps swaps,
      EqualizationInsertion equalization) {
    this.model = model;
    this.matches = matches;
    this.plans = plans;
    this.prototypes = prototypes;
    this.swaps = swaps;
    this.equalization = equalization;
    this.sharing = new ObserverSharing(model);
    this.lstmOutputs = new LstmOutputs(model);
    this.integers = IntegerValues.of(model);
    this.late = LateValues.of(model);
  }

  /** Edits the graph; returns the names of all nodes of matches that are quantized. */
  Set<String> run() {
    for (Node node : model.graph().nodes()) {
      if (node.isOutput()) {
        observeGraphOutput(node);
      } else if (!node.isPlaceholder() && !(node.operation() instanceof Operation.GetAttr)) {
        observe(node);
      }
    }
    return observed;
  }

  /** Names of nodes that were to share an observer with their input, which has none. */
  Set<String> lost() {
    return lost;
  }

  private void observe(Node node) {
    NodeMatch match = matches.get(node);
    if (match == null) {
      return;
    }
    Optional<QConfig> qconfig = plans.qconfig(node);
    if (qconfig.isEmpty() || !plans.isPlanSupported(match)) {
      return;
    }
    if (plans.of(node).isTensor() || match.root().args().isEmpty()) {
      match.nodes().nodes().forEach(n -> observed.add(n.name()));
    }
    if (!plans.of(node).isTensor()) {
      return;
    }
    if (QuantizedAlready.isQuantizedNext(match.last()) && !isWeighted(match)) {
      return;
    }
    if (node == match.root()) {
      boolean equalize = equalization.applies(node);
      observeInputs(node, match, qconfig.get());
      if (equalize) {
        equalization.observeInputs(node);
      }
    }
    if (node == match.last()) {
      if (swaps.isLstm(match)) {
        lstmOutputs.unpack(node);
      } else {
        observeOutput(node);
      }
      if (match.kind() == NodeMatch.Kind.CUSTOM_MODULE) {
        swaps.toObserved(node, qconfig.get());
      }
    }
  }

  /** Whether a match has weights that are not quantized yet. */
  private boolean isWeighted(NodeMatch match) {
    return match.nodes().nodes().stream()
        .anyMatch(
            n ->
                n.operation() instanceof Operation.CallModule
                        && !QuantizedAlready.isLayer(model.moduleOf(n))
                        && !model.moduleOf(n).parameters().isEmpty()
                    || plans.of(n).weightIndex() >= 0);
  }

  // ---- inputs

  private void observeInputs(Node node, NodeMatch match, QConfig qconfig) {
    List<Object> args = new ArrayList<>();
    for (int i = 0; i < node.args().size(); i++) {
      args.add(observed(node, node.arg(i), i, match, qconfig));
    }
    Map<String, Object> kwargs = new LinkedHashMap<>();
    node.kwargs().forEach((k, v) -> kwargs.put(k, observed(node, v, -1, match, qconfig)));
    node.setArgs(args);
    node.setKwargs(kwargs);
  }

  /** An argument with every node in it replaced by its observer, where one is needed. */
  private Object observed(Node node, Object value, int index, NodeMatch match, QConfig qconfig) {
    if (value instanceof List<?> list) {
      return list.stream().map(v -> observed(node, v, index, match, qconfig)).toList();
    }
    if (value instanceof Tuple tuple) {
      return new Tuple(
          tuple.items().stream().map(v -> observed(node, v, index, match, qconfig)).toList());
    }
    if (!(value instanceof Node argument)) {
      return value;
    }
    ObserverSpec wanted =
        match.kind() == NodeMatch.Kind.STANDALONE_MODULE
            ? wantedByStandalone(node, argument, index, qconfig)
            : wantedBy(node, argument);
    return wanted == null ? argument : observer(argument, wanted);
  }

  private boolean isNeverObserved(Node node) {
    return integers.contains(node) || late.contains(node) || QuantizedAlready.isValue(node);
  }

  /**
   * The observer that an argument needs, null if it comes as it should. What was to share its
   * input's observer, and found none, comes as floats: PyTorch takes it for quantized, so that what
   * reads it stays in float.
   */
  private @Nullable ObserverSpec wantedBy(Node node, Node argument) {
    if (isNeverObserved(argument)) {
      return null;
    }
    ObserverPlan plan = plans.of(node);
    ObserverSpec wanted = specFor(node, argument, plan);
    DType has = lost.contains(argument.name()) ? DType.FLOAT32 : dtypeOf(argument);
    if (prototypes.isDynamic(wanted)) {
      return !node.args().isEmpty() && node.arg(0) == argument ? wanted : null;
    }
    if (plan.sharing() == ObserverPlan.Sharing.REUSE_INPUT) {
      return null;
    }
    DType wants = prototypes.dtype(wanted);
    boolean comesOtherwise = has == DType.FLOAT32 || Prototypes.isObserved(has);
    return Prototypes.isObserved(wants) && comesOtherwise && wants != has ? wanted : null;
  }

  private @Nullable ObserverSpec specFor(Node node, Node argument, ObserverPlan plan) {
    if (ArgumentRoles.isWeight(node, argument, plan)) {
      boolean stays =
          node.operation() instanceof Operation.CallFunction f
              && FLOAT_WEIGHTS.contains(f.function());
      return stays ? null : plan.weight();
    }
    return ArgumentRoles.isBias(node, argument, plan) ? plan.bias() : plan.input();
  }

  private @Nullable ObserverSpec wantedByStandalone(
      Node node, Node argument, int index, QConfig qconfig) {
    boolean takesIntegers = index >= 0 && swaps.quantizedInputs(node).contains(index);
    return takesIntegers && dtypeOf(argument) != DType.QUINT8 ? qconfig.activation() : null;
  }

  /** The type in which a value comes; an observer passes on what it observes as planned. */
  private @Nullable DType dtypeOf(Node value) {
    Node producer = lstmOutputs.producer(value);
    if (producer != value) {
      return prototypes.dtype(plans.of(producer).output());
    }
    producer =
        ObserverNodes.isObserver(model, value) && value.arg(0) instanceof Node source
            ? source
            : value;
    return prototypes.dtype(plans.of(producer).output());
  }

  /** The observer of a value: one that is there already, or a new one. */
  private Node observer(Node value, ObserverSpec wanted) {
    ActivationPostProcess prototype = prototypes.of(wanted);
    for (Node user : value.users()) {
      if (ObserverNodes.isObserver(model, user)
          && Prototypes.sameSettings((ActivationPostProcess) model.moduleOf(user), prototype)) {
        return user;
      }
    }
    return insert(value, wanted);
  }

  private Node insert(Node value, ObserverSpec spec) {
    ActivationPostProcess observer = spec.create();
    observer.train(model.isTraining());
    observer.attach(ObserverSpec.class, spec);
    return insertAfter(model, value, observer, "activation_post_process_");
  }

  /** Registers a module under a free name of a prefix, and calls it right after a value. */
  static Node insertAfter(GraphModule model, Node value, Module module, String prefix) {
    String name = AttributeNames.free(model, prefix);
    model.setChild(name, module);
    try (var at = model.graph().insertingAfter(value)) {
      return model.graph().callModule(name, value);
    }
  }

  // ---- outputs

  private void observeOutput(Node node) {
    ObserverPlan plan = plans.of(node);
    DType wants = prototypes.dtype(plan.output());
    if (plan.output() == null
        || plan.standalone()
        || prototypes.isDynamic(plan.output())
        || !Prototypes.isObserved(wants)
        || QuantizedAlready.isQuantizedNext(node)) {
      return;
    }
    List<Node> quantizes = node.users().stream().filter(QuantizedAlready::isQuantize).toList();
    Node observer = insert(node, plan.output());
    node.replaceAllUsesWith(observer);
    quantizes.forEach(q -> q.replaceInput(observer, node));
    boolean share =
        plan.sharing() == ObserverPlan.Sharing.REUSE_INPUT
            || plan.sharing() == ObserverPlan.Sharing.WITH_INPUT
                && !readsQuantizedInput(node)
                && !OwnRanges.wants(model, matches.get(node), plan.output());
    if (share && !sharing.shareInputObserver(node)) {
      sharing.removeOutputObserver(node);
      lost.add(node.name());
    }
  }

  /** An input that is quantized already was observed outside of this graph. */
  private boolean readsQuantizedInput(Node node) {
    DType output = prototypes.dtype(plans.of(node).output());
    return (output == DType.QUINT8 || output == DType.UINT8)
        && !node.args().isEmpty()
        && node.arg(0) instanceof Node first
        && first.isPlaceholder();
  }

  private void observeGraphOutput(Node output) {
    output.setArgs(output.args().stream().map(this::observedResult).toList());
  }

  private Object observedResult(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(this::observedResult).toList();
    }
    if (value instanceof Tuple tuple) {
      return new Tuple(tuple.items().stream().map(this::observedResult).toList());
    }
    if (value instanceof Map<?, ?> dict) {
      Map<Object, Object> out = new LinkedHashMap<>();
      dict.forEach((k, v) -> out.put(k, observedResult(v)));
      return out;
    }
    if (value instanceof Node node) {
      ObserverSpec wanted = isNeverObserved(node) ? null : plans.of(node).input();
      DType wants = prototypes.dtype(wanted);
      return wanted != null && wants != DType.FLOAT32 && wants != dtypeOf(node)
          ? insert(node, wanted)
          : node;
    }
    if (value == None.NONE) {
      return value;
    }
    throw new PrepareException(
        "Cannot prepare graph output: " + value + ", expected nodes, None, lists, tuples or dicts");
  }
}
