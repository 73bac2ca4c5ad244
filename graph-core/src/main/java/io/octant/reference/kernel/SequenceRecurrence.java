package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX's LSTM, GRU and RNN with all that they can be asked for, layout 0. Sums are of doubles,
 * states are rounded to float32 at each step.
 *
 * <p>A sample that is shorter than the sequence runs over its own steps only, backwards from its
 * last one; outputs behind them are zeros, a sample without steps ends in zeros. A clip limits the
 * sums that gates are made of, not the cell state that an LSTM's output reads; both as ONNX Runtime
 * has them.
 *
 * @param weight [directions, gates · hidden, input]; gates are i, o, f, c of an LSTM, z, r, h of a
 *     GRU
 * @param recurrence [directions, gates · hidden, hidden]
 * @param bias [directions, 2 · gates · hidden], those of the weights, then those of the recurrence
 * @param peepholes [directions, 3 · hidden] of an LSTM: i, o, f
 * @param activations those of each direction, one direction after the other
 * @param clip limit of what activations take, infinite for none
 */
public record SequenceRecurrence(
    Kind kind,
    Direction direction,
    Tensor weight,
    Tensor recurrence,
    @Nullable Tensor bias,
    @Nullable Tensor peepholes,
    List<GateActivation> activations,
    double clip,
    Gates gates) {

  /** Which operator. */
  public enum Kind {
    LSTM(4, GateActivation.Kind.SIGMOID, GateActivation.Kind.TANH, GateActivation.Kind.TANH),
    GRU(3, GateActivation.Kind.SIGMOID, GateActivation.Kind.TANH),
    RNN(1, GateActivation.Kind.TANH);

    private final int gates;
    private final List<GateActivation> standard;

    Kind(int gates, GateActivation.Kind... standard) {
      this.gates = gates;
      this.standard = java.util.Arrays.stream(standard).map(GateActivation::plain).toList();
    }

    /** How many blocks of rows a weight has. */
    public int gates() {
      return gates;
    }

    /** How many activations a direction has. */
    public int activations() {
      return standard.size();
    }

    /** The activations where none are given. */
    public List<GateActivation> standard(Direction direction) {
      List<GateActivation> out = new ArrayList<>(standard);
      out.addAll(direction.count() == 2 ? standard : List.of());
      return Collections.unmodifiableList(out);
    }
  }

  /** Which way over the sequence. */
  public enum Direction {
    FORWARD,
    REVERSE,
    BIDIRECTIONAL;

    /**
     * By ONNX's name.
     *
     * @throws OctantException if there is no such direction
     */
    public static Direction of(String name) {
      for (Direction d : values()) {
        if (d.name().equalsIgnoreCase(name)) {
          return d;
        }
      }
      throw new OctantException(
          "Cannot read direction: " + name + ", expected forward, reverse or bidirectional");
    }

    /** How many directions. */
    public int count() {
      return this == BIDIRECTIONAL ? 2 : 1;
    }

    private boolean isBackwards(int index) {
      return this == REVERSE || index == 1;
    }
  }

  /** What gates do other than usual. */
  public enum Gates {
    USUAL,
    /** An LSTM forgets what its input gate does not let in. */
    INPUT_FORGET,
    /** A GRU resets the product with its hidden state rather than the state. */
    LINEAR_BEFORE_RESET
  }

  /**
   * Checks shapes.
   *
   * @throws OctantException naming what does not fit
   */
  public SequenceRecurrence {
    int dirs = direction.count();
    Shape r = recurrence.shape();
    int hidden = r.rank() == 3 ? r.dim(2) : 0;
    int rows = kind.gates() * hidden;
    require("recurrence weight", recurrence, dirs, rows, hidden);
    require("weight", weight, dirs, rows, weight.shape().rank() == 3 ? weight.shape().dim(2) : 0);
    require("bias", bias, dirs, 2 * rows);
    require("peepholes", peepholes, dirs, 3 * hidden);
    if (activations.size() != dirs * kind.activations()) {
      throw new OctantException(
          "Cannot run "
              + kind
              + ": "
              + activations.size()
              + " activations, expected "
              + dirs * kind.activations());
    }
  }

  private static void require(String what, @Nullable Tensor t, int... dims) {
    if (t != null && !t.shape().equals(Shape.of(dims))) {
      throw new OctantException(
          "Cannot run recurrent operator: "
              + what
              + " "
              + t.description()
              + ", expected shape "
              + Shape.of(dims));
    }
  }

  /**
   * Runs over a sequence.
   *
   * @param input [time, batch, input]
   * @param lengths integers [batch], null if all samples have all steps
   * @param hidden [directions, batch, hidden], null for zeros
   * @param cell as {@code hidden}, of an LSTM
   * @return a tuple of the outputs [time, directions, batch, hidden], the last hidden states
   *     [directions, batch, hidden] and, of an LSTM, the last cell states
   */
  public Tuple run(
      Tensor input, @Nullable Tensor lengths, @Nullable Tensor hidden, @Nullable Tensor cell) {
    int width = recurrence.shape().dim(2);
    int dirs = direction.count();
    Shape in = input.shape();
    if (in.rank() != 3 || in.dim(2) != weight.shape().dim(2)) {
      throw new OctantException(
          "Cannot run recurrent operator: input "
              + input.description()
              + ", expected three axes, the last of size "
              + weight.shape().dim(2));
    }
    int time = in.dim(0);
    int batch = in.dim(1);
    require("sequence lengths", lengths, batch);
    require("initial hidden state", hidden, dirs, batch, width);
    require("initial cell state", cell, dirs, batch, width);
    float[] x = input.floats();
    Shape states = Shape.of(dirs, batch, width);
    float[] y = new float[Shape.of(time, dirs, batch, width).numel()];
    float[] lastHidden = new float[states.numel()];
    float[] lastCell = new float[states.numel()];
    for (int d = 0; d < dirs; d++) {
      SequenceCell step = SequenceCell.of(this, d);
      for (int b = 0; b < batch; b++) {
        int state = (d * batch + b) * width;
        int length = length(lengths, b, time);
        double[] h = state(hidden, state, width);
        double[] c = state(cell, state, width);
        for (int i = 0; i < length; i++) {
          int t = direction.isBackwards(d) ? length - 1 - i : i;
          step.step(step.fromInput(x, (t * batch + b) * in.dim(2)), h, c);
          store(h, y, ((t * dirs + d) * batch + b) * width);
        }
        if (length > 0) {
          store(h, lastHidden, state);
          store(c, lastCell, state);
        }
      }
    }
    Tensor out = Tensor.of(y, time, dirs, batch, width);
    Tensor last = Tensor.of(DType.FLOAT32, states, lastHidden);
    return kind == Kind.LSTM
        ? Tuple.of(out, last, Tensor.of(DType.FLOAT32, states, lastCell))
        : Tuple.of(out, last);
  }

  private static int length(@Nullable Tensor lengths, int sample, int time) {
    long length = lengths == null ? time : lengths.longAt(sample);
    if (length < 0 || length > time) {
      throw new OctantException(
          "Cannot run recurrent operator: sequence length "
              + length
              + " of sample "
              + sample
              + ", expected 0 to "
              + time);
    }
    return (int) length;
  }

  private static double[] state(@Nullable Tensor states, int at, int width) {
    double[] out = new double[width];
    for (int k = 0; states != null && k < width; k++) {
      out[k] = states.floats()[at + k];
    }
    return out;
  }

  private static void store(double[] state, float[] into, int at) {
    for (int k = 0; k < state.length; k++) {
      into[at + k] = (float) state[k];
    }
  }
}
