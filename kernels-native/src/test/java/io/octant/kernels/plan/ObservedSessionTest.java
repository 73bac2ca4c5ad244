package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.calibration.TensorStatistics;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.graph.GraphException;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.kernels.NativeEngine;
import io.octant.kernels.binding.NativeMemory;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.linear.Linear;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Prepared graphs: observers accumulate the valid samples, in whatever batches they come. */
class ObservedSessionTest {
  private final NativeEngine engine = new NativeEngine();

  private static ActivationPostProcess observer() {
    return ObserverSpec.of("torch.ao.quantization.HistogramObserver").create();
  }

  /**
   * Observers on the input, a convolution, a tensor whose batch is not the first axis, one with
   * rows of all samples in one axis, two with the batch inside of another axis, and a parameter
   * that all samples share. Every observed value but the parameter is an output, too.
   */
  private static TestGraph observed(int batch) {
    TestGraph g = new TestGraph();
    Node x = g.module("observe_x", observer(), g.input(batch, 3, 6, 6));
    Node conv = g.module("conv", new Conv2d(3, 8, 3), x);
    Node relu = g.module("observe_conv", observer(), g.function("torch.nn.functional.relu", conv));
    Node channelsFirst =
        g.module("observe_permuted", observer(), g.method("permute", relu, 1, 0, 2, 3));
    g.module("observe_flat", observer(), g.method("reshape", channelsFirst, -1, 4)); // 8 blocks
    g.module(
        "observe_twice", observer(), g.function("torch.cat", List.of(relu, relu), 0)); // 2 blocks
    Node rows = g.method("reshape", relu, -1, 4);
    Node linear = g.module("observe_rows", observer(), g.module("fc", new Linear(4, 5), rows));
    Node shared = g.module("observe_shared", observer(), g.parameter("shift", 5));
    return g.output(
        Tuple.of(x, relu, channelsFirst, linear, g.function("operator.add", linear, shared)));
  }

  private static final List<String> OUTPUT_OBSERVERS =
      List.of("observe_x", "observe_conv", "observe_permuted", "observe_rows");

  private static Tensor rows(Tensor all, List<Integer> samples, int batch) {
    int size = all.numel() / all.shape().dim(0);
    float[] values = new float[batch * size];
    Arrays.fill(values, 1e6f);
    for (int i = 0; i < samples.size(); i++) {
      System.arraycopy(all.floats(), samples.get(i) * size, values, i * size, size);
    }
    return Tensor.of(values, all.shape().withDim(0, batch).toArray());
  }

  /** Observes samples in the given order with micro-batches of a size, the last one padded. */
  private Map<String, TensorStatistics> observe(Tensor all, List<Integer> order, int batch) {
    TestGraph g = observed(batch);
    try (Session session = engine.compile(g.model(), g.inputs());
        ExecutionContext context = session.newContext()) {
      for (int from = 0; from < order.size(); from += batch) {
        List<Integer> some = order.subList(from, Math.min(from + batch, order.size()));
        context.run(List.of(rows(all, some, batch)), some.size());
      }
      return TensorStatistics.KIND.all(context.drainStatistics());
    }
  }

  @Test
  void observersSeeTheValidSamplesAndNothingElse() {
    int batch = 4;
    int valid = 3;
    TestGraph g = observed(batch);
    List<Tensor> input = g.sample();
    try (Session session = engine.compile(g.model(), g.inputs());
        ExecutionContext context = session.newContext()) {
      List<Tensor> outputs = context.run(input, valid);
      Map<String, TensorStatistics> actual = TensorStatistics.KIND.all(context.drainStatistics());
      assertThat(actual)
          .containsOnlyKeys(
              "observe_x",
              "observe_conv",
              "observe_permuted",
              "observe_flat",
              "observe_twice",
              "observe_rows",
              "observe_shared");
      for (int i = 0; i < OUTPUT_OBSERVERS.size(); i++) {
        TensorStatistics expected = new TensorStatistics();
        for (float[] part : validParts(outputs.get(i), i == 2, batch, valid)) {
          expected.update(part);
        }
        assertThat(actual.get(OUTPUT_OBSERVERS.get(i)))
            .as(OUTPUT_OBSERVERS.get(i))
            .isEqualTo(expected);
      }
      TensorStatistics shared = new TensorStatistics();
      for (int i = 0; i < valid; i++) {
        shared.update(g.model().tensor("shift").floats());
      }
      assertThat(actual.get("observe_shared")).isEqualTo(shared);
      assertThat(actual.get("observe_flat")).isEqualTo(actual.get("observe_permuted"));
      TensorStatistics twice = new TensorStatistics();
      twice.merge(actual.get("observe_conv"));
      twice.merge(actual.get("observe_conv"));
      assertThat(actual.get("observe_twice")).isEqualTo(twice);
      assertThat(TensorStatistics.KIND.all(context.drainStatistics()).values())
          .allMatch(TensorStatistics::isEmpty);
    }
  }

