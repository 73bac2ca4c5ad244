package io.octant.reference.kernel;

import io.octant.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One direction of an ONNX recurrent operator: its weights and what it does in a step. */
abstract class SequenceCell {
  final int hidden;
  private final int rows;
  private final int input;
  private final float[] weight;
  private final float[] recurrence;
  private final float @Nullable [] bias;
  private final List<GateActivation> activations;
  private final double clip;

  private SequenceCell(SequenceRecurrence of, int direction) {
    rows = of.weight().shape().dim(1);
    input = of.weight().shape().dim(2);
    hidden = of.recurrence().shape().dim(2);
    weight = part(of.weight(), direction);
    recurrence = part(of.recurrence(), direction);
    bias = of.bias() == null ? null : part(of.bias(), direction);
    int each = of.kind().activations();
    activations = of.activations().subList(direction * each, (direction + 1) * each);
    clip = of.clip();
  }

  static SequenceCell of(SequenceRecurrence of, int direction) {
    return switch (of.kind()) {
      case LSTM -> new Lstm(of, direction);
      case GRU -> new Gru(of, direction);
      case RNN -> new Rnn(of, direction);
    };
  }

  static float[] part(Tensor t, int direction) {
    int each = t.numel() / t.shape().dim(0);
    return java.util.Arrays.copyOfRange(t.floats(), direction * each, (direction + 1) * each);
  }

  /** {@code W·x + Wb}, gate after gate, of the inputs that begin at an index. */
  final double[] fromInput(float[] x, int at) {
    double[] out = new double[rows];
    for (int r = 0; r < rows; r++) {
      double sum = bias == null ? 0 : bias[r];
      for (int i = 0; i < input; i++) {
        sum += (double) weight[r * input + i] * x[at + i];
      }
      out[r] = sum;
    }
    return out;
  }

  /** {@code R·h + Rb} for one gate. */
  final double[] fromHidden(int gate, double[] h) {
    double[] out = new double[hidden];
    for (int k = 0; k < hidden; k++) {
      int r = gate * hidden + k;
      double sum = bias == null ? 0 : bias[rows + r];
      for (int i = 0; i < hidden; i++) {
        sum += recurrence[r * hidden + i] * h[i];
      }
      out[k] = sum;
    }
    return out;
  }

  /** An activation of what is limited to −clip … clip. */
  final double activate(int index, double x) {
    return activations.get(index).at(Math.max(-clip, Math.min(clip, x)));
  }

  /** An activation of what is not limited: a cell state. */
  final double activateState(int index, double x) {
    return activations.get(index).at(x);
  }

  /**
   * One step; replaces the states.
   *
   * @param x what {@link #fromInput} gave
   * @param c the cell state, of size 0 unless it is an LSTM
   */
  abstract void step(double[] x, double[] h, double[] c);

  /** Gates input, output, forget, cell. */
  private static final class Lstm extends SequenceCell {
    private final float[] peepholes;
    private final boolean coupled;

    Lstm(SequenceRecurrence of, int direction) {
      super(of, direction);
      Tensor p = of.peepholes();
      peepholes = p == null ? new float[3 * hidden] : part(p, direction);
      coupled = of.gates() == SequenceRecurrence.Gates.INPUT_FORGET;
    }

    @Override
    void step(double[] x, double[] h, double[] c) {
      double[] in = fromHidden(0, h);
      double[] out = fromHidden(1, h);
      double[] forget = fromHidden(2, h);
      double[] added = fromHidden(3, h);
      for (int k = 0; k < hidden; k++) {
        double i = activate(0, x[k] + in[k] + peepholes[k] * c[k]);
        double f =
            coupled
                ? 1 - i
                : activate(0, x[2 * hidden + k] + forget[k] + peepholes[2 * hidden + k] * c[k]);
        c[k] = (float) (f * c[k] + i * activate(1, x[3 * hidden + k] + added[k]));
        double o = activate(0, x[hidden + k] + out[k] + peepholes[hidden + k] * c[k]);
        h[k] = (float) (o * activateState(2, c[k]));
      }
    }
  }

  /** Gates update, reset, hidden. */
  private static final class Gru extends SequenceCell {
    private final boolean linearBeforeReset;

    Gru(SequenceRecurrence of, int direction) {
      super(of, direction);
      linearBeforeReset = of.gates() == SequenceRecurrence.Gates.LINEAR_BEFORE_RESET;
    }

    @Override
    void step(double[] x, double[] h, double[] c) {
      double[] update = fromHidden(0, h);
      double[] reset = fromHidden(1, h);
      double[] kept = h.clone();
      for (int k = 0; k < hidden; k++) {
        update[k] = activate(0, x[k] + update[k]);
        reset[k] = activate(0, x[hidden + k] + reset[k]);
        kept[k] *= linearBeforeReset ? 1 : reset[k];
      }
      double[] candidate = fromHidden(2, kept);
      for (int k = 0; k < hidden; k++) {
        double factor = linearBeforeReset ? reset[k] : 1;
        double n = activate(1, x[2 * hidden + k] + factor * candidate[k]);
        h[k] = (float) ((1 - update[k]) * n + update[k] * h[k]);
      }
    }
  }

  private static final class Rnn extends SequenceCell {
    Rnn(SequenceRecurrence of, int direction) {
      super(of, direction);
    }

    @Override
    void step(double[] x, double[] h, double[] c) {
      double[] sum = fromHidden(0, h);
      for (int k = 0; k < hidden; k++) {
        h[k] = (float) activate(0, x[k] + sum[k]);
      }
    }
  }
}
