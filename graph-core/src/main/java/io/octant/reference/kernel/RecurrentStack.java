package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Layers of recurrent cells over sequences, as {@code torch.nn.RNN}, {@code LSTM} and {@code GRU}
 * run them. The cells bring the products with their weights, so that float and quantized weights
 * share the walk.
 *
 * @param recurrence what a cell does with its products
 * @param cells layer after layer, the backward cell after the forward one
 * @param directions 1, or 2 for bidirectional layers, whose outputs are joined
 * @param batchAxis 0 for [batch, time, input], 1 for [time, batch, input]
 * @param betweenLayers applied to the output of every layer but the last: dropout
 */
public record RecurrentStack(
    Recurrence recurrence,
    List<? extends Cell> cells,
    int directions,
    int batchAxis,
    UnaryOperator<Tensor> betweenLayers) {

  /** The weights of one cell. */
  public interface Cell {
    /** {@code W_i·x + b_i} for a whole sequence [time, batch, input]. */
    Tensor applyInput(Tensor x);

    /** {@code W_h·h + b_h} for [batch, hidden]. */
    Tensor applyHidden(Tensor hidden);

    /** Width of the cell state. */
    int cellSize();

    /** Width of the hidden state; differs from the cell's if states are projected. */
    default int hiddenSize() {
      return cellSize();
    }

    /** Projects a hidden state from the cell's width. */
    default Tensor project(Tensor hidden) {
      return hidden;
    }
  }

  /**
   * Runs the layers.
   *
   * @param input three axes, or two without a batch
   * @param initial {@link None}, or the hidden state [layers · directions, batch, hidden], for LSTM
   *     a tuple of hidden and cell state; without the batch axis if the input has none
   * @return a tuple of the outputs and the final state, shaped as the initial one
   */
  public Tuple run(Tensor input, Object initial) {
    boolean batched = input.shape().rank() == 3;
    if (!batched && input.shape().rank() != 2) {
      throw new OctantException(
          "Cannot run recurrent layers on " + input.description() + ", expected two or three axes");
    }
    Tensor x = batched ? input : Shapes.unsqueeze(input, batchAxis);
    x = batchAxis == 0 ? Shapes.transpose(x, 0, 1) : x;
    List<Recurrence.State> states = initialStates(initial, x, batched);
    List<Recurrence.State> last = new ArrayList<>();
    for (int first = 0; first < cells.size(); first += directions) {
      x = first == 0 ? x : betweenLayers.apply(x);
      List<Tensor> outputs = new ArrayList<>();
      for (int d = 0; d < directions; d++) {
        outputs.add(runCell(cells.get(first + d), x, states.get(first + d), d == 1, last));
      }
      x = directions == 1 ? outputs.get(0) : Joining.cat(outputs, 2);
    }
    x = batchAxis == 0 ? Shapes.transpose(x, 0, 1) : x;
    return Tuple.of(batched ? x : Shapes.squeeze(x, batchAxis), finalState(last, batched));
  }

  private Tensor runCell(
      Cell cell,
      Tensor x,
      Recurrence.State initial,
      boolean backwards,
      List<Recurrence.State> last) {
    List<Tensor> products = new ArrayList<>(Shapes.unbind(cell.applyInput(x), 0));
    if (backwards) {
      Collections.reverse(products);
    }
    List<Tensor> outputs = new ArrayList<>();
    Recurrence.State state = initial;
    for (Tensor product : products) {
      Recurrence.State next = recurrence.next(product, cell.applyHidden(state.hidden()), state);
      state = new Recurrence.State(cell.project(next.hidden()), next.cell());
      outputs.add(state.hidden());
    }
    last.add(state);
    if (backwards) {
      Collections.reverse(outputs);
    }
    return Joining.stack(outputs, 0);
  }

  private List<Recurrence.State> initialStates(Object initial, Tensor x, boolean batched) {
    int batch = x.shape().dim(1);
    boolean lstm = recurrence == Recurrence.LSTM;
    Tensor hidden = lstm ? part(initial, 0) : tensor(initial);
    Tensor memory = lstm ? part(initial, 1) : null;
    List<Recurrence.State> out = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      out.add(
          new Recurrence.State(
              slice(hidden, i, batched, x.dtype(), Shape.of(batch, cell.hiddenSize())),
              lstm
                  ? slice(memory, i, batched, x.dtype(), Shape.of(batch, cell.cellSize()))
                  : null));
    }
    return out;
  }

  private static @Nullable Tensor part(Object initial, int index) {
    if (initial == None.NONE) {
      return null;
    }
    List<?> items =
        initial instanceof Tuple t ? t.items() : initial instanceof List<?> l ? l : null;
    if (items == null || items.size() != 2) {
      throw new OctantException(
          "Cannot start an LSTM from " + initial + ", expected a tuple of hidden and cell state");
    }
    return tensor(items.get(index));
  }

  private static @Nullable Tensor tensor(Object value) {
    if (value == None.NONE) {
      return null;
    }
    if (value instanceof Tensor t) {
      return t;
    }
    throw new OctantException(
        "Cannot start recurrent layers from " + value + ", expected a tensor");
  }

  private Tensor slice(
      @Nullable Tensor states, int index, boolean batched, DType type, Shape shape) {
    if (states == null) {
      return Creation.full(type, shape, 0);
    }
    if (states.shape().dim(0) != cells.size()) {
      throw new OctantException(
          "Cannot start recurrent layers from "
              + states.description()
              + ", expected "
              + cells.size()
              + " states");
    }
    Tensor state = Shapes.select(states, 0, index);
    return batched ? state : Shapes.unsqueeze(state, 0);
  }

  private Object finalState(List<Recurrence.State> last, boolean batched) {
    Tensor hidden = stack(last.stream().map(Recurrence.State::hidden).toList(), batched);
    return recurrence != Recurrence.LSTM
        ? hidden
        : Tuple.of(
            hidden, stack(last.stream().map(Recurrence.State::requireCell).toList(), batched));
  }

  private static Tensor stack(List<Tensor> states, boolean batched) {
    Tensor out = Joining.stack(states, 0);
    return batched ? out : Shapes.squeeze(out, 1);
  }
}
