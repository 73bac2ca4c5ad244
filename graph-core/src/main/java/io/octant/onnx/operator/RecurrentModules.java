package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxNode;
import io.octant.reference.kernel.SequenceRecurrence.Kind;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent operators that are a layer of {@code torch.nn.LSTM}, {@code GRU} or {@code RNN}: known
 * weights, forward or bidirectional, PyTorch's activations, no clip, no peepholes. A GRU resets the
 * product with its hidden state.
 */
final class RecurrentModules {
  private RecurrentModules() {}

  /**
   * The outputs of the node by a module.
   *
   * @param settings what the node asks for that is not usual, by keywords of the operator
   * @return null if no module computes the same
   */
  static @Nullable List<Value> find(
      Kind kind, Map<String, Object> settings, Inputs in, ImportGraph graph) {
    Set<String> usual =
        switch (kind) {
          case LSTM -> Set.of("direction");
          case GRU -> Set.of("direction", "linear_before_reset");
          case RNN -> Set.of("direction", "activations");
        };
    boolean isLayer =
        usual.containsAll(settings.keySet())
            && !"reverse".equals(settings.get("direction"))
            && (kind != Kind.GRU || settings.containsKey("linear_before_reset"))
            && RecurrentImports.orNone(in, RecurrentImports.PEEPHOLES) == None.NONE
            && !in.get(0).isKnown()
            && RecurrentImports.isWeight(in, 1)
            && RecurrentImports.isWeight(in, 2)
            && (!in.has(3) || RecurrentImports.isWeight(in, 3));
    String mode = kind == Kind.RNN ? nonlinearity(settings) : kind.name();
    Object state = state(kind, in, graph);
    return !isLayer || mode == null || state == null
        ? null
        : layer(kind, mode, settings.containsKey("direction") ? 2 : 1, state, in, graph);
  }

  private static @Nullable String nonlinearity(Map<String, Object> settings) {
    if (!(settings.get("activations") instanceof Tuple names)) {
      return "RNN_TANH";
    }
    boolean relu = names.items().stream().allMatch(n -> "relu".equalsIgnoreCase((String) n));
    return relu ? "RNN_RELU" : null;
  }

  /** None for zeros; null where an LSTM has one of its two states only. */
  private static @Nullable Object state(Kind kind, Inputs in, ImportGraph graph) {
    Object hidden = RecurrentImports.orNone(in, RecurrentImports.HIDDEN);
    Object cell = RecurrentImports.orNone(in, RecurrentImports.CELL);
    if (kind != Kind.LSTM || (hidden == None.NONE && cell == None.NONE)) {
      return hidden == None.NONE ? hidden : asState(in, RecurrentImports.HIDDEN, graph);
    }
    return in.has(RecurrentImports.HIDDEN) && in.has(RecurrentImports.CELL)
        ? Tuple.of(
            asState(in, RecurrentImports.HIDDEN, graph), asState(in, RecurrentImports.CELL, graph))
        : null;
  }

  /** A state as modules have it, whatever the layout: [directions, batch, hidden]. */
  private static Value asState(Inputs in, int index, ImportGraph graph) {
    return swapped(in.get(index), graph);
  }

  private static Value swapped(Value state, ImportGraph graph) {
    return graph.node().flag("layout", false)
        ? graph.function("torch.transpose", state, 0L, 1L)
        : state;
  }

  private static List<Value> layer(
      Kind kind, String mode, int dirs, Object state, Inputs in, ImportGraph graph) {
    OnnxNode node = graph.node();
    boolean batchFirst = node.flag("layout", false);
    int hidden = in.get(2).shape().dim(2);
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("mode", mode);
    hyper.put("input_size", (long) in.get(0).shape().dim(2));
    hyper.put("hidden_size", (long) hidden);
    hyper.put("num_layers", 1L);
    hyper.put("bias", in.has(3));
    hyper.put("batch_first", batchFirst);
    hyper.put("dropout", 0.0);
    hyper.put("bidirectional", dirs == 2);
    hyper.put("proj_size", 0L);
    Map<String, String> names = new LinkedHashMap<>();
    names.put("weight_ih_l0", in.name(1));
    names.put("weight_hh_l0", in.name(2));
    List<Object> args = new ArrayList<>(List.of(in.get(0)));
    if (state != None.NONE) {
      args.add(state);
    }
    Value all =
        graph.weighted(
            "torch.nn." + kind.name(), hyper, weights(kind, dirs, in), null, names, args);
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      out.add(
          node.output(i).isEmpty()
              ? all // nobody reads it
              : i == 0
                  ? outputs(item(all, 0, graph), dirs, hidden, batchFirst, graph)
                  : swapped(
                      kind == Kind.LSTM
                          ? item(item(all, 1, graph), i - 1, graph)
                          : item(all, 1, graph),
                      graph));
    }
    return out;
  }

  private static Value item(Value tuple, long index, ImportGraph graph) {
    return graph.function("operator.getitem", tuple, index);
  }

  /** From directions beside each other to [time, directions, batch, hidden], or batch first. */
  private static Value outputs(
      Value y, int dirs, int hidden, boolean batchFirst, ImportGraph graph) {
    if (dirs == 1) {
      return graph.function("torch.unsqueeze", y, batchFirst ? 2L : 1L);
    }
    Value apart = graph.function("torch.unflatten", y, 2L, Values.tuple(dirs, hidden));
    return batchFirst ? apart : graph.function("torch.permute", apart, Values.tuple(0, 2, 1, 3));
  }

  // ---- weights

  private static Map<String, Tensor> weights(Kind kind, int dirs, Inputs in) {
    int gates = kind.gates();
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (int d = 0; d < dirs; d++) {
      String suffix = d == 0 ? "_l0" : "_l0_reverse";
      out.put("weight_ih" + suffix, repacked(kind, in.constant(1), d * gates));
      out.put("weight_hh" + suffix, repacked(kind, in.constant(2), d * gates));
      if (in.has(3)) {
        out.put("bias_ih" + suffix, repacked(kind, in.constant(3), 2 * d * gates));
        out.put("bias_hh" + suffix, repacked(kind, in.constant(3), (2 * d + 1) * gates));
      }
    }
    return out;
  }

  /** ONNX's gate of each of PyTorch's: i f g o of i o f c; r z n of z r h. */
  private static int[] order(Kind kind) {
    return switch (kind) {
      case LSTM -> new int[] {0, 2, 3, 1};
      case GRU -> new int[] {1, 0, 2};
      case RNN -> new int[] {0};
    };
  }

  /** The gates from a block of rows on, in PyTorch's order. */
  private static Tensor repacked(Kind kind, Tensor all, int firstBlock) {
    int[] order = order(kind);
    boolean matrix = all.shape().rank() == 3;
    int columns = matrix ? all.shape().dim(2) : 1;
    int hidden = all.shape().dim(1) / (matrix ? order.length : 2 * order.length);
    int block = hidden * columns;
    float[] from = all.floats();
    float[] out = new float[order.length * block];
    for (int g = 0; g < order.length; g++) {
      System.arraycopy(from, (firstBlock + order[g]) * block, out, g * block, block);
    }
    Shape shape =
        matrix ? Shape.of(order.length * hidden, columns) : Shape.of(order.length * hidden);
    return Tensor.of(DType.FLOAT32, shape, out);
  }
}
