package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.kernels.NativeEngine;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiled float networks against the interpreter of reference operators. */
class NativeAgainstReferenceTest {
  private final NativeEngine engine = new NativeEngine();

  static Stream<Named<IntFunction<TestGraph>>> networks() {
    return Stream.of(
        Named.of("residual", TestNetworks::residual),
        Named.of("inverted", TestNetworks::inverted),
        Named.of("attention", TestNetworks::attention),
        Named.of("normalized", TestNetworks::normalized),
        Named.of("odd", TestNetworks::odd));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void outputsAgree(IntFunction<TestGraph> network) {
    TestGraph graph = network.apply(3);
    List<Tensor> inputs = graph.sample();
    List<Tensor> expected = tensors(graph.model().run(inputs.toArray()));
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      for (int run = 0; run < 2; run++) {
        List<Tensor> actual = context.run(inputs, 3);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
          assertClose(actual.get(i), expected.get(i));
        }
      }
    }
    assertThat(engine.liveObjects()).isZero();
  }

  private static List<Tensor> tensors(Object value) {
    List<Tensor> out = new ArrayList<>();
    if (value instanceof Tuple t) {
      t.items().forEach(v -> out.addAll(tensors(v)));
    } else {
      out.add((Tensor) value);
    }
    return out;
  }

  /**
   * Single operators are held to k·ε·magnitude elsewhere; a network multiplies that by its depth.
   */
  static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    float largest = 0;
    for (float v : expected.floats()) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < expected.numel(); i++) {
      assertThat(actual.floats()[i])
          .as("element %s", i)
          .isCloseTo(expected.floats()[i], within(1e-5f * largest));
    }
  }

  /** Dequantized values may differ by one step of their scale. */
  static void assertSteps(Tensor actual, Tensor expected, float scale) {
    for (int i = 0; i < expected.numel(); i++) {
      assertThat(actual.floats()[i]).isCloseTo(expected.floats()[i], within(1.01f * scale));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aSampleDoesNotFeelItsNeighbours(IntFunction<TestGraph> network) {
    int batch = 5;
    TestGraph graph = network.apply(batch);
    Tensor input = graph.sample().get(0);
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      float[] first = context.run(List.of(input), batch).get(0).floats();
      int in = input.numel() / batch;
      int out = first.length / batch;
      float[] rotated = new float[input.numel()];
      System.arraycopy(input.floats(), in, rotated, 0, rotated.length - in);
      System.arraycopy(input.floats(), 0, rotated, rotated.length - in, in);
      float[] second =
          context.run(List.of(Tensor.of(rotated, input.shape().toArray())), batch).get(0).floats();
      for (int s = 0; s < batch; s++) {
        int from = (s + 1) % batch;
        assertThat(Arrays.copyOfRange(second, s * out, (s + 1) * out))
            .isEqualTo(Arrays.copyOfRange(first, from * out, (from + 1) * out));
      }
    }
  }

  /** One token of attention whose heads lie between the samples in memory. */
  @Test
  void outerProductsOfViews() {
    TestGraph g = new TestGraph();
    Node a = g.function("torch.transpose", g.input(2, 4, 3, 8), 0L, 1L);
    Node b = g.function("torch.transpose", g.input(2, 4, 3, 8), 0L, 1L);
    Node column = g.function("torch.unsqueeze", g.function("operator.getitem", a, 1L), 3L);
    Node row = g.function("torch.unsqueeze", g.function("operator.getitem", b, 1L), 2L);
    Node outer = g.function("torch.matmul", column, row);
    Node inner = g.function("torch.matmul", row, column);
    Node mixed = g.function("torch.matmul", row, outer);
    g.output(Tuple.of(outer, inner, mixed));
    List<Tensor> input = g.sample();
    try (Session session = engine.compile(g.model(), g.inputs());
        ExecutionContext context = session.newContext();
        Session reference = new ReferenceEngine().compile(g.model(), g.inputs());
        ExecutionContext expected = reference.newContext()) {
      List<Tensor> actual = context.run(input, 2);
      List<Tensor> wanted = expected.run(input, 2);
      for (int i = 0; i < 3; i++) {
        assertClose(actual.get(i), wanted.get(i));
      }
    }
  }

  @Test
  void whatFollowsAConvolutionIsFused() {
    TestGraph graph = TestNetworks.residual(2);
    try (Session session = engine.compile(graph.model(), graph.inputs())) {
      List<String> operators = session.plan().stream().map(PlanStep::operator).toList();
      assertThat(operators)
          .contains("conv2d_f32+relu", "conv2d_f32+add+relu", "conv2d_f32", "linear_f32")
          .doesNotContain("relu_f32", "add_f32");
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
    }
  }

  @Test
  void batchNormsJoinTheirConvolution() {
    TestGraph graph = TestNetworks.normalized(2);
    try (Session session = engine.compile(graph.model(), graph.inputs())) {
      assertThat(session.plan())
          .extracting(PlanStep::operator)
          .contains("batch_norm_f32+add", "conv2d_f32+mul+add+relu+relu", "linear_f32+mul+add");
    }
  }

  @Test
  void anOperatorWithoutAKernelRunsOnTheReferenceAndThePlanSaysWhy() {
    TestGraph graph = new TestGraph();
    graph.output(graph.function("torch.copysign", graph.input(2, 3), graph.input(2, 3)));
    try (Session session = engine.compile(graph.model(), graph.inputs())) {
      assertThat(session.plan())
          .filteredOn(s -> s.kernel() == PlanStep.Kernel.REFERENCE)
          .anySatisfy(
              s -> {
                assertThat(s.operator()).isEqualTo("torch.copysign");
                assertThat(s.reason()).contains("no native kernel for torch.copysign");
              });
    }
  }
}
