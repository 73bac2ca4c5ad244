package io.octant.nn.quantizable;

import io.octant.graph.Container;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.TorchType;
import io.octant.graph.Tuple;
import io.octant.reference.kernel.Joining;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A layer of an LSTM: the cell in {@code layer_fw}, and if bidirectional in {@code layer_bw}. */
@TorchType("torch.ao.nn.quantizable.modules.rnn._LSTMLayer")
final class LstmLayer extends Module {
  private static final ModuleType SINGLE =
      new ModuleType("torch.ao.nn.quantizable.modules.rnn._LSTMSingleLayer");

  /** Outputs {@code [time, batch, directions · hidden]} and one final state a direction. */
  record Run(Tensor outputs, List<LstmCell.State> states) {}

  /** One cell for each direction. */
  LstmLayer(List<LstmCell> cells) {
    for (int d = 0; d < cells.size(); d++) {
      setChild(d == 0 ? "layer_fw" : "layer_bw", new Container(SINGLE))
          .setChild("cell", cells.get(d));
    }
  }

  List<LstmCell> cells() {
    return children().values().stream().map(c -> (LstmCell) c.module("cell")).toList();
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("batch_first", false);
    out.put("bidirectional", children().size() == 2);
    return out;
  }

  /**
   * Runs over time.
   *
   * @param x {@code [time, batch, input]}
   * @param initial one state a direction
   */
  Run run(Tensor x, List<LstmCell.State> initial) {
    List<Tensor> outputs = new ArrayList<>();
    List<LstmCell.State> states = new ArrayList<>();
    List<Tensor> steps = Shapes.unbind(x, 0);
    List<LstmCell> cells = cells();
    for (int d = 0; d < cells.size(); d++) {
      List<Tensor> inOrder = new ArrayList<>(steps);
      if (d == 1) {
        Collections.reverse(inOrder);
      }
      List<Tensor> hidden = new ArrayList<>();
      LstmCell.State state = initial.get(d);
      for (Tensor step : inOrder) {
        state = cells.get(d).step(step, state);
        hidden.add(state.hidden());
      }
      if (d == 1) {
        Collections.reverse(hidden);
      }
      outputs.add(Joining.stack(hidden, 0));
      states.add(state);
    }
    return new Run(outputs.size() == 1 ? outputs.get(0) : Joining.cat(outputs, 2), states);
  }

  /** Layers are run by their {@link Lstm}. */
  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    Tuple state = (Tuple) args.get(1);
    Run run =
        run(
            (Tensor) args.get(0),
            List.of(new LstmCell.State((Tensor) state.item(0), (Tensor) state.item(1))));
    LstmCell.State last = run.states().get(0);
    return Tuple.of(run.outputs(), Tuple.of(last.hidden(), last.cell()));
  }
}
