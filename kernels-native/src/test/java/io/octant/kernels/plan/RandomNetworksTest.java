package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.TensorStatistics;
import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.kernels.NativeEngine;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Networks drawn at random, in float, observed and in 8 bits: what the reference engine gives, and
 * for every sample the same bits at any place of the batch. {@code -Doctant.networks=N} draws more.
 */
class RandomNetworksTest {
  private static final int BATCH = 3;

  private final NativeEngine engine = new NativeEngine();

  @Test
  void floatsAreThoseOfTheReference() {
    each(seed -> checkFloats(new RandomNetwork(seed, 9, false, false)));
  }

  @Test
  void whatIsNotFiniteStaysWhereItIs() {
    each(seed -> checkFloats(new RandomNetwork(seed, 4, false, true)));
  }

  @Test
  void observersCountWhatTheReferenceDoes() {
    each(seed -> checkObserved(new RandomNetwork(seed, 7, false, false), seed));
  }

  @Test
  void integersAreThoseOfTheReference() {
    each(seed -> checkIntegers(new RandomNetwork(seed, 9, true, false), seed));
  }

  /** Tries as many networks as wanted; each has a seed of its own, which alone tells it. */
  private void each(LongConsumer check) {
    long first = seed() * 1_000_000;
    int networks = networks();
    System.out.printf(
        "seed %d, %d networks; rerun with -Doctant.seed=%d%n", seed(), networks, seed());
    List<String> wrong = new ArrayList<>();
    for (long seed = first; seed < first + networks; seed++) {
      try {
        check.accept(seed);
      } catch (RuntimeException | AssertionError e) {
        wrong.add("network " + seed + ": " + e);
        System.out.println(wrong.get(wrong.size() - 1));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(engine.liveObjects()).isZero();
  }

  private static long seed() {
    String given = System.getProperty("octant.seed", "");
    return given.isEmpty() ? 17 : Long.parseLong(given);
  }

  private static int networks() {
    String given = System.getProperty("octant.networks", "");
    return given.isEmpty() ? 12 : Integer.parseInt(given);
  }

  // ---- floats

  private void checkFloats(RandomNetwork network) {
    List<Tensor> inputs = network.sample(BATCH);
    List<Tensor> expected = run(new ReferenceEngine(), network.model(), network, inputs, BATCH);
    List<Tensor> actual = run(engine, network.model(), network, inputs, BATCH);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertNear(actual.get(i), expected.get(i), "output " + i + " of\n" + network.model().graph());
    }
    assertPlacesAreAlike(network.model(), network, inputs, actual);
  }

  private List<Tensor> run(
      Engine on, GraphModule model, RandomNetwork network, List<Tensor> inputs, int batch) {
    try (Session session = on.compile(model, network.inputs(batch));
        ExecutionContext context = session.newContext()) {
      return context.run(inputs, batch);
    }
  }

  /** Samples in other places of the batch, in two contexts at a time, have the same bits. */
  private void assertPlacesAreAlike(
      GraphModule model, RandomNetwork network, List<Tensor> inputs, List<Tensor> whole) {
    List<Tensor> turned = inputs.stream().map(RandomNetworksTest::turned).toList();
    List<Tensor> expected = whole.stream().map(RandomNetworksTest::turned).toList();
    try (Session session = engine.compile(model, network.inputs(BATCH))) {
      IntStream.range(0, 2)
          .parallel()
          .forEach(
              i -> {
                try (ExecutionContext context = session.newContext()) {
                  assertThat(context.run(i == 0 ? inputs : turned, BATCH))
                      .as("turned, of\n%s", model.graph())
                      .isEqualTo(i == 0 ? whole : expected);
                }
              });
    }
  }

  /** The last sample first. */
  private static Tensor turned(Tensor batch) {
    List<Tensor> samples = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      int from = (i + BATCH - 1) % BATCH;
      samples.add(Rows.cut(batch, from, from + 1));
    }
    return Rows.join(samples);
  }

  private static void assertNear(Tensor actual, Tensor expected, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertThat(actual.dtype()).as(what).isEqualTo(expected.dtype());
    if (expected.dtype() != DType.FLOAT32) {
      assertThat(actual).as(what).isEqualTo(expected);
      return;
    }
    double largest = 0;
    for (float v : expected.floats()) {
      largest = Math.max(largest, Float.isFinite(v) ? Math.abs(v) : 0);
    }
    for (int i = 0; i < expected.numel(); i++) {
      float e = expected.floats()[i];
      float a = actual.floats()[i];
      boolean near = Float.isFinite(e) && Math.abs(a - e) <= 2e-5 * largest + 1e-6;
      if (!near && Float.compare(a, e) != 0) {
        throw new AssertionError(
            a + " instead of " + e + " (largest " + largest + ") at " + i + " of " + what);
      }
    }
  }

