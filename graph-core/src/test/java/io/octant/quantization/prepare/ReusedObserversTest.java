package io.octant.quantization.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.nn.linear.Linear;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.quantized.QuantizedEngine;
import org.junit.jupiter.api.Test;

class ReusedObserversTest {
  private final Graph graph = new Graph();
  private final GraphModule model = new GraphModule(graph, ReferenceOperators.standard());

  private Node linear(Node input) {
    model.setChild("linear", new Linear(4, 4));
    return graph.callModule("linear", input);
  }

  /** What the linear layer reads once the model is prepared. */
  private Node read() {
    GraphModule prepared =
        QuantizeFx.prepare(model, DefaultQConfigMappings.ptq(QuantizedEngine.of("x86")));
    Node linear = prepared.graph().nodes(n -> n.name().equals("linear")).get(0);
    Node read = (Node) linear.arg(0);
    assertThat(ObserverNodes.isObserver(prepared, read)).as("%s is an observer", read).isTrue();
    return (Node) read.arg(0);
  }

  @Test
  void aLayerBehindTheReshapeOfAnInputIsObservedInFrontOfIt() {
    Node reshape = graph.callMethod("reshape", graph.placeholder("x"), -1L, 4L);
    graph.output(linear(reshape));
    assertThat(read().name()).isEqualTo(reshape.name());
  }

  @Test
  void soIsWhatStandsBetweenThem() {
    Node reshape = graph.callMethod("reshape", graph.placeholder("x"), -1L, 1L, 4L);
    Node squeeze = graph.callFunction(FunctionType.of("torch.squeeze"), reshape, 1L);
    graph.output(linear(squeeze));
    assertThat(read().name()).isEqualTo(squeeze.name());
    Node squeezed =
        (Node)
            ((Node)
                    QuantizeFx.prepare(model, DefaultQConfigMappings.ptq(QuantizedEngine.of("x86")))
                        .graph()
                        .nodes(n -> n.calls(FunctionType.of("torch.squeeze")))
                        .get(0))
                .arg(0);
    assertThat(squeezed.name()).startsWith("activation_post_process");
  }
}
