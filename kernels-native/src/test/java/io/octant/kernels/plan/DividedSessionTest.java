package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.calibration.TensorStatistics;
import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.kernels.NativeEngine;
import io.octant.nn.activation.ReLU6;
import io.octant.nn.control.Conditional;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.quantization.observer.ActivationLimits;
import io.octant.quantization.observer.GridHistogramObserver;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Batches that run in parts: nobody notices but the clock. */
class DividedSessionTest {
  private static final int BATCH = 8;

  private final NativeEngine engine = new NativeEngine();

  /** The samples of a part; those of the batch where it is not divided. */
  private static int samples(GraphModule model, List<TensorSpec> inputs) {
    MicroBatch.Part part = MicroBatch.findPart(model, inputs);
    return part == null ? TensorSpec.batch(inputs) : part.samples();
  }

  /** A sample's largest value has 64 · 128 · 128 floats, which is 4 MB: two samples at once. */
  private static TestGraph large(int batch) {
    TestGraph g = new TestGraph();
    Node x = g.input(batch, 3, 128, 128);
    Node conv = g.module("conv", new Conv2d(ConvSettings.of(3, 64, 3).withPadding(1)), x);
    MergeableObserver<?> observer =
        (MergeableObserver<?>) ObserverSpec.of(GridHistogramObserver.TYPE).create();
    Node before = g.module("before", (GridHistogramObserver) observer, conv);
    Node after =
        g.module("after", (GridHistogramObserver) observer, g.module("relu6", new ReLU6(), before));
    Node head = g.module("head", new Conv2d(64, 4, 3), after);
    return g.output(Tuple.of(head, g.method("mean", head, List.of(2L, 3L))));
  }

  private static TestGraph evaluated(TestGraph g) {
    g.model().train(false);
    ActivationLimits.apply(g.model());
    return g;
  }

  @Test
  void partsGiveWhatTheyGiveByThemselves() {
    TestGraph whole = evaluated(large(BATCH));
    TestGraph part = evaluated(large(2));
    assertThat(samples(whole.model(), whole.inputs())).isEqualTo(2);
    List<Tensor> input = whole.sample();
    int valid = 5;
    try (Session divided = engine.compile(whole.model(), whole.inputs());
        ExecutionContext context = divided.newContext();
        Session two = CompiledSession.compile(part.model(), part.inputs());
        ExecutionContext alone = two.newContext()) {
      assertThat(divided.inputs()).isEqualTo(whole.inputs());
      List<Tensor> outputs = context.run(input, valid);

      List<List<Tensor>> parts = new ArrayList<>();
      for (int i = 0; i < BATCH; i += 2) {
        parts.add(
            alone.run(
                List.of(Rows.cut(input.get(0), i, i + 2)), Math.max(0, Math.min(2, valid - i))));
      }
      for (int o = 0; o < outputs.size(); o++) {
        int output = o;
        assertThat(outputs.get(o))
            .isEqualTo(Rows.join(parts.stream().map(p -> p.get(output)).toList()));
        assertThat(divided.outputs().get(o).shape()).isEqualTo(outputs.get(o).shape());
      }
      Map<String, TensorStatistics> seen = TensorStatistics.KIND.all(context.drainStatistics());
      assertThat(seen).isEqualTo(TensorStatistics.KIND.all(alone.drainStatistics()));
      assertThat(seen.get("before").count()).isEqualTo(valid * 64L * 128 * 128);
    }
  }

  /** The convolution and its clamp stay one kernel: the observer counts behind both. */
  @Test
  void aClampIsObservedOnceAndStaysFused() {
    TestGraph g = evaluated(large(2));
    try (Session session = engine.compile(g.model(), g.inputs())) {
      assertThat(session.plan())
          .extracting(PlanStep::operator)
          .contains("conv2d_f32+relu6")
          .filteredOn("observe_f32"::equals)
          .hasSize(1);
    }
  }

  @Test
  void anInputThatIsHandedOutStaysAsItIs() {
    TestGraph g = new TestGraph();
    Node x = g.input(BATCH, 64, 128, 128);
    Node conv = g.module("conv", new Conv2d(ConvSettings.of(64, 64, 1)), x);
    TestGraph handing = g.output(Tuple.of(conv, x, g.method("flatten", x, 1L)));
    handing.model().train(false);
    assertThat(samples(handing.model(), handing.inputs())).isEqualTo(2);
    List<Tensor> input = handing.sample();
    try (Session divided = engine.compile(handing.model(), handing.inputs());
        ExecutionContext context = divided.newContext()) {
      List<Tensor> outputs = context.run(input, BATCH);
      assertThat(outputs.get(1)).isEqualTo(input.get(0));
      assertThat(outputs.get(2).floats()).isEqualTo(input.get(0).floats());
    }
  }

