package io.octant.reference.kernel;

import io.octant.tensor.Tensor;
import java.util.List;

/**
 * One direction of one recurrent layer in double, forward over [time, batch, input] and back. Holds
 * what the way back needs.
 */
final class RecurrentPass {
  private final Recurrence recurrence;
  private final int time;
  private final int batch;
  private final int input;
  private final int hidden;
  private final int rows;
  private final double[] ofInput;
  private final double[] ofHidden;
  private final double[] inputBias;
  private final double[] hiddenBias;
  private final boolean backwards;

  private double[] x = {};

  /** By step in the order of the walk, before step 0 too: [batch, hidden] each. */
  private final double[][] states;

  private final double[][] cells;

  /** By step: the gates behind their activations [batch, gates · hidden]. */
  private final double[][] gates;

  /** By step: of a GRU {@code W_h·h + b_h} of the candidate [batch, hidden]. */
  private final double[][] candidates;

  private final double[] gradOfInput;
  private final double[] gradOfHidden;
  private final double[] gradInputBias;
  private final double[] gradHiddenBias;

  /**
   * A pass that has not run.
   *
   * @param weights [gates · hidden, input], [gates · hidden, hidden], and with biases both
   */
  RecurrentPass(
      Recurrence recurrence, int time, int batch, List<Tensor> weights, boolean backwards) {
    this.recurrence = recurrence;
    this.time = time;
    this.batch = batch;
    this.input = weights.get(0).shape().dim(1);
    this.hidden = weights.get(1).shape().dim(1);
    this.rows = weights.get(1).shape().dim(0);
    this.ofInput = Values.of(weights.get(0));
    this.ofHidden = Values.of(weights.get(1));
    this.inputBias = weights.size() == 2 ? new double[0] : Values.of(weights.get(2));
    this.hiddenBias = weights.size() == 2 ? new double[0] : Values.of(weights.get(3));
    this.backwards = backwards;
    this.states = new double[time + 1][];
    this.cells = new double[time + 1][];
    this.gates = new double[time][];
    this.candidates = new double[time][];
    this.gradOfInput = new double[ofInput.length];
    this.gradOfHidden = new double[ofHidden.length];
    this.gradInputBias = new double[inputBias.length];
    this.gradHiddenBias = new double[hiddenBias.length];
  }

  int inputSize() {
    return x.length;
  }

  private int at(int step) {
    return backwards ? time - 1 - step : step;
  }

  /** The outputs [time, batch, hidden]. */
  double[] forward(double[] sequence, double[] h0, double[] c0) {
    x = sequence;
    states[0] = h0;
    cells[0] = c0;
    double[] out = new double[time * batch * hidden];
    for (int s = 0; s < time; s++) {
      double[] fromInput = product(x, at(s) * batch * input, input, ofInput, inputBias);
      double[] fromHidden = product(states[s], 0, hidden, ofHidden, hiddenBias);
      gates[s] = new double[batch * rows];
      candidates[s] = new double[batch * hidden];
      states[s + 1] = new double[batch * hidden];
      cells[s + 1] = new double[batch * hidden];
      for (int b = 0; b < batch; b++) {
        for (int k = 0; k < hidden; k++) {
          step(s, b, k, fromInput, fromHidden);
        }
      }
      System.arraycopy(states[s + 1], 0, out, at(s) * batch * hidden, batch * hidden);
    }
    return out;
  }

  private double[] product(double[] v, int from, int width, double[] weight, double[] bias) {
    double[] out = new double[batch * rows];
    for (int b = 0; b < batch; b++) {
      for (int r = 0; r < rows; r++) {
        double sum = bias.length == 0 ? 0 : bias[r];
        for (int i = 0; i < width; i++) {
          sum += weight[r * width + i] * v[from + b * width + i];
        }
        out[b * rows + r] = sum;
      }
    }
    return out;
  }

  private static double sigmoid(double v) {
    return 1 / (1 + Math.exp(-v));
  }