  // ---- observed

  private static GraphModule prepared(RandomNetwork network, long seed) {
    QuantizedEngine[] engines = QuantizedEngine.values();
    QuantizedEngine backend = seed % 3 == 0 ? engines[(int) (seed / 3 % 4)] : QuantizedEngine.X86;
    ActivationRange range = seed % 2 == 0 ? ActivationRange.EIGHT_BITS : ActivationRange.SEVEN_BITS;
    return QuantizeFx.prepare(network.model(), DefaultQConfigMappings.octant(backend, range));
  }

  private void checkObserved(RandomNetwork network, long seed) {
    GraphModule prepared = prepared(network, seed);
    List<Tensor> inputs = network.sample(BATCH);
    Map<String, TensorStatistics> whole = new TreeMap<>();
    for (int valid : new int[] {1, BATCH}) {
      try (Session session = engine.compile(prepared, network.inputs(BATCH));
          ExecutionContext context = session.newContext();
          Session reference = new ReferenceEngine().compile(prepared, network.inputs(BATCH));
          ExecutionContext expected = reference.newContext()) {
        context.run(inputs, valid);
        expected.run(inputs, valid);
        whole = TensorStatistics.KIND.all(context.drainStatistics());
        assertAlike(
            whole, TensorStatistics.KIND.all(expected.drainStatistics()), prepared.toString());
      }
    }
    try (Session session = engine.compile(prepared, network.inputs(BATCH));
        ExecutionContext context = session.newContext()) {
      List<Tensor> turned = inputs.stream().map(RandomNetworksTest::turned).toList();
      context.run(turned, 1);
      context.run(inputs, BATCH - 1);
      assertThat(TensorStatistics.KIND.all(context.drainStatistics()))
          .as("turned, of\n%s", prepared.graph())
          .isEqualTo(whole);
    }
  }

  private static void assertAlike(
      Map<String, TensorStatistics> actual, Map<String, TensorStatistics> expected, String what) {
    assertThat(actual.keySet()).as(what).isEqualTo(expected.keySet());
    expected.forEach(
        (path, e) -> {
          TensorStatistics a = actual.get(path);
          double bound = 2e-5 * Math.max(Math.abs(e.min()), Math.abs(e.max()));
          boolean alike =
              a.count() == e.count()
                  && a.finiteCount() == e.finiteCount()
                  && a.special().nans() == e.special().nans()
                  && Math.abs(a.min() - e.min()) <= bound
                  && Math.abs(a.max() - e.max()) <= bound;
          if (!alike) {
            throw new AssertionError(path + ": " + a + " instead of " + e + " in " + what);
          }
        });
  }

  // ---- 8 bits

  private void checkIntegers(RandomNetwork network, long seed) {
    GraphModule prepared = prepared(network, seed);
    prepared.run(network.sample(BATCH).toArray());
    GraphModule int8 = QuantizeFx.convert(prepared);
    List<Tensor> inputs = network.sample(BATCH);
    List<Tensor> expected = run(new ReferenceEngine(), int8, network, inputs, BATCH);
    List<Tensor> actual = run(engine, int8, network, inputs, BATCH);
    Set<Node> rough = rough(int8);
    List<Node> outputs = Arguments.all(int8.graph().outputNode().arg(0), Node.class);
    assertThat(outputs).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      if (!rough.contains(outputs.get(i))) {
        assertNear(actual.get(i), expected.get(i), "output " + i + " of\n" + int8.graph());
      }
    }
    assertPlacesAreAlike(int8, network, inputs, actual);
  }

  /** What follows from rounding a computed float, the last bit of which may decide a step. */
  private static Set<Node> rough(GraphModule int8) {
    Set<Node> out = new HashSet<>();
    for (Node n : int8.graph()) {
      boolean rounds =
          n.target().contains("quantize_per")
              && n.arg(0) instanceof Node floats
              && !floats.isPlaceholder();
      if (rounds || n.inputs().stream().anyMatch(out::contains)) {
        out.add(n);
      }
    }
    return out;
  }
}
