package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.GraphException;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.kernels.NativeEngine;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Graphs in which the shapes of some values are known when they run only. */
class LateValuesTest {
  private static final Slice ALL = new Slice(None.NONE, None.NONE, None.NONE);

  private final NativeEngine engine = new NativeEngine();

  /** Rows of a convolution's channels that are positive, and the convolution. */
  private static TestGraph selected() {
    TestGraph g = new TestGraph();
    Node conv = g.module("conv", new Conv2d(ConvSettings.of(3, 8, 3)), g.input(2, 3, 6, 6));
    Node relu = g.function("torch.nn.functional.relu", conv);
    Node pooled = g.function("torch.mean", relu, List.of(2L, 3L));
    Node positive = g.function("operator.gt", pooled, 0.4);
    Node found = g.function("torch.nonzero", positive);
    Node channels = g.function("operator.getitem", found, Tuple.of(ALL, 1L));
    Node rows = g.function("torch.index_select", pooled, 1L, channels);
    Node count = g.method("size", found, 0L);
    Node part =
        g.function("operator.getitem", pooled, Tuple.of(ALL, new Slice(0L, count, None.NONE)));
    return g.output(Tuple.of(rows, relu, g.function("operator.mul", part, 2.0)));
  }

  @Test
  void runOnReferenceKernelsAndTheRestNatively() {
    TestGraph graph = selected();
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext();
        Session reference = new ReferenceEngine().compile(graph.model(), graph.inputs());
        ExecutionContext expected = reference.newContext()) {
      assertThat(session.outputs()).hasSize(1);
      assertThat(reference.outputs()).hasSize(1);
      for (int run = 0; run < 3; run++) {
        List<Tensor> input = graph.sample();
        List<Tensor> actual = context.run(input, 2);
        List<Tensor> wanted = expected.run(input, 2);
        assertThat(actual).hasSize(3);
        for (int i = 0; i < 3; i++) {
          assertThat(actual.get(i).shape()).isEqualTo(wanted.get(i).shape());
          for (int e = 0; e < wanted.get(i).numel(); e++) {
            assertThat(Math.abs(actual.get(i).doubleAt(e) - wanted.get(i).doubleAt(e)))
                .isLessThan(1e-4);
          }
        }
      }
      assertThat(kernel(session, "conv")).isEqualTo(PlanStep.Kernel.NATIVE);
      for (String late : List.of("nonzero", "index_select", "mul")) {
        assertThat(kernel(session, late)).isEqualTo(PlanStep.Kernel.REFERENCE);
        assertThat(step(session, late).reason()).contains("known when it runs only");
      }
    }
    assertThat(engine.liveObjects()).isZero();
  }

  @Test
  void aWeightThatIsPackedAtRunTimeIsNotTakenForThatOfZeros() {
    TestGraph g = new TestGraph();
    Node x = g.function("torch.quantize_per_tensor", g.input(2, 5), 0.02, 128L, DType.QUINT8);
    Node w = g.function("torch.quantize_per_tensor", g.input(4, 5), 0.02, 0L, DType.QINT8);
    Node packed = g.function("torch.ops.quantized.linear_prepack", w, None.NONE);
    Node y = g.function("torch.ops.quantized.linear", x, packed, 0.1, 128L);
    TestGraph graph = g.output(g.method("dequantize", y));
    assertThatThrownBy(() -> engine.compile(graph.model(), graph.inputs()))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("linear_prepack")
        .hasMessageContaining("its weight is computed when it runs");
    assertThat(engine.liveObjects()).isZero();
  }

  @Test
  void aParameterThatIsFoundAtRunTimeIsNotTakenForThatOfZeros() {
    TestGraph g = new TestGraph();
    Node x = g.input(2, 5);
    Node dynamic = g.function("torch.quantize_per_tensor_dynamic", x, DType.QUINT8, false);
    TestGraph graph = g.output(g.function("operator.mul", x, g.method("q_scale", dynamic)));
    assertThatThrownBy(() -> engine.compile(graph.model(), graph.inputs()))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("q_scale")
        .hasMessageContaining("its number depends on the data");

    TestGraph h = new TestGraph();
    Node y = h.input(2, 5);
    Node fixed = h.function("torch.quantize_per_tensor", y, 0.25, 3L, DType.QUINT8);
    TestGraph known = h.output(h.function("operator.mul", y, h.method("q_scale", fixed)));
    List<Tensor> inputs = known.sample();
    try (Session session = engine.compile(known.model(), known.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(context.run(inputs, 2).get(0)).isEqualTo(known.model().run(inputs.toArray()));
    }
  }

  private static PlanStep step(Session session, String node) {
    return Objects.requireNonNull(
        session.plan().stream().filter(s -> s.nodes().contains(node)).findFirst().orElse(null));
  }

  private static PlanStep.Kernel kernel(Session session, String node) {
    return step(session, node).kernel();
  }

  @Test
  void constantsOfEveryTypeAreReturned() {
    TestGraph g = new TestGraph();
    Node x = g.input(2, 3);
    Node mask = g.buffer("mask", Tensor.of(DType.BOOL, Shape.of(2), new int[] {1, 0}));
    Node wide = g.buffer("wide", Tensor.of(DType.FLOAT64, Shape.of(1), new double[] {0.1}));
    g.output(Tuple.of(x, mask, wide));
    try (Session session = engine.compile(g.model(), g.inputs());
        ExecutionContext context = session.newContext()) {
      for (int run = 0; run < 2; run++) {
        List<Tensor> out = context.run(g.sample(), 2);
        assertThat(out.get(1)).isEqualTo(g.model().tensor("mask"));
        assertThat(out.get(2)).isEqualTo(g.model().tensor("wide"));
      }
    }
  }

  @Test
  void scalarInputsHaveNoBatch() {
    TestGraph g = new TestGraph();
    Node x = g.input();
    g.output(g.function("operator.add", x, x));
    try (Session session = engine.compile(g.model(), g.inputs());
        ExecutionContext context = session.newContext()) {
      Tensor three = Tensor.scalar(3f);
      assertThat(context.run(List.of(three), 1).get(0).item()).isEqualTo(6);
    }
  }
}
