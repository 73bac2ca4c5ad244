package io.octant.nn.quantized.dynamic;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.nn.quantized.QuantizedModule;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.Recurrence;
import io.octant.reference.quantized.ActivationBits;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a recurrent network with int8 or float16 weights: {@code
 * nn.quantized.dynamic.RNNCell}, {@code LSTMCell}, {@code GRUCell}. Input and state are quantized
 * to seven bits.
 *
 * <p>Inputs: float {@code [batch, input]}; optionally the state {@code [batch, hidden]}, for LSTM a
 * tuple of hidden and cell state.
 */
public final class DynamicCell extends QuantizedModule {
  private static final Signature SIGNATURE = Signature.parse("input, hx=None");

  private final Map<String, Object> hyperparameters;
  private final RecurrentWeights weights;
  private final Recurrence recurrence;

  private DynamicCell(
      String name,
      Recurrence recurrence,
      Map<String, Object> hyperparameters,
      RecurrentWeights weights) {
    super("torch.ao.nn.quantized.dynamic." + name);
    this.recurrence = recurrence;
    this.weights = weights;
    Map<String, Object> settings = new LinkedHashMap<>(hyperparameters);
    settings.keySet().removeIf(k -> k.equals("is_decomposed") || k.startsWith("weight_"));
    settings.put("weight_dtype", weights.input().weight().dtype());
    this.hyperparameters = Collections.unmodifiableMap(settings);
    keep("bias_ih", weights.input().bias());
    keep("bias_hh", weights.hidden().bias());
  }

  /**
   * A cell of a float type.
   *
   * @param floatType {@code RNNCell}, {@code LSTMCell} or {@code GRUCell}
   * @param hyperparameters of the float cell
   */
  public static DynamicCell of(
      String floatType, Map<String, Object> hyperparameters, RecurrentWeights weights) {
    Recurrence recurrence =
        switch (floatType) {
          case "LSTMCell" -> Recurrence.LSTM;
          case "GRUCell" -> Recurrence.GRU;
          default ->
              "relu".equals(hyperparameters.get("nonlinearity"))
                  ? Recurrence.RNN_RELU
                  : Recurrence.RNN_TANH;
        };
    return new DynamicCell(floatType, recurrence, hyperparameters, weights);
  }

  private void keep(String name, @Nullable Tensor bias) {
    setAttribute(name, bias == null ? None.NONE : bias);
  }

  /** Integer or half-precision weights and float biases. */
  public RecurrentWeights weights() {
    return weights;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return hyperparameters;
  }

  @Override
  public Map<String, Object> quantizedState() {
    return RecurrentWeights.quantizedState(Map.of("", weights));
  }

  /** Returns the next hidden state; for LSTM a tuple of hidden and cell state. */
  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(type().name(), args, kwargs);
    Tensor x = a.tensor("input");
    Recurrence.State state = state(a, x.shape().dim(0));
    Recurrence.State next =
        recurrence.next(
            weights.applyInput(x, ActivationBits.SEVEN),
            weights.applyHidden(state.hidden(), ActivationBits.SEVEN),
            state);
    return recurrence == Recurrence.LSTM
        ? Tuple.of(next.hidden(), next.requireCell())
        : next.hidden();
  }

  private Recurrence.State state(NamedValues a, int batch) {
    boolean lstm = recurrence == Recurrence.LSTM;
    if (a.isNone("hx")) {
      Shape shape = Shape.of(batch, weights.hiddenSize());
      Tensor zero = Tensor.of(DType.FLOAT32, shape, new float[shape.numel()]);
      return new Recurrence.State(zero, lstm ? zero : null);
    }
    return lstm
        ? new Recurrence.State((Tensor) a.items("hx").get(0), (Tensor) a.items("hx").get(1))
        : new Recurrence.State(a.tensor("hx"), null);
  }
}
