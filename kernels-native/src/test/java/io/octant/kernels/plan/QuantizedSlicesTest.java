package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.kernels.NativeEngine;
import io.octant.nn.convolution.Conv2d;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A ShuffleNet block: half of the channels passes, half is convolved, and both are shuffled. */
class QuantizedSlicesTest {
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");
  private static final Slice ALL = new Slice(None.NONE, None.NONE, None.NONE);

  private static Node channels(Graph graph, Node x, long from, long to) {
    return graph.callFunction(GETITEM, x, new Tuple(List.of(ALL, new Slice(from, to, None.NONE))));
  }

  private static GraphModule block() {
    Graph graph = new Graph();
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    model.setChild("enter", new Conv2d(3, 8, 3));
    model.setChild("branch", new Conv2d(4, 4, 1));
    model.setChild("leave", new Conv2d(4, 5, 1));
    for (String layer : List.of("enter", "branch", "leave")) {
      float[] weight = model.module(layer).tensor("weight").floats();
      for (int i = 0; i < weight.length; i++) {
        weight[i] = (float) Math.sin(i * 0.7 + layer.length()) / 4;
      }
    }
    Node entered = graph.callModule("enter", graph.placeholder("x"));
    Node branch = graph.callModule("branch", channels(graph, entered, 4, 8));
    Node both =
        graph.callFunction(
            FunctionType.of("torch.cat"), List.of(channels(graph, entered, 0, 4), branch), 1L);
    Node pairs = graph.callMethod("reshape", both, -1L, 2L, 4L, 6L, 6L);
    Node turned = graph.callFunction(FunctionType.of("torch.transpose"), pairs, 1L, 2L);
    Node shuffled = graph.callMethod("reshape", turned, -1L, 8L, 6L, 6L);
    graph.output(graph.callModule("leave", channels(graph, shuffled, 2, 6)));
    return model;
  }

  @Test
  void slicesOfIntegersAreViewsOfIntegers() {
    Tensor input = new TestGraph().values(2, 3, 8, 8);
    GraphModule prepared =
        QuantizeFx.prepare(
            block(),
            PrepareOptions.of(
                    DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS))
                .withBackend(BackendConfigs.octant("x86")));
    prepared.run(input);
    GraphModule int8 = QuantizeFx.convert(prepared);

    assertThat(int8.graph().nodes(n -> n.calls(GETITEM))).hasSize(3);
    assertThat(int8.graph().nodes(n -> n.target().contains("dequantize"))).hasSize(1);
    NativeEngine engine = new NativeEngine();
    try (Session session =
            engine.compile(int8, List.of(new TensorSpec("x", DType.FLOAT32, input.shape())));
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
      assertThat(context.run(List.of(input), 2).get(0).floats())
          .isEqualTo(int8.runTensor(input).floats());
    }
  }

  @Test
  void withPyTorchsObserversSlicesStayFloat() {
    GraphModule prepared =
        QuantizeFx.prepare(block(), DefaultQConfigMappings.ptq(QuantizedEngine.X86));
    prepared.run(new TestGraph().values(2, 3, 8, 8));
    GraphModule int8 = QuantizeFx.convert(prepared);

    for (Node slice : int8.graph().nodes(n -> n.calls(GETITEM))) {
      assertThat(((Node) slice.arg(0)).target()).isEqualTo("dequantize");
    }
  }
}
