package io.octant.autograd;

import static io.octant.autograd.Derivatives.check;
import static io.octant.autograd.Derivatives.graph;
import static io.octant.autograd.Derivatives.values;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.nn.Bias;
import io.octant.nn.recurrent.GRU;
import io.octant.nn.recurrent.GRUCell;
import io.octant.nn.recurrent.LSTM;
import io.octant.nn.recurrent.LSTMCell;
import io.octant.nn.recurrent.RNN;
import io.octant.nn.recurrent.RNNCell;
import io.octant.nn.recurrent.RecurrentSettings;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Gradients of recurrent layers and cells against central differences in double. */
class RecurrentDerivativesTest {
  private static final RecurrentSettings DEEP =
      RecurrentSettings.of(3, 2).withLayers(2).withBothDirections();

  private static GraphModule model(
      Module module, int inputs, BiFunction<Graph, List<Node>, Object> build) {
    GraphModule out = graph(inputs, build);
    out.setChild("m", module);
    return out;
  }

  private static Node item(Graph g, Node of, long index) {
    return g.callFunction(FunctionType.of("operator.getitem"), of, index);
  }

  /** Outputs and last states of layers that begin with zeros, the outputs used twice. */
  private static void layers(Module module, Tensor input) {
    boolean lstm = module instanceof LSTM;
    check(
        model(
            module,
            1,
            (g, x) -> {
              Node all = g.callModule("m", List.of(x.get(0)), Map.of());
              Node output = item(g, all, 0);
              Node last = item(g, all, -1);
              Node squared = g.callFunction(FunctionType.of("torch.square"), output);
              return lstm
                  ? Tuple.of(output, squared, item(g, last, 0), item(g, last, 1))
                  : Tuple.of(output, squared, last);
            }),
        input);
  }

  @Test
  void layersOfAllKinds() {
    Tensor input = values(1, 4, 2, 3);
    layers(new LSTM(3, 2), input);
    layers(new GRU(3, 2), input);
    layers(new RNN(3, 2), input);
  }

  @Test
  void deepLayersInBothDirections() {
    Tensor input = values(2, 4, 2, 3);
    layers(new LSTM(DEEP), input);
    layers(new GRU(DEEP.withBatchFirst()), input);
    layers(new RNN(DEEP.withBias(Bias.WITHOUT), RNN.Nonlinearity.RELU), input);
  }

  @Test
  void aSequenceWithoutABatch() {
    layers(new LSTM(DEEP.withBatchFirst()), values(3, 5, 3));
    layers(new GRU(DEEP), values(3, 5, 3));
  }

  @Test
  void initialStates() {
    check(
        model(
            new LSTM(DEEP),
            3,
            (g, x) ->
                item(
                    g,
                    g.callModule("m", List.of(x.get(0), Tuple.of(x.get(1), x.get(2))), Map.of()),
                    0)),
        values(4, 3, 2, 3),
        values(5, 4, 2, 2),
        values(6, 4, 2, 2));
    check(
        model(
            new GRU(DEEP),
            2,
            (g, x) -> item(g, g.callModule("m", List.of(x.get(0), x.get(1)), Map.of()), 1)),
        values(4, 3, 2, 3),
        values(5, 4, 2, 2));
  }

  @Test
  void onlyTheLastCellStateIsUsed() {
    check(
        model(
            new LSTM(3, 2),
            1,
            (g, x) -> item(g, item(g, g.callModule("m", List.of(x.get(0)), Map.of()), 1), 1)),
        values(7, 3, 2, 3));
  }

  @Test
  void cellsWithAndWithoutAState() {
    Tensor input = values(8, 2, 3);
    Tensor state = values(9, 2, 2);
    for (Module cell :
        List.of(
            new GRUCell(3, 2),
            new GRUCell(3, 2, Bias.WITHOUT),
            new RNNCell(3, 2),
            new RNNCell(3, 2, Bias.WITH, RNN.Nonlinearity.RELU))) {
      check(model(cell, 1, (g, x) -> g.callModule("m", List.of(x.get(0)), Map.of())), input);
      check(
          model(cell, 2, (g, x) -> g.callModule("m", List.of(x.get(0), x.get(1)), Map.of())),
          input,
          state);
    }
    LSTMCell cell = new LSTMCell(3, 2);
    check(
        model(
            cell,
            1,
            (g, x) -> {
              Node both = g.callModule("m", List.of(x.get(0)), Map.of());
              return Tuple.of(item(g, both, 0), item(g, both, 1));
            }),
        input);
    check(
        model(
            cell,
            3,
            (g, x) -> {
              Node both =
                  g.callModule("m", List.of(x.get(0), Tuple.of(x.get(1), x.get(2))), Map.of());
              return Tuple.of(item(g, both, 0), item(g, both, 1));
            }),
        input,
        state,
        values(10, 2, 2));
  }

  @Test
  void whatHasNoDerivativeIsNamed() {
    GraphModule projected =
        model(
            new LSTM(RecurrentSettings.of(3, 2).withProjection(1)),
            1,
            (g, x) -> item(g, g.callModule("m", List.of(x.get(0)), Map.of()), 0));
    assertThatThrownBy(() -> Differentiated.of(projected))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("torch.nn.LSTM: a projection has no derivative");
    LSTM dropping = new LSTM(DEEP.withDropout(0.5));
    dropping.train(true);
    GraphModule dropped =
        model(dropping, 1, (g, x) -> item(g, g.callModule("m", List.of(x.get(0)), Map.of()), 0));
    assertThatThrownBy(() -> Differentiated.of(dropped))
        .hasMessageContaining("dropout in training has no derivative");
  }
}
