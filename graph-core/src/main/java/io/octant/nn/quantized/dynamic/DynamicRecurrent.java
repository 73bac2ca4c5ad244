package io.octant.nn.quantized.dynamic;

import io.octant.OctantException;
import io.octant.graph.Tuple;
import io.octant.nn.quantized.QuantizedModule;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.Recurrence;
import io.octant.reference.kernel.RecurrentStack;
import io.octant.reference.quantized.ActivationBits;
import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

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
    List<SevenBitCell> cells = weights.values().stream().map(SevenBitCell::new).toList();
    return new RecurrentStack(
            recurrence, cells, directions, batchFirst ? 0 : 1, UnaryOperator.identity())
        .run(a.tensor("input"), a.value("hx"));
  }

  /** Quantizes inputs and states to seven bits. */
  private record SevenBitCell(RecurrentWeights weights) implements RecurrentStack.Cell {
    @Override
    public Tensor applyInput(Tensor x) {
      return weights.applyInput(x, ActivationBits.SEVEN);
    }

    @Override
    public Tensor applyHidden(Tensor hidden) {
      return weights.applyHidden(hidden, ActivationBits.SEVEN);
    }

    @Override
    public int cellSize() {
      return weights.hiddenSize();
    }
  }
}
