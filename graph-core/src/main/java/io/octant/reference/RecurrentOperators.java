package io.octant.reference;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.GateActivation;
import io.octant.reference.kernel.SequenceRecurrence;
import io.octant.reference.kernel.SequenceRecurrence.Direction;
import io.octant.reference.kernel.SequenceRecurrence.Gates;
import io.octant.reference.kernel.SequenceRecurrence.Kind;
import io.octant.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ONNX's recurrent operators, where they are more than modules of PyTorch. */
final class RecurrentOperators {
  private RecurrentOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define(
        "lstm",
        a ->
            run(
                Kind.LSTM,
                a,
                a.findTensor("peepholes"),
                a.findTensor("initial_c"),
                a.flag("input_forget") ? Gates.INPUT_FORGET : Gates.USUAL));
    ops.define(
        "gru",
        a ->
            run(
                Kind.GRU,
                a,
                null,
                null,
                a.flag("linear_before_reset") ? Gates.LINEAR_BEFORE_RESET : Gates.USUAL));
    ops.define("rnn", a -> run(Kind.RNN, a, null, null, Gates.USUAL));
  }

  private static Tuple run(
      Kind kind, NamedValues a, @Nullable Tensor peepholes, @Nullable Tensor cell, Gates gates) {
    Direction direction = Direction.of(a.text("direction"));
    List<GateActivation> activations =
        a.isNone("activations")
            ? kind.standard(direction)
            : GateActivation.list(
                a.items("activations").stream().map(String.class::cast).toList(),
                numbers(a, "activation_alpha"),
                numbers(a, "activation_beta"));
    return new SequenceRecurrence(
            kind,
            direction,
            a.tensor("weight"),
            a.tensor("recurrence"),
            a.findTensor("bias"),
            peepholes,
            activations,
            a.isNone("clip") ? Double.POSITIVE_INFINITY : a.number("clip"),
            gates)
        .run(a.tensor("input"), a.findTensor("sequence_lens"), a.findTensor("initial_h"), cell);
  }

  private static List<Double> numbers(NamedValues a, String name) {
    return a.isNone(name)
        ? List.of()
        : a.items(name).stream().map(v -> ((Number) v).doubleValue()).toList();
  }
}
