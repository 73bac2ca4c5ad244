package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a recurrent cell does with the products of its weights: from {@code W_i·x + b_i} and {@code
 * W_h·h + b_h}, gate after gate on the last axis, to the next state.
 */
public enum Recurrence {
  /** Gates input, forget, cell, output. */
  LSTM {
    @Override
    public State next(Tensor input, Tensor hidden, State state) {
      List<Tensor> gates = Shapes.chunk(sum(input, hidden), 4, 1);
      Tensor kept = product(Activations.sigmoid(gates.get(1)), state.requireCell());
      Tensor added = product(Activations.sigmoid(gates.get(0)), Activations.tanh(gates.get(2)));
      Tensor cell = sum(kept, added);
      return new State(product(Activations.sigmoid(gates.get(3)), Activations.tanh(cell)), cell);
    }
  },
  /** Gates reset, update, new. */
  GRU {
    @Override
    public State next(Tensor input, Tensor hidden, State state) {
      List<Tensor> i = Shapes.chunk(input, 3, 1);
      List<Tensor> h = Shapes.chunk(hidden, 3, 1);
      Tensor reset = Activations.sigmoid(sum(i.get(0), h.get(0)));
      Tensor update = Activations.sigmoid(sum(i.get(1), h.get(1)));
      Tensor candidate = Activations.tanh(sum(i.get(2), product(reset, h.get(2))));
      Tensor difference = Elementwise.map(candidate, v -> -v);
      Tensor kept = product(sum(state.hidden(), difference), update);
      return new State(sum(kept, candidate), null);
    }
  },
  RNN_TANH {
    @Override
    public State next(Tensor input, Tensor hidden, State state) {
      return new State(Activations.tanh(sum(input, hidden)), null);
    }
  },
  RNN_RELU {
    @Override
    public State next(Tensor input, Tensor hidden, State state) {
      return new State(Activations.relu(sum(input, hidden)), null);
    }
  };

  /** Hidden state {@code [batch, hidden]}, and for LSTM the cell state. */
  public record State(Tensor hidden, @Nullable Tensor cell) {
    /**
     * The cell state.
     *
     * @throws OctantException if there is none
     */
    public Tensor requireCell() {
      if (cell == null) {
        throw new OctantException("Cannot run LSTM without a cell state, expected (h, c)");
      }
      return cell;
    }
  }

  /** The next state, all float {@code [batch, …]}. */
  public abstract State next(Tensor input, Tensor hidden, State state);

  private static Tensor sum(Tensor a, Tensor b) {
    return Elementwise.combine(a, b, Double::sum, Long::sum);
  }

  private static Tensor product(Tensor a, Tensor b) {
    return Elementwise.combine(a, b, (x, y) -> x * y, (x, y) -> x * y);
  }
}
