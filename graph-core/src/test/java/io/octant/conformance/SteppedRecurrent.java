package io.octant.conformance;

import io.octant.graph.FunctionType;
import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.recurrent.RecurrentModule;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.kernel.Creation;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.reference.kernel.Recurrence;
import io.octant.reference.kernel.RecurrentStack;
import io.octant.tensor.DType;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A reference recurrent module that does with its states what the dynamically quantized one does,
 * in float: the input of every layer, and the hidden state at every step, are quantized dynamically
 * and dequantized before they are multiplied.
 */
final class SteppedRecurrent extends Module {
  private static final FunctionType QUANTIZE = FunctionType.of("torch.quantize_per_tensor_dynamic");

  private final Module dequantized;
  private final boolean reduceRange;

  /**
   * @param reduceRange whether the engine quantizes to 7 bits
   */
  SteppedRecurrent(ReferenceModule reference, boolean reduceRange) {
    this.dequantized = reference.dequantizedModule();
    this.reduceRange = reduceRange;
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    Tensor x = (Tensor) args.get(0);
    Object hx = args.size() > 1 ? args.get(1) : kwargs.getOrDefault("hx", None.NONE);
    return dequantized instanceof RecurrentModule layers ? sequence(layers, x, hx) : step(x, hx);
  }

  private Tuple sequence(RecurrentModule layers, Tensor x, Object hx) {
    int directions = layers.settings().bidirectional() ? 2 : 1;
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < layers.settings().numLayers(); i++) {
      for (int d = 0; d < directions; d++) {
        cells.add(new Cell("_l" + i + (d == 0 ? "" : "_reverse")));
      }
    }
    return new RecurrentStack(
            Recurrence.valueOf((String) layers.hyperparameters().get("mode")),
            cells,
            directions,
            layers.settings().batchFirst() ? 0 : 1,
            UnaryOperator.identity())
        .run(x, hx);
  }

  private Object step(Tensor x, Object hx) {
    Cell cell = new Cell("");
    Recurrence recurrence =
        switch (dequantized.type().name()) {
          case "torch.nn.LSTMCell" -> Recurrence.LSTM;
          case "torch.nn.GRUCell" -> Recurrence.GRU;
          default ->
              "relu".equals(dequantized.hyperparameters().get("nonlinearity"))
                  ? Recurrence.RNN_RELU
                  : Recurrence.RNN_TANH;
        };
    boolean lstm = recurrence == Recurrence.LSTM;
    Tensor zero = Creation.full(DType.FLOAT32, Shape.of(x.shape().dim(0), cell.cellSize()), 0);
    Tensor hidden = hx instanceof Tuple t ? (Tensor) t.item(0) : hx instanceof Tensor t ? t : zero;
    Tensor memory = hx instanceof Tuple t ? (Tensor) t.item(1) : zero;
    Recurrence.State next =
        recurrence.next(
            cell.applyInput(x),
            cell.applyHidden(hidden),
            new Recurrence.State(hidden, lstm ? memory : null));
    return lstm ? Tuple.of(next.hidden(), next.requireCell()) : next.hidden();
  }

  /** The weights with one suffix. */
  private final class Cell implements RecurrentStack.Cell {
    private final String suffix;

    Cell(String suffix) {
      this.suffix = suffix;
    }

    @Override
    public Tensor applyInput(Tensor x) {
      return linear(x, "ih");
    }

    @Override
    public Tensor applyHidden(Tensor hidden) {
      return linear(hidden, "hh");
    }

    private Tensor linear(Tensor x, String kind) {
      Object quantized =
          ReferenceOperators.standard()
              .callFunction(QUANTIZE, List.of(x, DType.QUINT8, reduceRange), Map.of());
      return MatrixProducts.linear(
          Quantizer.dequantize((Tensor) quantized),
          dequantized.tensor("weight_" + kind + suffix),
          dequantized.findTensor("bias_" + kind + suffix));
    }

    @Override
    public int cellSize() {
      return dequantized.tensor("weight_hh" + suffix).shape().dim(1);
    }
  }
}
