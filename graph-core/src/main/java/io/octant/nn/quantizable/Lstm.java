package io.octant.nn.quantizable;

import io.octant.OctantException;
import io.octant.graph.Container;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Tuple;
import io.octant.nn.activation.Sigmoid;
import io.octant.nn.activation.Tanh;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.Joining;
import io.octant.reference.kernel.Shapes;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An LSTM whose parts are modules: {@code torch.ao.nn.quantizable.LSTM} while it is observed,
 * {@code torch.ao.nn.quantized.LSTM} once quantized. The children {@code layers.0}, {@code
 * layers.1}, … are its layers.
 *
 * <p>Inputs: {@code [time, batch, input]}, or {@code [batch, time, input]} if batch-first; an
 * optional tuple of hidden and cell state, {@code [layers · directions, batch, hidden]} each.
 * Dropout is left out: this is for inference. Final states come as one quantized tensor, in the
 * parameters of the first layer's forward cell.
 */
public final class Lstm extends Module {
  static final ModuleType OBSERVED = new ModuleType("torch.ao.nn.quantizable.LSTM");
  static final ModuleType QUANTIZED = new ModuleType("torch.ao.nn.quantized.LSTM");
  private static final Signature SIGNATURE = Signature.parse("x, hidden=None");

  private final ModuleType type;
  private final Map<String, Object> hyperparameters;

  private Lstm(ModuleType type, Map<String, Object> hyperparameters) {
    this.type = type;
    this.hyperparameters = hyperparameters;
  }

  /**
   * An observed LSTM with the weights of a float one.
   *
   * @param lstm a {@code torch.nn.LSTM}
   * @param activation makes the observer of every linear, sum and product
   */
  public static Lstm observe(Module lstm, ObserverSpec activation) {
    if (!lstm.type().name().equals("torch.nn.LSTM")) {
      throw new OctantException(
          "Cannot observe module: " + lstm.type() + ", expected torch.nn.LSTM");
    }
    Lstm out = new Lstm(OBSERVED, settings(lstm.hyperparameters()));
    NamedValues hyper = out.hyper();
    for (int layer = 0; layer < hyper.integer("num_layers"); layer++) {
      List<LstmCell> cells = new ArrayList<>();
      for (String direction : hyper.flag("bidirectional") ? List.of("", "_reverse") : List.of("")) {
        cells.add(observedCell(lstm, "_l" + layer + direction, activation));
      }
      out.addLayer(layer, new LstmLayer(cells));
    }
    return out;
  }

  private static Map<String, Object> settings(Map<String, Object> lstm) {
    Map<String, Object> out = new LinkedHashMap<>(lstm);
    out.keySet()
        .retainAll(
            List.of(
                "input_size",
                "hidden_size",
                "num_layers",
                "bias",
                "batch_first",
                "dropout",
                "bidirectional"));
    return Collections.unmodifiableMap(out);
  }

  private static LstmCell observedCell(Module lstm, String suffix, ObserverSpec activation) {
    Tensor input = lstm.tensor("weight_ih" + suffix);
    Tensor hidden = lstm.tensor("weight_hh" + suffix);
    Tensor inputBias = lstm.findTensor("bias_ih" + suffix);
    LstmCell cell = new LstmCell(input.shape().dim(1), hidden.shape().dim(1), inputBias != null);
    cell.setChild("igates", Parts.linear(input, inputBias, activation));
    cell.setChild("hgates", Parts.linear(hidden, lstm.findTensor("bias_hh" + suffix), activation));
    cell.setChild("gates", Parts.functional(activation));
    addActivations(cell);
    for (String name : LstmCell.FUNCTIONALS) {
      cell.setChild(name, Parts.functional(activation));
    }
    return cell;
  }

  private static void addActivations(LstmCell cell) {
    cell.setChild("input_gate", new Sigmoid());
    cell.setChild("forget_gate", new Sigmoid());
    cell.setChild("cell_gate", new Tanh());
    cell.setChild("output_gate", new Sigmoid());
  }

