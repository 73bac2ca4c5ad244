package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.Node;
import io.octant.kernels.NativeEngine;
import io.octant.kernels.binding.NativeLibrary;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which convolutions run by Winograd, with what joins them, and what the reference makes of it. */
class WinogradLoweringTest {
  private final NativeEngine engine = new NativeEngine();

  /** Joins a convolution; the second node is a tensor like its result. */
  @FunctionalInterface
  private interface Joined {
    Node to(TestGraph g, Node result, Node like);
  }

  private static TestGraph graph(ConvSettings settings, int in, int size, Joined joined) {
    TestGraph g = new TestGraph();
    Node x = g.input(3, in, size, size);
    Node y = g.module("conv", new Conv2d(settings), x);
    Node like = g.module("other", new Conv2d(settings), x);
    return g.output(joined.to(g, y, like));
  }

  private static ConvSettings settings(int in, int out) {
    return ConvSettings.of(in, out, 3).withPadding(1);
  }

  private static String f(String name) {
    return "torch.nn.functional." + name;
  }

  private List<PlanStep> check(TestGraph g) {
    List<Tensor> sample = g.sample();
    try (Session session = engine.compile(g.model(), g.inputs());
        ExecutionContext context = session.newContext()) {
      NativeAgainstReferenceTest.assertClose(
          context.run(sample, 3).get(0), (Tensor) g.model().run(sample.toArray()));
      return session.plan().stream()
          .filter(s -> s.kernel() == PlanStep.Kernel.NATIVE && s.operator().startsWith("conv2d"))
          .toList();
    } finally {
      assertThat(engine.liveObjects()).isZero();
    }
  }

  private static boolean hasLoops() {
    return NativeLibrary.find().orElseThrow().variants().contains("avx2");
  }

  private static void assertWinograd(List<PlanStep> convolutions) {
    assertThat(convolutions).hasSize(2);
    assertThat(convolutions).allMatch(s -> s.implementation().startsWith("winograd") == hasLoops());
  }

  @Test
  void whatJoinsIsPartOfTheKernel() {
    List<PlanStep> plan =
        check(
            graph(
                settings(32, 48),
                32,
                9,
                (g, y, like) -> g.function("torch.relu", g.function("torch.add", y, like))));
    assertWinograd(plan);
    assertThat(plan).extracting(PlanStep::operator).contains("conv2d_f32", "conv2d_f32+add+relu");
  }

  @Test
  void whatItDoesNotJoinIsAKernelOfItsOwn() {
    assertWinograd(
        check(
            graph(
                settings(32, 32),
                32,
                8,
                (g, y, like) -> g.function("torch.mul", g.function(f("silu"), y), like))));
  }

  @Test
  void nanPassesTheClampBehindWhatItDoesNotJoin() {
    for (String clamp : List.of("relu", "relu6")) {
      TestGraph g =
          graph(
              settings(32, 32),
              32,
              8,
              (h, y, like) ->
                  h.function(f(clamp), h.function("torch.mul", h.function(f("silu"), y), like)));
      float[] values = g.sample().get(0).floats().clone();
      values[32 * 64 + 5 * 64 + 20] = Float.NaN;
      List<Tensor> input = List.of(Tensor.of(values, 3, 32, 8, 8));
      float[] expected = ((Tensor) g.model().run(input.toArray())).floats();
      try (Session session = engine.compile(g.model(), g.inputs());
          ExecutionContext context = session.newContext()) {
        float[] actual = context.run(input, 3).get(0).floats();
        for (int i = 0; i < expected.length; i++) {
          assertThat(Float.isNaN(actual[i]))
              .as("%s: value %s, %s for %s", clamp, i, actual[i], expected[i])
              .isEqualTo(Float.isNaN(expected[i]));
        }
      }
    }
  }

  @Test
  void convolutionsOfFewChannelsOrTilesOrAnotherWindowAreSumsOfProducts() {
    List<ConvSettings> others =
        List.of(
            settings(24, 32),
            settings(32, 40),
            settings(32, 16),
            settings(32, 32).withStride(2),
            settings(32, 32).withDilation(2),
            settings(32, 32).withGroups(2),
            ConvSettings.of(32, 32, 5).withPadding(2));
    for (ConvSettings settings : others) {
      TestGraph g =
          graph(
              settings,
              settings.inChannels(),
              12,
              (h, y, like) -> h.function("torch.add", y, like));
      assertThat(check(g)).noneMatch(s -> s.implementation().startsWith("winograd"));
    }
    TestGraph small =
        graph(settings(32, 32), 32, 5, (h, y, like) -> h.function("torch.add", y, like));
    assertThat(check(small)).noneMatch(s -> s.implementation().startsWith("winograd"));
  }

  @Test
  void weightsThatAreNotFiniteKeepTheirProducts() {
    TestGraph g = new TestGraph();
    Conv2d conv = new Conv2d(settings(32, 32));
    g.output(g.module("conv", conv, g.input(1, 32, 8, 8)));
    float[] weight = conv.tensor("weight").floats().clone();
    weight[4] = Float.POSITIVE_INFINITY;
    conv.setParameter("weight", Tensor.of(weight, 32, 32, 3, 3));
    List<Tensor> sample = g.sample();
    try (Session session = engine.compile(g.model(), g.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.implementation().startsWith("winograd"));
      float[] actual = context.run(sample, 1).get(0).floats();
      float[] expected = ((Tensor) g.model().run(sample.toArray())).floats();
      for (int i = 0; i < expected.length; i++) {
        assertThat(Float.isFinite(actual[i])).isEqualTo(Float.isFinite(expected[i]));
      }
    }
  }
}