  @Test
  void whatMixesSamplesRunsWhole() {
    TestGraph g = new TestGraph();
    Node x = g.input(BATCH, 64, 128, 128);
    TestGraph mixing = g.output(g.function("operator.sub", x, g.method("mean", x, 0L)));
    mixing.model().train(false);
    assertThat(samples(mixing.model(), mixing.inputs())).isEqualTo(BATCH);
  }

  @Test
  void whatHasItsBatchBuiltInRunsWhole() {
    TestGraph g = new TestGraph();
    Node x = g.input(BATCH, 64, 128, 128);
    TestGraph fixed = g.output(g.method("reshape", x, (long) BATCH, -1L));
    fixed.model().train(false);
    assertThat(samples(fixed.model(), fixed.inputs())).isEqualTo(BATCH);
  }

  @Test
  void outputsOfSeveralBlocksRunWhole() {
    TestGraph g = new TestGraph();
    Node x = g.input(BATCH, 64, 128, 128);
    TestGraph twice = g.output(g.function("torch.cat", List.of(x, x), 0L));
    twice.model().train(false);
    assertThat(samples(twice.model(), twice.inputs())).isEqualTo(BATCH);
  }

  @Test
  void smallValuesAndSmallBatchesRunWhole() {
    TestGraph residual = TestNetworks.residual(BATCH);
    residual.model().train(false);
    assertThat(samples(residual.model(), residual.inputs())).isEqualTo(BATCH);
    TestGraph two = evaluated(large(2));
    assertThat(samples(two.model(), two.inputs())).isEqualTo(2);
  }

  @Test
  void trainingRunsWhole() {
    TestGraph g = large(BATCH);
    g.model().train(true);
    assertThat(samples(g.model(), g.inputs())).isEqualTo(BATCH);
  }

  @Test
  void aSharedInputRunsWhole() {
    TestGraph g = new TestGraph();
    Node sum = g.function("operator.add", wide(g), g.input(64, 128, 128));
    g.output(sum).model().train(false);
    TensorSpec x = g.inputs().get(0);
    TensorSpec y = g.inputs().get(1);
    List<TensorSpec> inputs = List.of(x, new TensorSpec(y.name(), y.dtype(), y.shape(), -1));
    assertThat(samples(g.model(), inputs)).isEqualTo(BATCH);
  }

  @Test
  void eightBitsRunWhole() {
    TestGraph g = new TestGraph();
    Node floats = g.function("torch.neg", wide(g));
    Node integers = g.function("torch.quantize_per_tensor", floats, 0.1, 3L, DType.QUINT8);
    g.output(g.method("dequantize", integers)).model().train(false);
    assertThat(samples(g.model(), g.inputs())).isEqualTo(BATCH);

    TestGraph same = new TestGraph();
    same.output(same.function("torch.neg", wide(same))).model().train(false);
    assertThat(samples(same.model(), same.inputs())).isEqualTo(2);
  }

  /** A value of 4 MB a sample, so that only what else is in the graph keeps it whole. */
  private static Node wide(TestGraph g) {
    return g.input(BATCH, 64, 128, 128);
  }

  private static int samples(TestGraph g, Object output) {
    g.output(output);
    g.model().train(false);
    return samples(g.model(), g.inputs());
  }

  private static Node batchOf(TestGraph g, Node x) {
    return g.method("size", x, 0L);
  }

