package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octant.autograd.AutogradException;
import io.octant.autograd.Differentiated;
import io.octant.graph.GraphModule;
import io.octant.kernels.NativeEngine;
import io.octant.kernels.binding.NativeBytes;
import io.octant.nn.Initialization;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.training.Losses;
import io.octant.training.QatSchedule;
import io.octant.training.Sgd;
import io.octant.training.Trainer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training on the native engine against the graphs on the reference operators. */
class TrainingSessionTest {
  /**
   * Of the largest value of a tensor. Float sums have another order than the reference operators',
   * which add in double, and gradients pass through all layers.
   */
  private static final double TOLERANCE = 2e-4;

  /** Of the largest gradient of all: one that cancels out is what rounding leaves. */
  private static final double CANCELLED = 1e-6;

  private final NativeEngine engine = new NativeEngine();

  static Stream<Named<Supplier<GraphModule>>> networks() {
    return Stream.of(
        Named.of("residual", () -> TrainingNetworks.plain(new TrainingNetworks.Residual())),
        Named.of("inverted", () -> TrainingNetworks.plain(new TrainingNetworks.Inverted())),
        Named.of("patches", () -> TrainingNetworks.plain(new TrainingNetworks.Patches())),
        Named.of("patches, qat", () -> TrainingNetworks.prepared(new TrainingNetworks.Patches())),
        Named.of("residual, qat", () -> TrainingNetworks.prepared(new TrainingNetworks.Residual())),
        Named.of(
            "inverted, qat", () -> TrainingNetworks.prepared(new TrainingNetworks.Inverted())));
  }

  private static Tensor images(int seed, int batch) {
    return Initialization.uniform(new Random(seed), 1, batch, 3, 13, 13);
  }

  private static Tensor classes(int seed, int batch) {
    return Tensor.of(DType.INT64, Shape.of(batch), new Random(seed).longs(batch, 0, 6).toArray());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsAndStatisticsAreThoseOfTheReferenceOperators(Supplier<GraphModule> network) {
    GraphModule model = network.get();
    GraphModule reference = network.get();
    try (Differentiated derivative = Differentiated.of(model).on(engine)) {
      Differentiated oracle = Differentiated.of(reference);
      for (int step = 0; step < 3; step++) {
        // no value is so close to a tie that sums of another order round it elsewhere
        Tensor x = images(step + 10, 4);
        Differentiated.Run run = derivative.run(List.of(x));
        Differentiated.Run expected = oracle.run(List.of(x));
        assertClose("output", (Tensor) run.output(), (Tensor) expected.output());
        Tensor grad = Initialization.uniform(new Random(step), 1, 4, 6);
        Map<String, Tensor> gradients = run.gradients(grad);
        Map<String, Tensor> wanted = expected.gradients(grad);
        assertThat(gradients.keySet()).isEqualTo(wanted.keySet());
        double floor =
            CANCELLED
                * wanted.values().stream()
                    .mapToDouble(TrainingSessionTest::largest)
                    .max()
                    .orElseThrow();
        wanted.forEach((name, g) -> assertClose(name, gradients.get(name), g, floor));
        assertBuffersAgree(model, reference);
        new Sgd(0.01).step(model, wanted);
        new Sgd(0.01).step(reference, wanted);
      }
    }
    assertThat(engine.liveObjects()).isZero();
  }

  private static void assertBuffersAgree(GraphModule model, GraphModule reference) {
    reference.forEachModule(
        (path, m) ->
            m.buffers()
                .forEach(
                    (name, buffer) ->
                        assertClose(path + "." + name, model.module(path).tensor(name), buffer)));
  }

  private static double largest(Tensor t) {
    double largest = 0;
    for (int i = 0; i < t.numel(); i++) {
      double v = Math.abs(t.doubleAt(i));
      largest = Double.isInfinite(v) ? largest : Math.max(largest, v);
    }
    return largest;
  }

  private static void assertClose(String name, Tensor actual, Tensor expected) {
    assertClose(name, actual, expected, 1e-9);
  }

  private static void assertClose(String name, Tensor actual, Tensor expected, double floor) {
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    assertThat(actual.dtype()).as(name).isEqualTo(expected.dtype());
    double largest = largest(expected);
    for (int i = 0; i < expected.numel(); i++) {
      double wanted = expected.doubleAt(i);
      if (Double.isFinite(wanted)) {
        assertThat(actual.doubleAt(i))
            .as("%s, element %s", name, i)
            .isCloseTo(wanted, within(TOLERANCE * largest + floor));
      } else {
        assertThat(actual.doubleAt(i)).as("%s, element %s", name, i).isEqualTo(wanted);
      }
    }
  }

  @Test
  void aTrainerFollowsItsScheduleOnBothEngines() {
    GraphModule model = TrainingNetworks.prepared(new TrainingNetworks.Inverted());
    GraphModule reference = TrainingNetworks.prepared(new TrainingNetworks.Inverted());
    QatSchedule schedule =
        QatSchedule.none().withFakeQuantizeFrom(1).withObserversUntil(3).withStatisticsUntil(4);
    Sgd sgd = new Sgd(0.01);
    try (Trainer trainer =
            new Trainer(model, Losses.crossEntropy(), sgd.withMomentum(0.9))
                .withQatSchedule(schedule)
                .withEngine(engine);
        Trainer oracle =
            new Trainer(reference, Losses.crossEntropy(), new Sgd(0.01).withMomentum(0.9))
                .withQatSchedule(schedule)) {
      for (int step = 0; step < 6; step++) {
        int batch = step == 5 ? 3 : 4;
        double loss = trainer.step(images(step, batch), classes(step, batch));
        double expected = oracle.step(images(step, batch), classes(step, batch));
        assertThat(loss).as("step %s", step).isCloseTo(expected, within(2e-3));
      }
    }
    assertThat(engine.liveObjects()).isZero();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void memoryIsFlatOverSteps(Supplier<GraphModule> network) {
    GraphModule model = network.get();
    Sgd sgd = new Sgd(0.01).withMomentum(0.9);
    try (Differentiated derivative = Differentiated.of(model).on(engine)) {
      long objects = 0;
      long bytes = 0;
      for (int step = 0; step < 12; step++) {
        Differentiated.Run run = derivative.run(List.of(images(step, 4)));
        sgd.step(model, run.gradients(Initialization.uniform(new Random(step), 1, 4, 6)));
        if (step == 0) {
          objects = engine.liveObjects();
          bytes = NativeBytes.now();
          assertThat(bytes).isPositive();
        }
      }
      assertThat(engine.liveObjects()).isEqualTo(objects);
      assertThat(NativeBytes.now()).isEqualTo(bytes);
    }
  }

  @Test
  void onlyTheLastRunGoesBackward() {
    GraphModule model = TrainingNetworks.plain(new TrainingNetworks.Residual());
    try (Differentiated derivative = Differentiated.of(model).on(engine)) {
      Differentiated.Run first = derivative.run(List.of(images(1, 2)));
      derivative.run(List.of(images(2, 2)));
      Tensor grad = Tensor.zeros(DType.FLOAT32, Shape.of(2, 6), null);
      assertThatThrownBy(() -> first.gradients(grad))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("expected the last run");
    }
  }
}
