package io.octant.autograd;

import io.octant.graph.FunctionType;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.nn.Bias;
import io.octant.nn.recurrent.LSTM;
import io.octant.nn.recurrent.RecurrentModule;
import io.octant.nn.recurrent.RecurrentSettings;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent layers have one kernel for all their gradients, {@code octant.gradient.recurrent}. The
 * result is a tuple, of an LSTM with a tuple of both states within.
 */
final class RecurrentRules {
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");
  private static final Signature SIGNATURE = Signature.parse("input, hx=None");

  private final Node node;
  private final RecurrentModule module;
  private final BackwardGraph graph;

  private RecurrentRules(Node node, RecurrentModule module, BackwardGraph graph) {
    this.node = node;
    this.module = module;
    this.graph = graph;
  }

  /** Gives the gradients of input, initial states and weights. */
  static void differentiate(Node n, RecurrentModule module, BackwardGraph graph) {
    new RecurrentRules(n, module, graph).run();
  }

  /** Whether a node reads the states of an LSTM, both in a tuple. */
  static boolean readsStates(Node item, RecurrentModule module) {
    return module instanceof LSTM && item.calls(GETITEM) && index(item) == 1;
  }

  /** The index that a getitem reads of a pair. */
  static int index(Node item) {
    int index = Math.toIntExact((Long) item.arg(1));
    return index < 0 ? index + 2 : index;
  }

  private void run() {
    RecurrentSettings settings = module.settings();
    refuse(settings.projSize() > 0, "a projection has no derivative, expected none");
    refuse(
        settings.dropout() > 0 && module.isTraining() && settings.numLayers() > 1,
        "dropout in training has no derivative, expected evaluation");
    NamedValues a = SIGNATURE.bind(module.type().name(), node.args(), node.kwargs());
    Object input = a.value("input");
    Object hidden = state(a.value("hx"), 0);
    Object cell = module instanceof LSTM ? state(a.value("hx"), 1) : None.NONE;
    List<Attribute> weights = weights();
    boolean biased = settings.bias() == Bias.WITH;
    List<Object> args = new ArrayList<>();
    args.add(orNone(graph.gradient(node, 0)));
    args.add(orNone(ofState(0)));
    args.add(orNone(ofState(1)));
    for (Object value : List.of(input, hidden, cell)) {
      args.add(graph.saved(value, node));
    }
    args.add(weights.stream().map(w -> graph.saved(w, node)).toList());
    args.add(Objects.requireNonNull(module.hyperparameters().get("mode")));
    args.add(biased);
    args.add((long) directions());
    args.add(settings.batchFirst() ? 0L : 1L);
    Node all = graph.call("octant.gradient.recurrent", args, Map.of());
    List<Object> to = new ArrayList<>(List.of(input, hidden, cell));
    to.addAll(weights);
    for (int i = 0; i < to.size(); i++) {
      if (graph.isActive(to.get(i))) {
        Node item = graph.call("operator.getitem", List.of(all, (long) i), Map.of());
        graph.add(to.get(i), item);
      }
    }
  }

  private int directions() {
    return module.settings().bidirectional() ? 2 : 1;
  }

  /** In the order of the cells: both weights, then both biases. */
  private List<Attribute> weights() {
    List<Attribute> out = new ArrayList<>();
    List<String> kinds =
        module.settings().bias() == Bias.WITH
            ? List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            : List.of("weight_ih", "weight_hh");
    for (int layer = 0; layer < module.settings().numLayers(); layer++) {
      for (String end : List.of("", "_reverse").subList(0, directions())) {
        for (String kind : kinds) {
          out.add(new Attribute(node.target() + "." + kind + "_l" + layer + end, false));
        }
      }
    }
    return out;
  }

  /** The initial state's tensor, None for zeros. */
  private Object state(Object hx, int index) {
    if (hx == None.NONE || !(module instanceof LSTM)) {
      return hx;
    }
    if (hx instanceof Tuple pair && pair.size() == 2) {
      return pair.item(index);
    }
    if (hx instanceof List<?> pair && pair.size() == 2) {
      return pair.get(index);
    }
    throw refused("its initial state is " + hx + ", expected a tuple of hidden and cell state");
  }

  /** The gradient of a last state; null if nothing depends on it. */
  private @Nullable Node ofState(int index) {
    if (!(module instanceof LSTM)) {
      return index == 0 ? graph.gradient(node, 1) : null;
    }
    Node sum = null;
    for (Node user : node.users()) {
      if (readsStates(user, module)) {
        Node one = graph.gradient(user, index);
        sum =
            sum == null || one == null
                ? (sum == null ? one : sum)
                : graph.call("torch.add", List.of(sum, one), Map.of());
      }
    }
    return sum;
  }

  private static Object orNone(@Nullable Node n) {
    return n == null ? None.NONE : n;
  }

  private void refuse(boolean wrong, String reason) {
    if (wrong) {
      throw refused(reason);
    }
  }

  private AutogradException refused(String reason) {
    return new AutogradException(
        "Cannot differentiate node " + node.described() + ", " + module.type() + ": " + reason);
  }
}