  @Test
  void samplesComputedWithTheirNumberRunWhole() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    assertThat(samples(g, g.function("operator.truediv", x, batchOf(g, x)))).isEqualTo(BATCH);
  }

  @Test
  void samplesComputedWithTheirPositionRunWhole() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    Node positions = g.method("view", g.function("torch.arange", batchOf(g, x)), -1L, 1L, 1L, 1L);
    assertThat(samples(g, g.function("operator.add", x, positions))).isEqualTo(BATCH);
  }

  @Test
  void theSizeInATensorIsSeen() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    Node shape = g.function("torch._shape_as_tensor", x);
    Node first = g.function("operator.getitem", shape, 0L);
    assertThat(samples(g, g.function("operator.mul", x, first))).isEqualTo(BATCH);
  }

  @Test
  void theNumberOfSamplesAsAnAmountRunsWhole() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    Node full = g.function("torch.full", Tuple.of(batchOf(g, x), 1L, 1L, 1L), batchOf(g, x));
    assertThat(samples(g, g.function("operator.add", x, full))).isEqualTo(BATCH);
  }

  @Test
  void whatHasGraphsOfItsOwnRunsWhole() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    Node condition = g.buffer("condition", Tensor.of(DType.BOOL, Shape.of(1), new int[] {1}));
    Conditional branches = Conditional.of(overItsSize(), overItsSize());
    assertThat(samples(g, g.module("if", branches, condition, x))).isEqualTo(BATCH);
  }

  private static GraphModule overItsSize() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    return g.output(g.function("operator.truediv", x, batchOf(g, x))).model();
  }

  @Test
  void runningSumsOverSamplesRunWhole() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    Node sums = g.function("torch.cumsum", g.function("torch.ones_like", x), 0L);
    assertThat(samples(g, g.function("operator.add", x, sums))).isEqualTo(BATCH);
  }

  /** At a few samples the cut is empty, and nothing seems to move. */
  @Test
  void samplesMovedByALiteralRunWhole() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    Node last = g.function("operator.getitem", x, new Slice(4L, None.NONE, None.NONE));
    Node first = g.function("operator.getitem", x, new Slice(None.NONE, 4L, None.NONE));
    assertThat(samples(g, g.function("torch.cat", List.of(last, first), 0L))).isEqualTo(BATCH);
  }

  @Test
  void shapesByTheNumberOfSamplesAreDivided() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    Node rows = g.method("reshape", x, batchOf(g, x), 64L, -1L);
    Node token = g.method("expand", g.parameter("token", 1, 64, 1), batchOf(g, x), -1L, -1L);
    Node zeros = g.function("torch.zeros", Tuple.of(batchOf(g, x), 64L, 1L));
    assertThat(samples(g, g.function("torch.cat", List.of(token, rows, zeros), 2L))).isEqualTo(2);
  }

  @Test
  void observersOfWhatSamplesShareRunWhole() {
    TestGraph h = new TestGraph();
    Node observer =
        h.module(
            "seen",
            (Module) ObserverSpec.of(GridHistogramObserver.TYPE).create(),
            h.parameter("scale", 64, 1, 1));
    assertThat(samples(h, h.function("operator.mul", wide(h), observer))).isEqualTo(BATCH);
  }

  /** Values that all samples compute with, in parts as in the whole. */
  @Test
  void positionsAreThoseOfTheWhole() {
    TestGraph g = new TestGraph();
    Node x = wide(g);
    Node positions = g.method("view", g.function("torch.arange", batchOf(g, x)), -1L, 1L, 1L, 1L);
    Node moved = g.function("operator.add", g.module("relu", new ReLU6(), x), positions);
    Node shared = g.function("operator.truediv", moved, batchOf(g, x));
    g.output(g.method("mean", shared, List.of(1L, 2L, 3L)));
    g.model().train(false);
    List<Tensor> inputs = g.sample();
    try (Session ours = engine.compile(g.model(), g.inputs());
        ExecutionContext context = ours.newContext();
        Session reference = new ReferenceEngine().compile(g.model(), g.inputs());
        ExecutionContext expected = reference.newContext()) {
      float[] found = context.run(inputs, BATCH).get(0).floats();
      float[] right = expected.run(inputs, BATCH).get(0).floats();
      for (int i = 0; i < BATCH; i++) {
        assertThat(found[i]).isCloseTo(right[i], within(1e-4f));
      }
    }
  }

  /** Behind a clamp as before it: what is no number is told apart by both engines alike. */
  @Test
  void clampedValuesThatAreNotFiniteAreCountedAlike() {
    TestGraph g = new TestGraph();
    Node x = g.input(2, 4);
    GridHistogramObserver observer =
        (GridHistogramObserver) ObserverSpec.of(GridHistogramObserver.TYPE).create();
    Node clamped = g.module("relu6", new ReLU6(), g.module("before", observer, x));
    evaluated(g.output(g.module("after", observer, clamped)));
    float inf = Float.POSITIVE_INFINITY;
    List<Tensor> inputs =
        List.of(Tensor.of(new float[] {1, Float.NaN, inf, -inf, 7, -1, 0, Float.NaN}, 2, 4));
    try (Session ours = engine.compile(g.model(), g.inputs());
        ExecutionContext context = ours.newContext();
        Session reference = new ReferenceEngine().compile(g.model(), g.inputs());
        ExecutionContext expected = reference.newContext()) {
      assertThat(context.run(inputs, 2)).isEqualTo(expected.run(inputs, 2));
      assertThat(TensorStatistics.KIND.all(context.drainStatistics()))
          .isNotEmpty()
          .isEqualTo(TensorStatistics.KIND.all(expected.drainStatistics()));
    }
  }
}