  private static List<float[]> validParts(Tensor t, boolean batchSecond, int batch, int valid) {
    int outer = batchSecond ? t.shape().dim(0) : 1;
    int sample = t.numel() / outer / batch;
    List<float[]> parts = new ArrayList<>();
    for (int o = 0; o < outer; o++) {
      parts.add(
          Arrays.copyOfRange(t.floats(), o * batch * sample, o * batch * sample + valid * sample));
    }
    return parts;
  }

  @Test
  void statisticsAreAFunctionOfTheSamplesAlone() {
    Tensor all = new TestGraph().values(11, 3, 6, 6);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      order.add(i);
    }
    Map<String, TensorStatistics> expected = new HashMap<>(observe(all, order, 4));
    for (int batch : new int[] {1, 3, 8, 11, 16}) {
      Collections.shuffle(order, new Random(batch));
      assertThat(observe(all, order, batch)).as("batch of %s", batch).isEqualTo(expected);
    }
  }

  /**
   * Two tensors and a constant of every sample on one accumulator, whose counters are emptied
   * before their sum passes the limit, within a run and within the constant.
   */
  @Test
  void countersAreEmptiedBeforeTheyCanWrap() {
    TestGraph g = new TestGraph();
    ActivationPostProcess one = observer();
    Node x = g.module("first", one, g.input(6, 10));
    Node y = g.module("second", one, g.function("torch.neg", x));
    Node constant = g.module("third", one, g.parameter("table", 25));
    g.output(Tuple.of(y, constant));
    List<Tensor> input = g.sample();
    Map<String, TensorStatistics> expected = new HashMap<>();
    for (long limit : new long[] {CompiledContext.COUNTER_LIMIT, 1000, 210, 130, 60}) {
      try (CompiledSession session = CompiledSession.compile(g.model(), g.inputs());
          CompiledContext context = session.newContext(limit, NativeMemory::new)) {
        for (int valid : new int[] {6, 5, 6, 0, 1}) {
          context.run(input, valid);
          assertThat(context.counted(0)).as("limit %s", limit).isLessThanOrEqualTo(limit);
        }
        Map<String, TensorStatistics> actual = TensorStatistics.KIND.all(context.drainStatistics());
        assertThat(actual.get("first").count()).isEqualTo((6 + 5 + 6 + 1) * 45);
        if (limit == CompiledContext.COUNTER_LIMIT) {
          expected.putAll(actual);
        }
        assertThat(actual).as("limit %s", limit).isEqualTo(expected);
      }
    }
    assertThat(engine.liveObjects()).isZero();
  }

  @Test
  void anObserverCalledTwiceCountsBothUnderItsFirstPath() {
    TestGraph g = new TestGraph();
    ActivationPostProcess one = observer();
    Node x = g.module("first", one, g.input(2, 3));
    Node y = g.module("second", one, g.function("operator.mul", x, 2.0));
    g.output(y);
    List<Tensor> input = g.sample();
    try (Session session = engine.compile(g.model(), g.inputs());
        ExecutionContext context = session.newContext()) {
      Tensor doubled = context.run(input, 2).get(0);
      TensorStatistics both = new TensorStatistics();
      both.update(input.get(0).floats());
      both.update(doubled.floats());
      assertThat(context.drainStatistics()).isEqualTo(Map.of("first", both));
    }
  }

  @Test
  void whatMixesSamplesIsRefusedUnlessThereIsOne() {
    for (int batch : new int[] {1, 2, 8}) {
      TestGraph g = new TestGraph();
      Node x = g.input(batch, 3, 4);
      Node mean = g.function("torch.mean", x, List.of(0L), true);
      g.output(g.module("observer", observer(), g.function("operator.sub", x, mean)));
      if (batch == 1) {
        engine.compile(g.model(), g.inputs()).close();
      } else {
        assertThatThrownBy(() -> engine.compile(g.model(), g.inputs()))
            .isInstanceOf(GraphException.class)
            .hasMessageContaining("node mean: it mixes the samples of the batch")
            .hasMessageContaining("a batch of 1");
      }
    }
  }
}
