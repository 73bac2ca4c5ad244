package io.octant.quantization.prepare;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.quantizable.Stub;
import java.util.List;

/**
 * Takes the nested tuple apart that an LSTM returns, so that each tensor in it can be dequantized
 * on its own: {@code (output, (hidden, cell))} becomes the same tuple of dequantize stubs.
 */
final class LstmOutputs {
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");
  private static final FunctionType TUPLE = FunctionType.of("builtins.tuple");

  private final GraphModule model;

  LstmOutputs(GraphModule model) {
    this.model = model;
  }

  /** Edits the graph behind an LSTM that runs on quantized tensors. */
  void unpack(Node lstm) {
    List<Node> users = List.copyOf(lstm.users());
    Graph graph = model.graph();
    try (var at = graph.insertingAfter(lstm)) {
      Node output = dequantized(graph.callFunction(GETITEM, lstm, 0));
      Node states = graph.callFunction(GETITEM, lstm, 1);
      Node hidden = dequantized(graph.callFunction(GETITEM, states, 0));
      Node cell = dequantized(graph.callFunction(GETITEM, states, 1));
      Node inner = graph.callFunction(TUPLE, List.of(hidden, cell));
      Node outer = graph.callFunction(TUPLE, List.of(output, inner));
      users.forEach(user -> user.replaceInput(lstm, outer));
    }
    reroute();
  }

  private Node dequantized(Node value) {
    String name = AttributeNames.free(model, "dequant_stub_");
    model.setChild(name, Stub.leaving());
    return model.graph().callModule(name, value);
  }

  /** Lets readers of an element of a tuple read the element itself. */
  private void reroute() {
    for (Node node : model.graph().nodes()) {
      if (node.calls(GETITEM)
          && node.arg(0) instanceof Node tuple
          && tuple.calls(TUPLE)
          && tuple.arg(0) instanceof List<?> items
          && node.arg(1) instanceof Long index
          && items.get(index.intValue()) instanceof Node element) {
        node.replaceAllUsesWith(element);
      }
    }
  }

  /** The LSTM that a value comes from through stubs, tuples and their elements; else the value. */
  Node producer(Node value) {
    Node node = value;
    boolean passedStub = false;
    while (true) {
      boolean stub =
          node.operation() instanceof Operation.CallModule && model.moduleOf(node) instanceof Stub;
      passedStub |= stub;
      Object next = null;
      if (stub || node.calls(GETITEM)) {
        next = node.arg(0);
      } else if (node.calls(TUPLE) && node.arg(0) instanceof List<?> items && !items.isEmpty()) {
        next = items.get(0);
      }
      if (!(next instanceof Node before)) {
        return passedStub ? node : value;
      }
      node = before;
    }
  }
}
