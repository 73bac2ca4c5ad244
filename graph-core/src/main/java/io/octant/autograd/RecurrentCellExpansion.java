package io.octant.autograd;

import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.nn.recurrent.GRUCell;
import io.octant.nn.recurrent.LSTMCell;
import io.octant.nn.recurrent.RecurrentCell;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One step of a recurrent network as the calls that it makes. */
final class RecurrentCellExpansion {
  private static final Signature SIGNATURE = Signature.parse("input, hx=None");

  private final Expansion expansion;
  private final String path;
  private final RecurrentCell module;

  RecurrentCellExpansion(Expansion expansion, String path, RecurrentCell module) {
    this.expansion = expansion;
    this.path = path;
    this.module = module;
  }

  Object of(List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(module.type().name(), args, kwargs);
    Object hx = a.value("hx");
    Node input = linear(a.value("input"), "ih");
    if (module instanceof LSTMCell) {
      return lstm(input, hx);
    }
    Node hidden = hx == None.NONE ? null : (Node) hx;
    if (module instanceof GRUCell) {
      return gru(input, hidden);
    }
    String activation =
        "relu".equals(module.hyperparameters().get("nonlinearity")) ? "relu" : "tanh";
    return call(activation, plus(input, ofHidden(hidden)));
  }

  private Object lstm(Node input, Object hx) {
    boolean given = hx != None.NONE;
    if (given && !(hx instanceof Tuple t && t.size() == 2)) {
      throw new AutogradException(
          "Cannot differentiate module "
              + path
              + ": its state is "
              + hx
              + ", expected a tuple of hidden and cell state");
    }
    Node hidden = given ? (Node) ((Tuple) hx).item(0) : null;
    List<Node> gates = chunks(plus(input, ofHidden(hidden)), 4);
    Node cell = call("mul", call("sigmoid", gates.get(0)), call("tanh", gates.get(2)));
    if (given) {
      Node kept = call("mul", call("sigmoid", gates.get(1)), ((Tuple) hx).item(1));
      cell = call("add", kept, cell);
    }
    return Tuple.of(call("mul", call("sigmoid", gates.get(3)), call("tanh", cell)), cell);
  }

  private Node gru(Node input, @Nullable Node hidden) {
    List<Node> i = chunks(input, 3);
    Object products = ofHidden(hidden);
    List<Node> h = products == None.NONE ? List.of() : chunks((Node) products, 3);
    Node reset = call("sigmoid", h.isEmpty() ? i.get(0) : plus(i.get(0), h.get(0)));
    Node update = call("sigmoid", h.isEmpty() ? i.get(1) : plus(i.get(1), h.get(1)));
    Node candidate =
        call("tanh", h.isEmpty() ? i.get(2) : plus(i.get(2), call("mul", reset, h.get(2))));
    Node difference = hidden == null ? call("neg", candidate) : call("sub", hidden, candidate);
    return call("add", call("mul", difference, update), candidate);
  }

  /** {@code W·h + b}; the bias alone for a state of zeros, None if there is none. */
  private Object ofHidden(@Nullable Node hidden) {
    if (hidden != null) {
      return linear(hidden, "hh");
    }
    return module.findTensor("bias_hh") == null ? None.NONE : attribute("bias_hh");
  }

  private Node plus(Node a, Object b) {
    return b == None.NONE ? a : call("add", a, b);
  }

  private Node linear(Object x, String kind) {
    String bias = "bias_" + kind;
    return expansion.function(
        "torch.nn.functional.linear",
        List.of(
            x,
            attribute("weight_" + kind),
            module.findTensor(bias) == null ? None.NONE : attribute(bias)),
        Map.of());
  }

  private List<Node> chunks(Node x, int count) {
    Node all = call("chunk", x, (long) count, -1L);
    List<Node> out = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      out.add(expansion.function("operator.getitem", List.of(all, i), Map.of()));
    }
    return out;
  }

  private Node attribute(String name) {
    return expansion.graph().getAttr(path + "." + name);
  }

  private Node call(String function, Object... args) {
    return expansion.function("torch." + function, List.of(args), Map.of());
  }
}
