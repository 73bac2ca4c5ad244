package io.octant.autograd;

import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.recurrent.RecurrentModule;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.quantization.observer.ActivationPostProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds the forward and the backward graph of a module; see {@link Differentiated#of}. */
final class BackwardPass {
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");

  private final GraphModule model;
  private final Graph forward;
  private final Map<String, String> trainable;
  private final Map<Node, Call> calls = new IdentityHashMap<>();
  private final Set<Node> active = Collections.newSetFromMap(new IdentityHashMap<>());

  BackwardPass(GraphModule model, Map<String, String> trainable) {
    this.model = model;
    this.forward = Expansion.of(model);
    this.trainable = trainable;
  }

  /**
   * Builds both graphs.
   *
   * @param parameters names in the order of their gradients
   * @param inputs names of inputs that get gradients behind those of the parameters
   */
  Differentiated run(List<String> parameters, List<String> inputs) {
    List<Node> wanted = new ArrayList<>();
    for (Node p : forward.placeholders()) {
      if (inputs.contains(p.target())) {
        wanted.add(p);
      }
    }
    if (wanted.size() != inputs.size()) {
      throw new AutogradException(
          "Cannot differentiate by inputs "
              + inputs
              + ", expected some of "
              + forward.placeholders());
    }
    findActive(wanted);
    BackwardGraph backward = new BackwardGraph(forward, active, trainable);
    List<Node> outputs =
        Arguments.all(forward.outputNode().arg(0), Node.class).stream()
            .filter(active::contains)
            .distinct()
            .toList();
    if (outputs.isEmpty()) {
      throw new AutogradException(
          "Cannot differentiate a graph of "
              + forward.size()
              + " nodes: no output depends on a parameter that is trained, expected one");
    }
    for (Node output : outputs) {
      if (givesTuple(output)) {
        throw new AutogradException(
            "Cannot differentiate output "
                + output.described()
                + ": a tuple, expected a graph that returns its items");
      }
      backward.addTangent(output);
    }
    List<Node> nodes = new ArrayList<>(forward.nodes());
    Collections.reverse(nodes);
    for (Node n : nodes) {
      if (backward.hasGradient(n)) {
        differentiate(n, backward);
      }
    }
    Graph graph = backward.finish(parameters, wanted);
    backward.finishForward();
    return new Differentiated(
        model,
        forward,
        graph,
        parameters,
        wanted.stream().map(Node::target).toList(),
        outputs.stream().map(Node::name).toList());
  }

  /** Marks the nodes through which a gradient can reach a parameter or input that needs one. */
  private void findActive(List<Node> inputs) {
    active.addAll(inputs);
    for (Node n : forward) {
      if (n.operation() instanceof Operation.GetAttr g && trainable.containsKey(g.target())) {
        active.add(n);
        continue;
      }
      Call call = call(n);
      if (call != null) {
        calls.put(n, call);
      }
      if (call != null && DerivativeRules.stops(call.row().name())) {
        continue;
      }
      if (n.inputs().stream().anyMatch(active::contains) || hasTrainedState(n)) {
        active.add(n);
      }
    }
  }

  private boolean hasTrainedState(Node n) {
    if (!(n.operation() instanceof Operation.CallModule m)) {
      return false;
    }
    Map<String, Module> within = new HashMap<>();
    model.module(m.target()).forEachModule(within::put);
    return within.entrySet().stream()
        .anyMatch(
            e ->
                e.getValue().parameters().keySet().stream()
                    .anyMatch(
                        p ->
                            trainable.containsKey(
                                m.target()
                                    + (e.getKey().isEmpty() ? "." : "." + e.getKey() + ".")
                                    + p)));
  }

  private @Nullable Call call(Node n) {
    if (recurrent(n) != null) {
      return null; // a rule for modules, RecurrentRules
    }
    if (n.operation() instanceof Operation.CallModule m) {
      return ModuleCalls.of(model.module(m.target()), m.target(), n.args(), n.kwargs());
    }
    String name =
        n.operation() instanceof Operation.CallFunction f
            ? f.target()
            : n.operation() instanceof Operation.CallMethod m ? "." + m.target() : "";
    OperatorRow row = name.isEmpty() ? null : Operators.standard().findCall(name);
    return row == null
        ? null
        : new Call(row, name, Call.signature(row, name).bind(name, n.args(), n.kwargs()), Map.of());
  }

  private void differentiate(Node n, BackwardGraph backward) {
    if (n.isPlaceholder()) {
      return;
    }
    if (n.operation() instanceof Operation.GetAttr g) {
      backward.addParameter(g.target(), backward.gradient(n));
      return;
    }
    if (n.operation() instanceof Operation.CallModule m
        && model.module(m.target()) instanceof ActivationPostProcess observer) {
      ObserverRules.differentiate(n, observer, backward);
      return;
    }
    RecurrentModule layers = recurrent(n);
    if (layers != null) {
      RecurrentRules.differentiate(n, layers, backward);
      return;
    }
    if (readsStates(n)) {
      backward.expectItems((Node) n.arg(0)); // whose rule reads the gradients of both states
      return;
    }
    Call call = calls.get(n);
    if (call == null) {
      throw new AutogradException(
          "Cannot differentiate node "
              + n.described()
              + ": "
              + (model.typeOf(n) == null ? n.target() : model.typeOf(n))
              + " is not in the operator table, expected an operator with a derivative");
    }
    if (n.calls(GETITEM) && n.arg(0) instanceof Node source && givesTuple(source)) {
      backward.addItem(source, item(source, n), backward.gradient(n));
      return;
    }
    Derivation derivation = new Derivation(backward, n, call);
    DerivativeRule rule = DerivativeRules.find(call.row().name());
    if (rule == null) {
      throw derivation.refused("it has no derivative, expected an operator with one");
    }
    rule.differentiate(derivation);
    derivation.requireItemsRead();
  }

  private int item(Node source, Node item) {
    return recurrent(source) != null || readsStates(source)
        ? RecurrentRules.index(item)
        : Math.toIntExact((Long) item.arg(1));
  }

  /** Whether a node is the tuple of an LSTM's last states. */
  private boolean readsStates(Node item) {
    RecurrentModule layers =
        item.calls(GETITEM) && item.arg(0) instanceof Node of ? recurrent(of) : null;
    return layers != null && RecurrentRules.readsStates(item, layers);
  }

  private @Nullable RecurrentModule recurrent(Node n) {
    return n.operation() instanceof Operation.CallModule m
            && model.module(m.target()) instanceof RecurrentModule layers
        ? layers
        : null;
  }

  private boolean givesTuple(Node source) {
    if (recurrent(source) != null || readsStates(source)) {
      return true;
    }
    Call call = calls.get(source);
    DerivativeRule rule = call == null ? null : DerivativeRules.find(call.row().name());
    return call != null && rule != null && rule.givesTuple(call.arguments());
  }
}
