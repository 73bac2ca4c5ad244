package io.octant.shape;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.nn.activation.ReLU;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapePropagationTest {
  private static final FunctionType MATMUL = FunctionType.of("torch.matmul");

  /** Every rule must give what running the operator gives. */
  @Test
  void shapesAreThoseOfARealRun() {
    Graph g = new Graph();
    Node x = g.placeholder("x");
    Node c = g.callModule("conv", x);
    Node b = g.callModule("bn", c);
    Node r = g.callModule("relu", b);
    Node sum = g.callFunction(FunctionType.of("operator.add"), r, c);
    Node t = g.callFunction(FunctionType.of("torch.transpose"), sum, 2L, 3L);
    Node m = g.callFunction(MATMUL, sum, t);
    Node s =
        g.callFunction(
            FunctionType.of("torch.nn.functional.softmax"), List.of(m), Map.of("dim", -1L));
    Node size = g.callMethod("size", s, 0L);
    Node flat = g.callMethod("reshape", s, size, -1L);
    Node y = g.callModule("fc", flat);
    g.output(Tuple.of(y, size));
    GraphModule model = new GraphModule(g, ReferenceOperators.standard());
    model.setChild("conv", new Conv2d(ConvSettings.of(3, 4, 3)));
    model.setChild("bn", new BatchNorm2d(4));
    model.setChild("relu", new ReLU());
    model.setChild("fc", new Linear(4 * 5 * 5, 7));
    Tensor input = Zeros.of(DType.FLOAT32, Shape.of(2, 3, 7, 7));
    List<Object> real = new ArrayList<>();
    new io.octant.graph.Interpreter(model) {
      @Override
      protected Object runNode(Node node, List<Object> args, Map<String, Object> kwargs) {
        Object value = super.runNode(node, args, kwargs);
        real.add(value instanceof Tensor v ? v.shape() : value);
        return value;
      }
    }.run(List.of(input), Map.of());
    List<Object> propagated = new ArrayList<>();
    new ShapeInterpreter(model, (node, v) -> propagated.add(v instanceof Tensor w ? w.shape() : v))
        .run(List.of(input), Map.of());
    assertThat(propagated).isEqualTo(real).hasSize(10).contains(2L, Shape.of(2, 7));
  }

  @Test
  void rulesCoverTheModulesOfRealNetworks() {
    Module conv = new Conv2d(ConvSettings.of(3, 4, 3));
    Tensor in = Zeros.of(DType.FLOAT32, Shape.of(1, 3, 9, 9));
    assertThat(ShapeRules.module(conv, List.of(in)))
        .isEqualTo(
            Zeros.of(DType.FLOAT32, ((Tensor) conv.evaluate(List.of(in), Map.of())).shape()));
    // A malformed call is left to the kernel, which names what is wrong.
    assertThat(ShapeRules.module(conv, List.of(Zeros.of(DType.FLOAT32, Shape.of(1, 5, 9, 9)))))
        .isNull();
  }
}
