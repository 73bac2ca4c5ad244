package io.octant.nn.quantizable;

import io.octant.graph.Module;
import io.octant.graph.TorchType;
import io.octant.graph.Tuple;
import io.octant.nn.quantized.Functional;
import io.octant.reference.kernel.Activations;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One step of an LSTM, made of modules: {@code igates} and {@code hgates} (linear), {@code gates},
 * {@code fgate_cx}, {@code igate_cgate}, {@code fgate_cx_igate_cgate} and {@code ogate_cy} (sums
 * and products), and the four activations. The computation is the same on float and on quantized
 * tensors; the parts decide.
 *
 * <p>Gates stand in the order input, forget, cell, output.
 */
@TorchType("torch.ao.nn.quantizable.LSTMCell")
public final class LstmCell extends Module {
  /** The sums and products, in the order of registration. */
  static final List<String> FUNCTIONALS =
      List.of("fgate_cx", "igate_cgate", "fgate_cx_igate_cgate", "ogate_cy");

  /** Hidden and cell state, {@code [batch, hidden]} each. */
  record State(Tensor hidden, Tensor cell) {}

  private final long inputSize;
  private final long hiddenSize;
  private final boolean bias;

  LstmCell(long inputSize, long hiddenSize, boolean bias) {
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
  }

  /** A cell with the same settings and no parts. */
  LstmCell withoutParts() {
    return new LstmCell(inputSize, hiddenSize, bias);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("input_size", inputSize);
    out.put("hidden_size", hiddenSize);
    out.put("bias", bias);
    out.put("split_gates", false);
    out.put("initial_hidden_state_qparams", Tuple.of(1.0, 0L));
    out.put("initial_cell_state_qparams", Tuple.of(1.0, 0L));
    out.put("hidden_state_dtype", DType.QUINT8);
    out.put("cell_state_dtype", DType.QUINT8);
    return out;
  }

  /** Computes the next state from an input {@code [batch, input]}. */
  State step(Tensor x, State state) {
    Tensor gates = functional("gates").add(call("igates", x), call("hgates", state.hidden()));
    List<Tensor> chunks = Shapes.chunk(gates, 4, 1);
    Tensor input = call("input_gate", chunks.get(0));
    Tensor forget = call("forget_gate", chunks.get(1));
    Tensor candidate = call("cell_gate", chunks.get(2));
    Tensor output = call("output_gate", chunks.get(3));
    Tensor kept = functional("fgate_cx").multiply(forget, state.cell());
    Tensor added = functional("igate_cgate").multiply(input, candidate);
    Tensor cell = functional("fgate_cx_igate_cgate").add(kept, added);
    Tensor hidden = functional("ogate_cy").multiply(output, Activations.tanh(cell));
    return new State(hidden, cell);
  }

  private Functional functional(String name) {
    return (Functional) module(name);
  }

  private Tensor call(String name, Tensor x) {
    return Parts.call(module(name), x);
  }

  /** A tuple of input and (hidden, cell) to a tuple of both states. */
  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    Tuple state = (Tuple) args.get(1);
    State next =
        step((Tensor) args.get(0), new State((Tensor) state.item(0), (Tensor) state.item(1)));
    return Tuple.of(next.hidden(), next.cell());
  }
}
