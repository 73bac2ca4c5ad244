package io.octant.nn.quantized.dynamic;

import io.octant.OctantException;
import io.octant.graph.Tuple;
import io.octant.nn.quantized.QuantizedModule;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.Joining;
import io.octant.reference.kernel.Shapes;
import io.octant.reference.quantized.ActivationBits;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * LSTM or GRU over sequences with int8 or float16 weights: {@code nn.quantized.dynamic.LSTM} and
 * {@code GRU}. A layer quantizes its whole input at once, and the hidden state at every step.
 *
 * <p>Inputs: float {@code [time, batch, input]}, or {@code [batch, time, input]} if batch-first, or
 * without the batch axis; optionally the initial state, {@code [layers · directions, batch,
 * hidden]}, for LSTM a tuple of hidden and cell state. For inference: there is no dropout.
 */
public final class DynamicRecurrent extends QuantizedModule {
  private static final Signature SIGNATURE = Signature.parse("input, hx=None");

  private final Map<String, Object> hyperparameters;
  private final Map<String, RecurrentWeights> weights;
  private final Recurrence recurrence;
  private final boolean batchFirst;
  private final int directions;

  /**
   * @param hyperparameters of the float module: {@code mode} LSTM or GRU, and so on
   * @param weights by suffix, {@code _l0}, {@code _l0_reverse}, {@code _l1}, … in this order
   * @throws OctantException if the mode is another one or the module projects its states
   */
  public DynamicRecurrent(
      Map<String, Object> hyperparameters, Map<String, RecurrentWeights> weights) {
    super("torch.ao.nn.quantized.dynamic." + hyperparameters.get("mode"));
    NamedValues hyper = new NamedValues(type().name(), hyperparameters);
    if (!List.of("LSTM", "GRU").contains(hyper.text("mode"))) {
      throw new OctantException(
          "Cannot quantize recurrent module: mode "
              + hyper.text("mode")
              + ", expected LSTM or GRU");
    }
    if (hyper.has("proj_size") && hyper.integer("proj_size") != 0) {
      throw new OctantException(
          "Cannot quantize recurrent module: proj_size "
              + hyper.integer("proj_size")
              + ", expected 0");
    }
    this.recurrence = Recurrence.valueOf(hyper.text("mode"));
    this.batchFirst = hyper.flag("batch_first");
    this.directions = hyper.flag("bidirectional") ? 2 : 1;
    this.weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    Map<String, Object> settings = new LinkedHashMap<>(hyperparameters);
    settings
        .keySet()
        .removeIf(
            k -> k.equals("proj_size") || k.equals("is_decomposed") || k.startsWith("weight_"));
    settings.put("dtype", weights.values().iterator().next().input().weight().dtype());
    settings.put("version", 2L);
    this.hyperparameters = Collections.unmodifiableMap(settings);
  }

  /** Weights by suffix. */
  public Map<String, RecurrentWeights> weights() {
    return weights;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return hyperparameters;
  }

  @Override
  public Map<String, Object> quantizedState() {
    return RecurrentWeights.quantizedState(weights);
  }

  /** Returns a tuple of outputs and final state. */
  @Override
  public Tuple evaluate(List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(type().name(), args, kwargs);
    Tensor input = a.tensor("input");
    boolean batched = input.shape().rank() == 3;
    Tensor x = batched ? input : Shapes.unsqueeze(input, batchFirst ? 0 : 1);
    x = batchFirst ? Shapes.transpose(x, 0, 1) : x;
    List<Recurrence.State> states = initialStates(a, x.shape().dim(1), batched);
    List<RecurrentWeights> cells = List.copyOf(weights.values());
    List<Recurrence.State> last = new ArrayList<>();
    for (int layer = 0; layer < cells.size(); layer += directions) {
      List<Tensor> outputs = new ArrayList<>();
      for (int d = 0; d < directions; d++) {
        Recurrence.State state = states.get(layer + d);
        outputs.add(run(cells.get(layer + d), x, state, d == 1, last));
      }
      x = directions == 1 ? outputs.get(0) : Joining.cat(outputs, 2);
    }
    x = batchFirst ? Shapes.transpose(x, 0, 1) : x;
    x = batched ? x : Shapes.squeeze(x, batchFirst ? 0 : 1);
    return Tuple.of(x, finalState(last, batched));
  }

  private Tensor run(
      RecurrentWeights cell,
      Tensor x,
      Recurrence.State initial,
      boolean backwards,
      List<Recurrence.State> last) {
    List<Tensor> products =
        new ArrayList<>(Shapes.unbind(cell.applyInput(x, ActivationBits.SEVEN), 0));
    if (backwards) {
      Collections.reverse(products);
    }
    List<Tensor> outputs = new ArrayList<>();
    Recurrence.State state = initial;
    for (Tensor product : products) {
      Tensor hidden = cell.applyHidden(state.hidden(), ActivationBits.SEVEN);
      state = recurrence.next(product, hidden, state);
      outputs.add(state.hidden());
    }
    last.add(state);
    if (backwards) {
      Collections.reverse(outputs);
    }
    return Joining.stack(outputs, 0);
  }

  private List<Recurrence.State> initialStates(NamedValues a, int batch, boolean batched) {
    boolean lstm = recurrence == Recurrence.LSTM;
    List<Recurrence.State> out = new ArrayList<>();
    if (a.isNone("hx")) {
      for (RecurrentWeights w : weights.values()) {
        Shape shape = Shape.of(batch, w.hiddenSize());
        Tensor zero = Tensor.of(DType.FLOAT32, shape, new float[shape.numel()]);
        out.add(new Recurrence.State(zero, lstm ? zero : null));
      }
      return out;
    }
    Tensor hidden = lstm ? (Tensor) a.items("hx").get(0) : a.tensor("hx");
    Tensor cell = lstm ? (Tensor) a.items("hx").get(1) : null;
    for (int i = 0; i < weights.size(); i++) {
      out.add(
          new Recurrence.State(
              slice(hidden, i, batched), cell == null ? null : slice(cell, i, batched)));
    }
    return out;
  }

  private static Tensor slice(Tensor states, int index, boolean batched) {
    Tensor state = Shapes.select(states, 0, index);
    return batched ? state : Shapes.unsqueeze(state, 0);
  }

  private Object finalState(List<Recurrence.State> last, boolean batched) {
    Tensor hidden = stack(last.stream().map(Recurrence.State::hidden).toList(), batched);
    if (recurrence != Recurrence.LSTM) {
      return hidden;
    }
    return Tuple.of(
        hidden, stack(last.stream().map(Recurrence.State::requireCell).toList(), batched));
  }

  private static Tensor stack(List<Tensor> states, boolean batched) {
    Tensor out = Joining.stack(states, 0);
    return batched ? out : Shapes.squeeze(out, 1);
  }
}
