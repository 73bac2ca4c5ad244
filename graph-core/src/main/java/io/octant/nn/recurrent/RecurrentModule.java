package io.octant.nn.recurrent;

import io.octant.graph.Module;
import io.octant.graph.Tuple;
import io.octant.nn.Bias;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.dropout.Dropout;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.reference.kernel.Recurrence;
import io.octant.reference.kernel.RecurrentStack;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent layers over sequences.
 *
 * <p>Input [time, batch, inputSize] (batch first if so set, or without the batch) and optionally an
 * initial state; the result is a tuple of the outputs and the final state. For each layer k (and
 * {@code _reverse}): {@code weight_ih_lk} [gates · hidden, input], {@code weight_hh_lk} [gates ·
 * hidden, hidden], {@code bias_ih_lk}, {@code bias_hh_lk}, and with a projection {@code
 * weight_hr_lk}.
 */
public abstract class RecurrentModule extends Module implements Initialization.Resettable {
  private static final Signature SIGNATURE = Signature.parse("input, hx=None");

  private final RecurrentSettings settings;
  private final Recurrence recurrence;
  private final Dropout dropout;

  RecurrentModule(RecurrentSettings settings, Recurrence recurrence) {
    if (settings.projSize() > 0 && recurrence != Recurrence.LSTM) {
      throw new io.octant.OctantException(
          "Cannot configure " + type() + ": a projection, expected one with LSTM only");
    }
    this.settings = settings;
    this.recurrence = recurrence;
    this.dropout = new Dropout(settings.dropout());
    draw(new Random(0));
  }

  static int gates(Recurrence recurrence) {
    return switch (recurrence) {
      case LSTM -> 4;
      case GRU -> 3;
      default -> 1;
    };
  }

  private void draw(Random random) {
    int rows = gates(recurrence) * settings.hiddenSize();
    double bound = 1 / Math.sqrt(settings.hiddenSize());
    int in = settings.inputSize();
    for (int layer = 0; layer < settings.numLayers(); layer++) {
      for (int d = 0; d < settings.directions(); d++) {
        String suffix = suffix(layer, d);
        setParameter("weight_ih" + suffix, Initialization.uniform(random, bound, rows, in));
        setParameter(
            "weight_hh" + suffix,
            Initialization.uniform(random, bound, rows, settings.outputSize()));
        if (settings.bias() == Bias.WITH) {
          setParameter("bias_ih" + suffix, Initialization.uniform(random, bound, rows));
          setParameter("bias_hh" + suffix, Initialization.uniform(random, bound, rows));
        }
        if (settings.projSize() > 0) {
          setParameter(
              "weight_hr" + suffix,
              Initialization.uniform(random, bound, settings.projSize(), settings.hiddenSize()));
        }
      }
      in = settings.outputSize() * settings.directions();
    }
  }

  private static String suffix(int layer, int direction) {
    return "_l" + layer + (direction == 1 ? "_reverse" : "");
  }

  @Override
  public void resetParameters(Random random) {
    draw(random);
  }

  /** The hyperparameters. */
  public final RecurrentSettings settings() {
    return settings;
  }

  @Override
  protected void setTraining(boolean on) {
    super.setTraining(on);
    dropout.train(on);
  }

  @Override
  public Tuple evaluate(List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(type().name(), args, kwargs);
    List<FloatCell> cells = new ArrayList<>();
    for (int layer = 0; layer < settings.numLayers(); layer++) {
      for (int d = 0; d < settings.directions(); d++) {
        cells.add(new FloatCell(this, suffix(layer, d)));
      }
    }
    return new RecurrentStack(
            recurrence,
            cells,
            settings.directions(),
            settings.batchFirst() ? 0 : 1,
            dropout::forward)
        .run(a.tensor("input"), a.value("hx"));
  }

  /** The parameters with one suffix. */
  private record FloatCell(RecurrentModule module, String suffix) implements RecurrentStack.Cell {
    private Tensor linear(Tensor x, String kind) {
      return MatrixProducts.linear(
          x, module.tensor("weight_" + kind + suffix), module.findTensor("bias_" + kind + suffix));
    }

    @Override
    public Tensor applyInput(Tensor x) {
      return linear(x, "ih");
    }

    @Override
    public Tensor applyHidden(Tensor hidden) {
      return linear(hidden, "hh");
    }

    @Override
    public int cellSize() {
      return module.tensor("weight_ih" + suffix).shape().dim(0) / gates();
    }

    private int gates() {
      return RecurrentModule.gates(module.recurrence);
    }

    @Override
    public int hiddenSize() {
      return module.tensor("weight_hh" + suffix).shape().dim(1);
    }

    @Override
    public Tensor project(Tensor hidden) {
      @Nullable Tensor weight = module.findTensor("weight_hr" + suffix);
      return weight == null ? hidden : MatrixProducts.linear(hidden, weight, null);
    }
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "mode",
        recurrence.name(),
        "input_size",
        settings.inputSize(),
        "hidden_size",
        settings.hiddenSize(),
        "num_layers",
        settings.numLayers(),
        "bias",
        settings.bias() == Bias.WITH,
        "batch_first",
        settings.batchFirst(),
        "dropout",
        settings.dropout(),
        "bidirectional",
        settings.bidirectional(),
        "proj_size",
        settings.projSize());
  }
}