  private void step(int s, int b, int k, double[] i, double[] h) {
    int r = b * rows + k;
    int at = b * hidden + k;
    double[] g = gates[s];
    switch (recurrence) {
      case LSTM -> {
        g[r] = sigmoid(i[r] + h[r]);
        g[r + hidden] = sigmoid(i[r + hidden] + h[r + hidden]);
        g[r + 2 * hidden] = Math.tanh(i[r + 2 * hidden] + h[r + 2 * hidden]);
        g[r + 3 * hidden] = sigmoid(i[r + 3 * hidden] + h[r + 3 * hidden]);
        cells[s + 1][at] = g[r + hidden] * cells[s][at] + g[r] * g[r + 2 * hidden];
        states[s + 1][at] = g[r + 3 * hidden] * Math.tanh(cells[s + 1][at]);
      }
      case GRU -> {
        g[r] = sigmoid(i[r] + h[r]);
        g[r + hidden] = sigmoid(i[r + hidden] + h[r + hidden]);
        candidates[s][at] = h[r + 2 * hidden];
        g[r + 2 * hidden] = Math.tanh(i[r + 2 * hidden] + g[r] * h[r + 2 * hidden]);
        states[s + 1][at] = (1 - g[r + hidden]) * g[r + 2 * hidden] + g[r + hidden] * states[s][at];
      }
      case RNN_TANH -> states[s + 1][at] = Math.tanh(i[r] + h[r]);
      case RNN_RELU -> states[s + 1][at] = Math.max(0, i[r] + h[r]);
    }
  }

  /**
   * The gradient of the input.
   *
   * @param grad of the outputs
   * @param dh of the last hidden state; becomes that of the first
   * @param dc of the last cell state; becomes that of the first
   */
  double[] backward(double[] grad, double[] dh, double[] dc) {
    double[] out = new double[x.length];
    for (int s = time - 1; s >= 0; s--) {
      double[] di = new double[batch * rows];
      double[] dg = new double[batch * rows];
      for (int i = 0; i < dh.length; i++) {
        dh[i] += grad[at(s) * batch * hidden + i];
      }
      for (int b = 0; b < batch; b++) {
        for (int k = 0; k < hidden; k++) {
          back(s, b, k, dh, dc, di, dg);
        }
      }
      spread(di, x, at(s) * batch * input, input, ofInput, gradOfInput, gradInputBias, out);
      spread(dg, states[s], 0, hidden, ofHidden, gradOfHidden, gradHiddenBias, dh);
    }
    return out;
  }

  /**
   * From the gradients of one element of the next states to those of its gates; {@code dh} and
   * {@code dc} become what passes beside the weights.
   */
  private void back(int s, int b, int k, double[] dh, double[] dc, double[] di, double[] dg) {
    int r = b * rows + k;
    int at = b * hidden + k;
    double[] g = gates[s];
    double d = dh[at];
    dh[at] = 0;
    switch (recurrence) {
      case LSTM -> {
        double tanh = Math.tanh(cells[s + 1][at]);
        double o = g[r + 3 * hidden];
        double all = dc[at] + d * o * (1 - tanh * tanh);
        double candidate = g[r + 2 * hidden];
        double forget = g[r + hidden];
        di[r] = all * candidate * g[r] * (1 - g[r]);
        di[r + hidden] = all * cells[s][at] * forget * (1 - forget);
        di[r + 2 * hidden] = all * g[r] * (1 - candidate * candidate);
        di[r + 3 * hidden] = d * tanh * o * (1 - o);
        dc[at] = all * forget;
        for (int gate = 0; gate < 4; gate++) {
          dg[r + gate * hidden] = di[r + gate * hidden];
        }
      }
      case GRU -> {
        double reset = g[r];
        double update = g[r + hidden];
        double candidate = g[r + 2 * hidden];
        double inner = d * (1 - update) * (1 - candidate * candidate);
        di[r] = inner * candidates[s][at] * reset * (1 - reset);
        di[r + hidden] = d * (states[s][at] - candidate) * update * (1 - update);
        di[r + 2 * hidden] = inner;
        dg[r] = di[r];
        dg[r + hidden] = di[r + hidden];
        dg[r + 2 * hidden] = inner * reset;
        dh[at] = d * update;
      }
      case RNN_TANH -> {
        double h = states[s + 1][at];
        di[r] = d * (1 - h * h);
        dg[r] = di[r];
      }
      case RNN_RELU -> {
        di[r] = states[s + 1][at] > 0 ? d : 0;
        dg[r] = di[r];
      }
    }
  }

  /** Adds what gates' gradients give to a weight, its bias and what it was multiplied with. */
  private void spread(
      double[] grad,
      double[] v,
      int from,
      int width,
      double[] weight,
      double[] toWeight,
      double[] toBias,
      double[] to) {
    for (int b = 0; b < batch; b++) {
      for (int r = 0; r < rows; r++) {
        double g = grad[b * rows + r];
        if (toBias.length > 0) {
          toBias[r] += g;
        }
        for (int i = 0; i < width; i++) {
          toWeight[r * width + i] += g * v[from + b * width + i];
          to[from + b * width + i] += g * weight[r * width + i];
        }
      }
    }
  }

  /** Gradients of both weights, and with biases of both. */
  List<double[]> weightGradients() {
    return List.of(gradOfInput, gradOfHidden, gradInputBias, gradHiddenBias);
  }
}
