package io.octant.nn.recurrent;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.nn.Bias;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.Creation;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.reference.kernel.Recurrence;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One step of a recurrent network: input [batch, inputSize] or [inputSize], optionally the state,
 * to the next state. Parameters {@code weight_ih} [gates · hidden, input], {@code weight_hh} [gates
 * · hidden, hidden], {@code bias_ih}, {@code bias_hh}.
 */
public abstract class RecurrentCell extends Module implements Initialization.Resettable {
  private static final Signature SIGNATURE = Signature.parse("input, hx=None");

  private final int inputSize;
  private final int hiddenSize;
  private final Bias bias;
  private final Recurrence recurrence;

  RecurrentCell(int inputSize, int hiddenSize, Bias bias, Recurrence recurrence) {
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    this.recurrence = recurrence;
    draw(new Random(0));
  }

  private void draw(Random random) {
    int rows = RecurrentModule.gates(recurrence) * hiddenSize;
    double bound = 1 / Math.sqrt(hiddenSize);
    setParameter("weight_ih", Initialization.uniform(random, bound, rows, inputSize));
    setParameter("weight_hh", Initialization.uniform(random, bound, rows, hiddenSize));
    if (bias == Bias.WITH) {
      setParameter("bias_ih", Initialization.uniform(random, bound, rows));
      setParameter("bias_hh", Initialization.uniform(random, bound, rows));
    }
  }

  @Override
  public void resetParameters(Random random) {
    draw(random);
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(type().name(), args, kwargs);
    Tensor input = a.tensor("input");
    boolean batched = input.shape().rank() == 2;
    Tensor x = batched ? input : Shapes.unsqueeze(input, 0);
    Recurrence.State state = state(a.value("hx"), x);
    Recurrence.State next = recurrence.next(linear(x, "ih"), linear(state.hidden(), "hh"), state);
    Tensor hidden = batched ? next.hidden() : Shapes.squeeze(next.hidden(), 0);
    if (recurrence != Recurrence.LSTM) {
      return hidden;
    }
    Tensor cell = next.requireCell();
    return Tuple.of(hidden, batched ? cell : Shapes.squeeze(cell, 0));
  }

  private Tensor linear(Tensor x, String kind) {
    return MatrixProducts.linear(x, tensor("weight_" + kind), findTensor("bias_" + kind));
  }

  private Recurrence.State state(Object hx, Tensor x) {
    boolean lstm = recurrence == Recurrence.LSTM;
    if (hx == None.NONE) {
      Tensor zero = Creation.full(x.dtype(), Shape.of(x.shape().dim(0), hiddenSize), 0);
      return new Recurrence.State(zero, lstm ? zero : null);
    }
    if (lstm && hx instanceof Tuple t && t.size() == 2) {
      return new Recurrence.State(matrix(t.item(0)), matrix(t.item(1)));
    }
    return new Recurrence.State(matrix(hx), null);
  }

  private static Tensor matrix(Object state) {
    if (state instanceof Tensor t) {
      return t.shape().rank() == 2 ? t : Shapes.unsqueeze(t, 0);
    }
    throw new OctantException("Cannot use state " + state + ", expected a tensor");
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "input_size", inputSize, "hidden_size", hiddenSize, "bias", bias == Bias.WITH);
  }
}
