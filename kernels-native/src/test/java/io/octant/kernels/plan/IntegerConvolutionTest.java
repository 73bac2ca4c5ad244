package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.kernels.NativeEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Integers of a known range are convolved natively, to the integers of the reference engine. */
class IntegerConvolutionTest {
  @ParameterizedTest(name = "{0} channels in {1} groups, weights {2} to {3}")
  @CsvSource({
    "4, 1, -128, 127, conv2d_s32_as_f32",
    "4, 4, -128, 127, conv2d_s32_as_f32",
    "160, 1, 126, 127, add_S32", // 160 · 9 · 127 · 154 > 2^24: high and low digits apart
    "160, 1, -128, -127, add_S32",
  })
  void sumsAreExact(int channels, int groups, int low, int high, String operator) {
    TestGraph graph = convolution(channels, groups, low, high, true);

    assertThat(run(new NativeEngine(), graph)).isEqualTo(run(new ReferenceEngine(), graph));
    assertThat(plan(graph)).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
    assertThat(plan(graph)).extracting(PlanStep::operator).contains(operator);
  }

  @ParameterizedTest
  @CsvSource({"4, false, needs integers of a known range", "2000, true, sums beyond 2^24 of"})
  void whatIsNotKnownToBeExactStaysInJava(int channels, boolean bounded, String reason) {
    TestGraph graph = convolution(channels, 1, 120, 127, bounded);

    assertThat(run(new NativeEngine(), graph)).isEqualTo(run(new ReferenceEngine(), graph));
    assertThat(plan(graph))
        .filteredOn(s -> s.kernel() == PlanStep.Kernel.REFERENCE)
        .singleElement()
        .satisfies(s -> assertThat(s.reason()).startsWith(reason));
  }

  /** Bytes less their zero point through one convolution. */
  private static TestGraph convolution(
      int channels, int groups, int low, int high, boolean bounded) {
    TestGraph graph = new TestGraph();
    Node x = graph.function("operator.mul", graph.input(1, channels, 5, 6), 300.0);
    Node bytes = graph.function("torch.clamp", x, 0.0, 255.0);
    Node whole =
        bounded
            ? graph.method("to", graph.method("to", bytes, DType.UINT8), DType.INT32)
            : graph.method("to", bytes, DType.INT32);
    Node zero = graph.buffer("zero", Tensor.of(DType.INT32, Shape.SCALAR, new int[] {101}));
    Node centred = graph.function("operator.sub", whole, zero);
    int[] weights = new Random(5).ints(8 * channels / groups * 9, low, high + 1).toArray();
    Node weight =
        graph.buffer(
            "weight", Tensor.of(DType.INT32, Shape.of(8, channels / groups, 3, 3), weights));
    Tuple ones = Tuple.of(1L, 1L);
    return graph.output(
        graph.function(
            "torch.nn.functional.conv2d",
            centred,
            weight,
            None.NONE,
            ones,
            ones,
            ones,
            (long) groups));
  }

  private static List<PlanStep> plan(TestGraph graph) {
    try (Session session = new NativeEngine().compile(graph.model(), graph.inputs())) {
      return session.plan();
    }
  }

  private static int[] run(Engine engine, TestGraph graph) {
    List<Tensor> sample = new ArrayList<>();
    graph.inputs().forEach(in -> sample.add(noise(in.shape())));
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      return context.run(sample, 1).get(0).ints();
    }
  }

  private static Tensor noise(Shape shape) {
    Random random = new Random(3);
    float[] out = new float[shape.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = random.nextFloat();
    }
    return Tensor.of(DType.FLOAT32, shape, out);
  }
}