  /**
   * The quantized form of an observed, calibrated LSTM.
   *
   * @param weight makes the observer of every weight
   * @param engine whose arithmetic packed weights follow
   */
  public Lstm quantize(ObserverSpec weight, QuantizedEngine engine) {
    Lstm out = new Lstm(QUANTIZED, hyperparameters);
    int index = 0;
    for (Module layer : module("layers").children().values()) {
      List<LstmCell> cells = new ArrayList<>();
      for (LstmCell cell : ((LstmLayer) layer).cells()) {
        cells.add(quantizedCell(cell, weight, engine));
      }
      out.addLayer(index++, new LstmLayer(cells));
    }
    return out;
  }

  private static LstmCell quantizedCell(
      LstmCell observed, ObserverSpec weight, QuantizedEngine engine) {
    LstmCell cell = observed.withoutParts();
    for (String name : List.of("igates", "hgates")) {
      cell.setChild(name, Parts.quantizedLinear(observed.module(name), weight, engine));
    }
    cell.setChild("gates", Parts.quantizedFunctional(observed.module("gates")));
    addActivations(cell);
    for (String name : LstmCell.FUNCTIONALS) {
      cell.setChild(name, Parts.quantizedFunctional(observed.module(name)));
    }
    return cell;
  }

  private void addLayer(int index, LstmLayer layer) {
    if (index == 0) {
      setChild("layers", new Container(new ModuleType("torch.nn.ModuleList")));
    }
    module("layers").setChild(String.valueOf(index), layer);
  }

  private NamedValues hyper() {
    return new NamedValues(type.name(), hyperparameters);
  }

  @Override
  public ModuleType type() {
    return type;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return hyperparameters;
  }

  /** Returns a tuple of the outputs and the tuple of final hidden and cell state. */
  @Override
  public Tuple evaluate(List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(type.name(), args, kwargs);
    NamedValues hyper = hyper();
    boolean batchFirst = hyper.flag("batch_first");
    Tensor x = batchFirst ? Shapes.transpose(a.tensor("x"), 0, 1) : a.tensor("x");
    int directions = hyper.flag("bidirectional") ? 2 : 1;
    List<LstmCell.State> states = states(a, x, directions);
    List<Tensor> hidden = new ArrayList<>();
    List<Tensor> cell = new ArrayList<>();
    int at = 0;
    for (Module layer : module("layers").children().values()) {
      LstmLayer.Run run = ((LstmLayer) layer).run(x, states.subList(at, at + directions));
      at += directions;
      x = run.outputs();
      run.states().forEach(s -> hidden.add(s.hidden()));
      run.states().forEach(s -> cell.add(s.cell()));
    }
    return Tuple.of(
        batchFirst ? Shapes.transpose(x, 0, 1) : x,
        Tuple.of(Joining.stack(hidden, 0), Joining.stack(cell, 0)));
  }

  /** Initial states, one for each layer and direction; zeros if none are given. */
  private List<LstmCell.State> states(NamedValues a, Tensor x, int directions) {
    NamedValues hyper = hyper();
    int count = hyper.integer("num_layers") * directions;
    List<LstmCell.State> out = new ArrayList<>();
    if (a.isNone("hidden")) {
      Tensor zero = zeros(x, Shape.of(x.shape().dim(1), hyper.integer("hidden_size")));
      for (int i = 0; i < count; i++) {
        out.add(new LstmCell.State(zero, zero));
      }
      return out;
    }
    List<?> given = a.items("hidden");
    List<Tensor> hidden = Shapes.unbind((Tensor) given.get(0), 0);
    List<Tensor> cell = Shapes.unbind((Tensor) given.get(1), 0);
    for (int i = 0; i < count; i++) {
      out.add(new LstmCell.State(hidden.get(i), cell.get(i)));
    }
    return out;
  }

  private static Tensor zeros(Tensor like, Shape shape) {
    return like.isQuantized()
        ? Tensor.quantized(like.dtype(), shape, new int[shape.numel()], QParams.perTensor(1, 0))
        : Tensor.of(DType.FLOAT32, shape, new float[shape.numel()]);
  }
}
