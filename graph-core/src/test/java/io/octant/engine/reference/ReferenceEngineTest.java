package io.octant.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.calibration.TensorStatistics;
import io.octant.engine.ExecutionContext;
import io.octant.engine.MemoryBudget;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.quantization.observer.MinMaxObserver;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ReferenceEngineTest {
  private final ReferenceEngine engine = new ReferenceEngine();

  /**
   * Observes the input, a product whose batch moved to axis 1, a merged batch, and a constant; the
   * last two share an observer.
   */
  private static GraphModule observed() {
    Graph g = new Graph();
    Node x = g.placeholder("x"); // [B, 3, 2]
    Node x0 = g.callModule("obs_0", x);
    Node moved = g.callFunction(FunctionType.of("torch.transpose"), x0, 0L, 1L);
    Node moved1 = g.callModule("obs_1", moved);
    Node back = g.callFunction(FunctionType.of("torch.transpose"), moved1, 0L, 1L);
    Node merged = g.callMethod("reshape", back, -1L, 2L); // [B · 3, 2]
    Node merged2 = g.callModule("obs_2", merged);
    Node offset = g.callModule("obs_3", g.getAttr("offset"));
    g.output(g.callFunction(FunctionType.of("operator.add"), merged2, offset));
    GraphModule module = new GraphModule(g, ReferenceOperators.standard());
    module.setBuffer("offset", Tensor.of(new float[] {10, -20}, 2));
    for (String name : List.of("obs_0", "obs_1", "obs_2")) {
      module.setChild(name, observer());
    }
    module.setChild("obs_3", module.module("obs_2"));
    return module.lint();
  }

  private static MinMaxObserver observer() {
    return (MinMaxObserver)
        new ObserverSpec("torch.ao.quantization.MinMaxObserver", Map.of()).create();
  }

  private static Tensor samples(int from, int batch, int valid) {
    float[] out = new float[batch * 6];
    for (int i = 0; i < out.length; i++) {
      out[i] = i < valid * 6 ? from * 6 + i : 1e9f; // padding that would be seen
    }
    return Tensor.of(out, batch, 3, 2);
  }

  private static List<TensorSpec> specs(int batch) {
    return List.of(new TensorSpec("x", DType.FLOAT32, Shape.of(batch, 3, 2)));
  }

  private Map<String, TensorStatistics> observe(int total, int batch) {
    return observe(observed(), total, batch);
  }

  private Map<String, TensorStatistics> observe(GraphModule model, int total, int batch) {
    try (Session session = engine.compile(model, specs(batch));
        ExecutionContext context = session.newContext()) {
      for (int from = 0; from < total; from += batch) {
        int valid = Math.min(batch, total - from);
        context.run(List.of(samples(from, batch, valid)), valid);
      }
      return TensorStatistics.KIND.all(context.drainStatistics());
    }
  }

  @Test
  void statisticsDependOnTheSamplesAndNotOnTheMicroBatches() {
    Map<String, TensorStatistics> one = observe(7, 1);
    assertThat(one).containsOnlyKeys("obs_0", "obs_1", "obs_2");
    TensorStatistics expected = new TensorStatistics();
    float[] values = new float[42];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    expected.update(values);
    assertThat(one.get("obs_0")).isEqualTo(expected);
    assertThat(one.get("obs_1")).isEqualTo(expected);
    for (int i = 0; i < 7; i++) {
      expected.update(new float[] {10, -20}); // the constant, once a sample
    }
    assertThat(one.get("obs_2")).isEqualTo(expected);
    for (int batch : new int[] {2, 3, 5, 7, 8}) {
      assertThat(observe(7, batch)).as("micro-batches of %d", batch).isEqualTo(one);
    }
  }

  @Test
  void drainingStartsAnew() {
    try (Session session = engine.compile(observed(), specs(2));
        ExecutionContext context = session.newContext()) {
      context.run(List.of(samples(0, 2, 2)), 2);
      assertThat(TensorStatistics.KIND.all(context.drainStatistics()).get("obs_0").count())
          .isEqualTo(12);
      assertThat(TensorStatistics.KIND.all(context.drainStatistics()).get("obs_0").isEmpty())
          .isTrue();
    }
  }

  @Test
  void theModelsOwnObserversAreNotTouched() {
    GraphModule model = observed();
    Map<String, Tensor> before = Map.copyOf(model.module("obs_0").buffers());
    try (Session session = engine.compile(model, specs(2));
        ExecutionContext context = session.newContext()) {
      context.run(List.of(samples(0, 2, 2)), 2);
    }
    assertThat(model.module("obs_0").buffers()).isEqualTo(before);
  }

  @Test
  void threadsShareASession() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Session session = engine.compile(observed(), specs(2))) {
      List<Future<Map<String, TensorStatistics>>> results = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int from = t * 2;
        results.add(
            threads.submit(
                () -> {
                  try (ExecutionContext context = session.newContext()) {
                    context.run(List.of(samples(from, 2, 2)), 2);
                    return TensorStatistics.KIND.all(context.drainStatistics());
                  }
                }));
      }
      TensorStatistics all = new TensorStatistics();
      for (Future<Map<String, TensorStatistics>> f : results) {
        all.merge(f.get().get("obs_2"));
      }
      assertThat(all).isEqualTo(observe(8, 8).get("obs_2"));
    } finally {
      threads.shutdown();
    }
  }

  private static GraphModule timeMajorAndTwice() {
    Graph g = new Graph();
    Node x = g.placeholder("x"); // [B, 3, 2]
    Node moved = g.callFunction(FunctionType.of("torch.transpose"), x, 0L, 1L);
    Node merged = g.callMethod("reshape", moved, -1L, 2L); // [3 · B, 2]: samples interleaved
    Node twice = g.callFunction(FunctionType.of("torch.cat"), List.of(x, x), 0L);
    g.output(Tuple.of(g.callModule("merged", merged), g.callModule("twice", twice)));
    GraphModule module = new GraphModule(g, ReferenceOperators.standard());
    module.setChild("merged", observer());
    module.setChild("twice", observer());
    return module;
  }

  @Test
  void samplesMayLieInsideOfOtherAxes() {
    Map<String, TensorStatistics> one = observe(timeMajorAndTwice(), 7, 1);
    assertThat(one.get("merged").count()).isEqualTo(42);
    assertThat(one.get("twice").count()).isEqualTo(84);
    for (int batch : new int[] {2, 3, 4, 5, 7, 8}) {
      assertThat(observe(timeMajorAndTwice(), 7, batch)).as("batch %d", batch).isEqualTo(one);
    }
  }

  /** A parameter expanded to the batch, alone, and joined to the samples as a class token. */
  private static GraphModule expandedToken() {
    Graph g = new Graph();
    Node x = g.placeholder("x"); // [B, 3, 2]
    Node size = g.callMethod("size", x, 0L);
    Node token = g.callModule("token", g.callMethod("expand", g.getAttr("cls"), size, -1L, -1L));
    Node rows = g.callModule("rows", g.callMethod("reshape", token, -1L, 1L));
    Node joined = g.callFunction(FunctionType.of("torch.cat"), List.of(token, x), 1L);
    g.output(Tuple.of(rows, g.callModule("joined", joined)));
    GraphModule module = new GraphModule(g, ReferenceOperators.standard());
    module.setBuffer("cls", Tensor.of(new float[] {10, -20}, 1, 1, 2));
    for (String name : List.of("token", "rows", "joined")) {
      module.setChild(name, observer());
    }
    return module;
  }

  @Test
  void whatIsExpandedToTheBatchCountsOnceForEachSample() {
    TensorStatistics expected = new TensorStatistics();
    for (int i = 0; i < 7; i++) {
      expected.update(new float[] {10, -20});
    }
    for (int batch : new int[] {1, 2, 3, 4, 7, 8}) {
      Map<String, TensorStatistics> found = observe(expandedToken(), 7, batch);
      assertThat(found.get("token")).as("batch %d", batch).isEqualTo(expected);
      assertThat(found.get("rows")).as("batch %d", batch).isEqualTo(expected);
      assertThat(found.get("joined").count()).isEqualTo(7 * 8);
    }
  }

  @Test
  void whatMixesSamplesIsRefusedWhereItIsObserved() {
    Graph g = new Graph();
    Node x = g.placeholder("x");
    Node mean = g.callFunction(FunctionType.of("torch.mean"), x, List.of(0L), true);
    g.output(g.callModule("obs", g.callFunction(FunctionType.of("operator.sub"), x, mean)));
    GraphModule module = new GraphModule(g, ReferenceOperators.standard());
    module.setChild("obs", observer());
    assertThatThrownBy(() -> engine.compile(module, specs(2)))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("Cannot tell the samples of node obs apart: node mean: it mixes");
    engine.compile(module, specs(1)).close();
  }

  @Test
  void aMeanOfTheBatchNeedsNoObservationByTheObserverOfItsInput() {
    for (int batch : new int[] {2, 4}) {
      Graph g = new Graph();
      Node x = g.callModule("obs", g.placeholder("x"));
      Node mean = g.callFunction(FunctionType.of("torch.mean"), x, List.of(0L));
      g.output(g.callModule("obs_again", mean));
      GraphModule module = new GraphModule(g, ReferenceOperators.standard());
      module.setChild("obs", observer());
      module.setChild("obs_again", module.module("obs"));
      assertThat(observe(module, 3, batch).get("obs").count()).isEqualTo(18);
    }
  }

  @Test
  void wrongInputsAreNamed() {
    try (Session session = engine.compile(observed(), specs(2));
        ExecutionContext context = session.newContext()) {
      assertThatThrownBy(() -> context.run(List.of(samples(0, 3, 3)), 2))
          .isInstanceOf(OctantException.class)
          .hasMessageContaining("input x")
          .hasMessageContaining("expected torch.float32[2, 3, 2]");
      assertThatThrownBy(() -> context.run(List.of(samples(0, 2, 2)), 3))
          .isInstanceOf(OctantException.class)
          .hasMessageContaining("3 valid samples, expected 0 to 2");
      assertThatThrownBy(() -> context.run(List.of(), 0)).isInstanceOf(OctantException.class);
    }
    assertThatThrownBy(() -> engine.compile(observed(), List.of()))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("0 input shapes, expected 1");
  }

  @Test
  void useAfterCloseIsAnError() {
    Session session = engine.compile(observed(), specs(2));
    ExecutionContext context = session.newContext();
    context.close();
    assertThatThrownBy(() -> context.run(List.of(samples(0, 2, 2)), 2))
        .isInstanceOf(IllegalStateException.class);
    session.close();
    assertThatThrownBy(session::newContext).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void thePlanListsEveryStepAsReference() {
    try (Session session = engine.compile(observed(), specs(2))) {
      assertThat(session.plan())
          .extracting(PlanStep::kernel)
          .containsOnly(PlanStep.Kernel.REFERENCE);
      assertThat(session.plan()).extracting(PlanStep::operator).contains("torch.transpose");
      assertThat(session.outputs())
          .containsExactly(new TensorSpec("output_0", DType.FLOAT32, Shape.of(6, 2)));
      assertThat(session.memory().sharedBytes()).isPositive();
      assertThat(session.memory().contextBytes()).isGreaterThanOrEqualTo(2 * 48);
    }
    assertThat(engine.name()).isEqualTo("reference");
    assertThat(engine.isa()).isEqualTo("java");
  }

  /** What a graph takes is known before anything is allocated. */
  @Test
  void graphsThatDoNotFitInMemoryAreRefusedByNode() {
    Graph graph = new Graph();
    Node x = graph.placeholder("x");
    Node first = graph.callFunction(FunctionType.of("torch.relu"), x);
    Node second = graph.callFunction(FunctionType.of("torch.neg"), first);
    graph.output(second);
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    List<TensorSpec> inputs = List.of(new TensorSpec("x", DType.FLOAT32, Shape.of(4, 25)));
    // 100 values of x and relu alive, 200 of them as doubles
    long needed = 2 * 400 + 200 * 8;
    assertThatThrownBy(
            () -> new ReferenceSession(model, inputs, new MemoryBudget(needed - 1, "this test's")))
        .isInstanceOf(OctantException.class)
        .hasMessage(
            "Cannot compile node relu (torch.relu): with what is alive beside it it takes "
                + needed
                + " bytes, expected at most "
                + (needed - 1)
                + ", this test's; fewer samples at once take less");
    // x stays the caller's, relu and neg are alive together
    assertThatThrownBy(
            () -> new ReferenceSession(model, inputs, new MemoryBudget(needed, "this test's")))
        .hasMessageContaining("Cannot compile node neg (torch.neg)");
    new ReferenceSession(model, inputs, new MemoryBudget(needed + 400, "this test's")).close();
  }
}
