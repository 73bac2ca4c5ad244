package io.octant.onnx.export;

import io.octant.graph.Tuple;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Recurrent cells: one step, as products and activations, for ONNX has layers only. */
final class RecurrentCellExports {
  private RecurrentCellExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    out.put("lstm_cell", c -> new Cell(c).lstm());
    out.put("gru_cell", c -> new Cell(c).gru());
    out.put("rnn_cell", c -> new Cell(c).rnn());
    return out;
  }

  /** A call of a cell; without a state, what is multiplied by it is left out. */
  private record Cell(NodeCall c) {

    Object lstm() {
      String memory = state(1);
      String hidden = linear(state(0), "hh");
      String sums = linear(input(), "ih");
      List<String> gates = parts(hidden.isEmpty() ? sums : c.plus(sums, hidden), 4);
      String in = c.times(sigmoid(gates.get(0)), emit("Tanh", gates.get(2)));
      String next = memory.isEmpty() ? in : c.plus(c.times(sigmoid(gates.get(1)), memory), in);
      String out = c.times(sigmoid(gates.get(3)), emit("Tanh", next));
      return List.of(unbatched(out), unbatched(next));
    }

    String gru() {
      String before = state(0);
      String hidden = linear(before, "hh");
      List<String> x = parts(linear(input(), "ih"), 3);
      List<String> h = hidden.isEmpty() ? List.of("", "", "") : parts(hidden, 3);
      String reset = sigmoid(sum(x.get(0), h.get(0)));
      String update = sigmoid(sum(x.get(1), h.get(1)));
      String candidate =
          emit("Tanh", h.get(2).isEmpty() ? x.get(2) : c.plus(x.get(2), c.times(reset, h.get(2))));
      String rest = c.graph().emit("Sub", c.graph().number(c.dtype(), 1), update);
      String out = c.times(rest, candidate);
      return unbatched(before.isEmpty() ? out : c.plus(out, c.times(update, before)));
    }

    String rnn() {
      String sums = sum(linear(input(), "ih"), linear(state(0), "hh"));
      boolean relu = "relu".equals(c.settings().get("nonlinearity"));
      return unbatched(emit(relu ? "Relu" : "Tanh", sums));
    }

    private boolean batched() {
      return c.rank("input") == 2;
    }

    private String input() {
      return matrix(c.in("input"));
    }

    /** A state, "" if none is given, which is zeros. */
    private String state(int index) {
      if (!c.has("hx")) {
        return "";
      }
      Object hx = c.values().value("hx");
      return matrix(c.in(hx instanceof Tuple t ? t.item(index) : hx, "hx"));
    }

    private String matrix(String x) {
      return batched() ? x : c.graph().emit("Unsqueeze", x, c.graph().ints(0));
    }

    private String unbatched(String y) {
      return batched() ? y : c.graph().emit("Squeeze", y, c.graph().ints(0));
    }

    /** {@code x · weight + bias}; of an x that is zeros, "", the bias, "" if there is none. */
    private String linear(String x, String kind) {
      @Nullable Tensor bias = (Tensor) c.settings().get("bias_" + kind);
      if (x.isEmpty()) {
        return bias == null ? "" : c.graph().constant(Shapes.unsqueeze(bias, 0));
      }
      Tensor weight = (Tensor) Objects.requireNonNull(c.settings().get("weight_" + kind), kind);
      String product =
          c.graph().emit("MatMul", x, c.graph().constant(Shapes.transpose(weight, 0, 1)));
      return bias == null ? product : c.plus(product, c.graph().constant(bias));
    }

    private List<String> parts(String sums, int count) {
      return c.graph().emit("Split", Map.of("axis", 1L, "num_outputs", (long) count), count, sums);
    }

    private String sum(String a, String b) {
      return b.isEmpty() ? a : c.plus(a, b);
    }

    private String sigmoid(String x) {
      return emit("Sigmoid", x);
    }

    private String emit(String op, String x) {
      return c.graph().emit(op, x);
    }
  }
}
