package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of {@link RecurrentStack} without dropout and projection: backpropagation through time,
 * all in double. The states are computed again.
 *
 * @param recurrence what a cell does
 * @param weights of each cell in the stack's order: [gates · hidden, input], [gates · hidden,
 *     hidden], and with biases both [gates · hidden]
 * @param biased whether there are biases
 * @param directions 1 or 2
 * @param batchAxis 0 for [batch, time, input], 1 for [time, batch, input]
 */
public record RecurrentGradient(
    Recurrence recurrence, List<Tensor> weights, boolean biased, int directions, int batchAxis) {

  /** A value of states [cells, batch, hidden], or their gradients. */
  private record States(double[] hidden, double[] cell) {
    /** Those of one cell. */
    States of(int index, int size) {
      return new States(part(hidden, index, size), part(cell, index, size));
    }

    private static double[] part(double[] all, int index, int size) {
      return java.util.Arrays.copyOfRange(all, index * size, (index + 1) * size);
    }

    void put(int index, States from) {
      System.arraycopy(from.hidden, 0, hidden, index * from.hidden.length, from.hidden.length);
      System.arraycopy(from.cell, 0, cell, index * from.cell.length, from.cell.length);
    }
  }

  private int each() {
    return biased ? 4 : 2;
  }

  private Tensor weight(int cell, int which) {
    return weights.get(cell * each() + which);
  }

  /**
   * Gradients of the input, of the initial hidden and cell state, and of the weights in order.
   *
   * @param input as the stack takes it
   * @param hidden initial state, null for zeros; {@code cell} as well
   * @param grad of the outputs, null if nothing depends on them; of the last states as well
   */
  public Tuple of(
      Tensor input,
      @Nullable Tensor hidden,
      @Nullable Tensor cell,
      @Nullable Tensor grad,
      @Nullable Tensor gradHidden,
      @Nullable Tensor gradCell) {
    boolean batched = input.shape().rank() == 3;
    Tensor x = timeFirst(input, batched);
    int time = x.shape().dim(0);
    int batch = x.shape().dim(1);
    int width = weight(0, 1).shape().dim(1);
    int cells = weights.size() / each();
    States initial = states(hidden, cell, cells * batch * width);
    List<RecurrentPass> passes = new ArrayList<>();
    double[] values = Values.of(x);
    for (int first = 0; first < cells; first += directions) {
      double[] out = new double[time * batch * width * directions];
      for (int d = 0; d < directions; d++) {
        int at = first + d;
        States own = initial.of(at, batch * width);
        RecurrentPass pass =
            new RecurrentPass(
                recurrence, time, batch, weights.subList(at * each(), (at + 1) * each()), d == 1);
        join(pass.forward(values, own.hidden, own.cell), out, width, d);
        passes.add(pass);
      }
      values = out;
    }
    double[] g =
        grad == null
            ? new double[time * batch * width * directions]
            : Values.of(timeFirst(grad, batched));
    States last = states(gradHidden, gradCell, cells * batch * width);
    return gradients(input, hidden, cell, passes, g, last);
  }

  private Tuple gradients(
      Tensor input,
      @Nullable Tensor hidden,
      @Nullable Tensor cell,
      List<RecurrentPass> passes,
      double[] grad,
      States last) {
    int cells = passes.size();
    int size = last.hidden.length / cells;
    int width = weight(0, 1).shape().dim(1);
    DType type = input.dtype();
    States first = states(null, null, last.hidden.length);
    double[] g = grad;
    for (int from = cells - directions; from >= 0; from -= directions) {
      double[] below = new double[passes.get(from).inputSize()];
      for (int d = 0; d < directions; d++) {
        RecurrentPass pass = passes.get(from + d);
        States own = last.of(from + d, size);
        double[] ofInput = pass.backward(split(g, width, d), own.hidden, own.cell);
        for (int i = 0; i < below.length; i++) {
          below[i] += ofInput[i];
        }
        first.put(from + d, own);
      }
      g = below;
    }
    List<Object> out = new ArrayList<>();
    out.add(Values.tensor(type, input.shape(), inputOrder(g, input.shape())));
    Shape states = stateShape(input, cells, width);
    out.add(Values.tensor(hidden == null ? type : hidden.dtype(), states, first.hidden));
    out.add(Values.tensor(cell == null ? type : cell.dtype(), states, first.cell));
    for (int i = 0; i < weights.size(); i++) {
      Tensor w = weights.get(i);
      double[] of = passes.get(i / each()).weightGradients().get(i % each());
      out.add(Values.tensor(w.dtype(), w.shape(), of));
    }
    return new Tuple(out);
  }

  private Shape stateShape(Tensor input, int cells, int width) {
    return input.shape().rank() == 3
        ? Shape.of(cells, input.shape().dim(batchAxis), width)
        : Shape.of(cells, width);
  }

  private Tensor timeFirst(Tensor t, boolean batched) {
    Tensor x = batched ? t : Shapes.unsqueeze(t, batchAxis);
    if (x.shape().rank() != 3) {
      throw new OctantException(
          "Cannot differentiate recurrent layers on " + t.description() + ", expected 2 or 3 axes");
    }
    return batchAxis == 0 ? Shapes.transpose(x, 0, 1) : x;
  }

  /** From [time, batch, width] to the order of the input. */
  private double[] inputOrder(double[] g, Shape input) {
    if (input.rank() != 3 || batchAxis == 1) {
      return g;
    }
    Tensor timeFirst =
        Tensor.of(DType.FLOAT64, Shape.of(input.dim(1), input.dim(0), input.dim(2)), g);
    return Shapes.transpose(timeFirst, 0, 1).doubles();
  }

  private static States states(@Nullable Tensor hidden, @Nullable Tensor cell, int size) {
    return new States(
        hidden == null ? new double[size] : Values.of(hidden),
        cell == null ? new double[size] : Values.of(cell));
  }

  private void join(double[] part, double[] into, int width, int direction) {
    for (int i = 0; i < part.length; i++) {
      into[(i / width * directions + direction) * width + i % width] = part[i];
    }
  }

  private double[] split(double[] all, int width, int direction) {
    double[] out = new double[all.length / directions];
    for (int i = 0; i < out.length; i++) {
      out[i] = all[(i / width * directions + direction) * width + i % width];
    }
    return out;
  }
}
