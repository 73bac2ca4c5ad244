package io.octant.onnx.export;

import io.octant.graph.Tuple;
import io.octant.reference.kernel.Joining;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Recurrent layers: a module is one operator of ONNX for each of its layers, time first, for that
 * is the only layout that ONNX Runtime has.
 */
final class RecurrentExports {
  private static final Map<String, Object> STEPS_FIRST = Map.of("perm", new long[] {1, 0, 2});

  private RecurrentExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      out.put(
          kind.name().toLowerCase(Locale.ROOT),
          c -> c.settings().isEmpty() ? operator(c, kind) : new Layers(c, kind).run());
    }
    return out;
  }

  /**
   * Which operator, and where ONNX's gates are among PyTorch's: i o f c of i f g o, z r h of r z n.
   */
  private enum Kind {
    LSTM(0, 3, 1, 2),
    GRU(1, 0, 2),
    RNN(0);

    private final int[] order;

    Kind(int... order) {
      this.order = order;
    }

    /** Blocks of rows in ONNX's order. */
    private Tensor reordered(Tensor rows) {
      int block = rows.shape().dim(0) / order.length;
      List<Tensor> blocks = new ArrayList<>();
      for (int gate : order) {
        blocks.add(Shapes.narrow(rows, 0, gate * block, block));
      }
      return Joining.cat(blocks, 0);
    }
  }

  /** ONNX's operator, as the graph has it. */
  private static Object operator(NodeCall c, Kind kind) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("hidden_size", (long) c.fixedDim("recurrence", 2));
    attributes.put("direction", c.values().text("direction"));
    for (String list : List.of("activations", "activation_alpha", "activation_beta")) {
      if (c.has(list)) {
        attributes.put(list, List.copyOf(c.values().items(list)));
      }
    }
    if (c.has("clip")) {
      attributes.put("clip", c.values().number("clip"));
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(c.in("input"));
    inputs.add(c.in("weight"));
    inputs.add(c.in("recurrence"));
    inputs.add(c.optional("bias"));
    inputs.add(c.has("sequence_lens") ? c.in("sequence_lens", DType.INT32) : "");
    inputs.add(c.optional("initial_h"));
    if (kind == Kind.LSTM) {
      inputs.add(c.optional("initial_c"));
      inputs.add(c.optional("peepholes"));
      attributes.put("input_forget", c.values().flag("input_forget") ? 1L : 0L);
    } else if (kind == Kind.GRU) {
      attributes.put("linear_before_reset", c.values().flag("linear_before_reset") ? 1L : 0L);
    }
    return c.graph()
        .emit(kind.name(), attributes, kind == Kind.LSTM ? 3 : 2, inputs.toArray(String[]::new));
  }

  /** The layers of a module. */
  private record Layers(NodeCall c, Kind kind) {

    Object run() {
      if ((Boolean) c.values().value("training") && number("dropout") > 0) {
        throw c.refusal("it is in training with dropout, expected evaluation mode");
      }
      if (number("proj_size") > 0) {
        throw c.refusal("proj_size " + (long) number("proj_size") + ", expected 0");
      }
      boolean batched = c.rank("input") == 3;
      boolean batchFirst = batched && flag("batch_first");
      String x = batched ? c.in("input") : unsqueezed(c.in("input"));
      x = batchFirst ? c.graph().emit("Transpose", STEPS_FIRST, x) : x;
      List<String> initial = initial(batched);
      List<List<String>> last = List.of(new ArrayList<>(), new ArrayList<>());
      for (int layer = 0; layer < (int) number("num_layers"); layer++) {
        List<String> results = layer(x, layer, initial);
        x = beside(results.get(0));
        for (int i = 1; i < results.size(); i++) {
          last.get(i - 1).add(results.get(i));
        }
      }
      String output = batchFirst ? c.graph().emit("Transpose", STEPS_FIRST, x) : x;
      String hidden = stacked(last.get(0), batched);
      return List.of(
          batched ? output : squeezed(output),
          kind == Kind.LSTM ? List.of(hidden, stacked(last.get(1), batched)) : hidden);
    }

    /** Names of the states that the layers begin with, [layers · directions, batch, hidden]. */
    private List<String> initial(boolean batched) {
      if (!c.has("hx")) {
        return Collections.nCopies(2, "");
      }
      Object hx = c.values().value("hx");
      List<?> states = hx instanceof Tuple t ? t.items() : List.of(hx);
      return states.stream().map(s -> c.in(s, "hx")).map(s -> batched ? s : unsqueezed(s)).toList();
    }

    private List<String> layer(String x, int layer, List<String> initial) {
      List<Tensor> weights = new ArrayList<>();
      List<Tensor> recurrences = new ArrayList<>();
      List<Tensor> biases = new ArrayList<>();
      for (int d = 0; d < directions(); d++) {
        String suffix = "_l" + layer + (d == 1 ? "_reverse" : "");
        weights.add(kind.reordered(tensor("weight_ih" + suffix)));
        recurrences.add(kind.reordered(tensor("weight_hh" + suffix)));
        if (flag("bias")) {
          biases.add(
              Joining.cat(
                  List.of(
                      kind.reordered(tensor("bias_ih" + suffix)),
                      kind.reordered(tensor("bias_hh" + suffix))),
                  0));
        }
      }
      List<String> inputs = new ArrayList<>();
      inputs.add(x);
      inputs.add(c.graph().constant(Joining.stack(weights, 0)));
      inputs.add(c.graph().constant(Joining.stack(recurrences, 0)));
      inputs.add(biases.isEmpty() ? "" : c.graph().constant(Joining.stack(biases, 0)));
      inputs.add("");
      inputs.add(ofLayer(initial.get(0), layer));
      if (kind == Kind.LSTM) {
        inputs.add(ofLayer(initial.get(1), layer));
      }
      return c.graph()
          .emit(
              kind.name(), attributes(), kind == Kind.LSTM ? 3 : 2, inputs.toArray(String[]::new));
    }

    private Map<String, Object> attributes() {
      Map<String, Object> out = new LinkedHashMap<>();
      out.put("hidden_size", (long) number("hidden_size"));
      out.put("direction", directions() == 2 ? "bidirectional" : "forward");
      if (kind == Kind.GRU) {
        out.put("linear_before_reset", 1L);
      }
      if ("RNN_RELU".equals(c.settings().get("mode"))) {
        out.put("activations", Collections.nCopies(directions(), "Relu"));
      }
      return out;
    }

    private String ofLayer(String states, int layer) {
      if (states.isEmpty() || (int) number("num_layers") == 1) {
        return states;
      }
      long first = (long) layer * directions();
      return c.graph()
          .emit(
              "Slice",
              states,
              c.graph().ints(first),
              c.graph().ints(first + directions()),
              c.graph().ints(0));
    }

    /** From [time, directions, batch, hidden] to [time, batch, directions · hidden]. */
    private String beside(String y) {
      if (directions() == 1) {
        return c.graph().emit("Squeeze", y, c.graph().ints(1));
      }
      String turned = c.graph().emit("Transpose", Map.of("perm", new long[] {0, 2, 1, 3}), y);
      return c.graph()
          .emit("Reshape", turned, c.graph().ints(0, 0, 2 * (long) number("hidden_size")));
    }

    private String stacked(List<String> layers, boolean batched) {
      String all =
          layers.size() == 1
              ? layers.get(0)
              : c.graph().emit("Concat", Map.of("axis", 0L), layers.toArray(String[]::new));
      return batched ? all : squeezed(all);
    }

    /** With a batch of one: axis 1 of [time, batch, …] and of states. */
    private String unsqueezed(String x) {
      return c.graph().emit("Unsqueeze", x, c.graph().ints(1));
    }

    private String squeezed(String x) {
      return c.graph().emit("Squeeze", x, c.graph().ints(1));
    }

    private int directions() {
      return flag("bidirectional") ? 2 : 1;
    }

    private boolean flag(String name) {
      return (Boolean) setting(name);
    }

    private double number(String name) {
      return ((Number) setting(name)).doubleValue();
    }

    private Object setting(String name) {
      return Objects.requireNonNull(c.settings().get(name), name);
    }

    private Tensor tensor(String name) {
      return (Tensor) setting(name);
    }
  }
}
