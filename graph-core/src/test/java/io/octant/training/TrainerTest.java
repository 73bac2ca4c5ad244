package io.octant.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.autograd.AutogradException;
import io.octant.autograd.Differentiated;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.nn.Initialization;
import io.octant.nn.activation.ReLU;
import io.octant.nn.container.Sequential;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.nn.qat.QatBatchNorm;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.trace.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop over batches, its schedules, and how it ends where it cannot go on. */
class TrainerTest {
  /** A fused batch norm, and one that nothing is fused with. */
  private static Sequential network() {
    Sequential out =
        new Sequential(
            new Linear(4, 6), new BatchNorm1d(6), new ReLU(), new BatchNorm1d(6), new Linear(6, 3));
    Initialization.reset(out, 7);
    return out;
  }

  static GraphModule prepared() {
    Module network = network();
    network.train(true);
    GraphModule out =
        QuantizeFx.prepareQat(network, DefaultQConfigMappings.qat(QuantizedEngine.X86));
    out.train(true);
    return out;
  }

  static Tensor input(int seed) {
    return Initialization.uniform(new Random(seed), 1, 8, 4);
  }

  static Tensor classes(int seed) {
    Random random = new Random(seed);
    return Tensor.of(DType.INT64, Shape.of(8), random.longs(8, 0, 3).toArray());
  }

  private static Map<String, Tensor> parameters(GraphModule model) {
    Map<String, Tensor> out = new TreeMap<>();
    model.forEachModule((path, m) -> m.parameters().forEach((n, t) -> out.put(path + "." + n, t)));
    return out;
  }

  @Test
  void aStepIsForwardLossBackwardOptimizer() {
    GraphModule trained = prepared();
    GraphModule byHand = trained.copyGraphModule();
    Trainer trainer =
        new Trainer(trained, Losses.crossEntropy(), new Sgd(0.1).withMomentum(0.9))
            .withSchedule(Schedule.steps(2, 0.5))
            .withClipping(Clipping.norm(0.5));
    Sgd sgd = new Sgd(0.1).withMomentum(0.9);
    for (int step = 0; step < 4; step++) {
      double loss = trainer.step(input(step), classes(step));

      Differentiated.Run run = Differentiated.of(byHand).run(List.of(input(step)));
      Loss.Value value = Losses.crossEntropy().of((Tensor) run.output(), classes(step));
      sgd.step(
          byHand, Clipping.norm(0.5).clipped(run.gradients(value.gradient())), step < 2 ? 1 : 0.5);
      assertThat(loss).isEqualTo(value.value());
      assertThat(parameters(trained)).isEqualTo(parameters(byHand));
    }
    assertThat(trainer.steps()).isEqualTo(4);
  }

  @Test
  void aStepIsTwoHalves() {
    GraphModule whole = prepared();
    GraphModule halves = whole.copyGraphModule();
    Trainer first = new Trainer(whole, Losses.crossEntropy(), new Sgd(0.1).withMomentum(0.9));
    Trainer second = new Trainer(halves, Losses.crossEntropy(), new Sgd(0.1).withMomentum(0.9));
    for (int step = 0; step < 3; step++) {
      first.step(input(step), classes(step));
      Trainer.Gradients found = second.gradients(step, List.of(input(step)), classes(step));
      assertThat(second.steps()).isEqualTo(step);
      second.move(found.loss(), found.byParameter());
      assertThat(halves.stateDict()).isEqualTo(whole.stateDict());
    }
  }

  @Test
  void batchesCountByTheWeightsOfTheirTargets() {
    Tensor targets = Tensor.of(DType.INT64, Shape.of(4), new long[] {0, 2, -100, 2});
    CrossEntropy weighted =
        Losses.crossEntropy().withWeights(Tensor.of(new float[] {1, 8, 0.25f}, 3));
    assertThat(Losses.crossEntropy().weight(targets)).isEqualTo(3);
    assertThat(weighted.weight(targets)).isEqualTo(1.5);
    assertThat(Losses.mse().weight(targets)).isEqualTo(1);
  }

  @Test
  void theLossFallsOnDataThatCanBeLearned() {
    GraphModule model = prepared();
    Trainer trainer = new Trainer(model, Losses.crossEntropy(), Adam.adam(0.03));
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      losses.add(trainer.step(input(step % 2), classes(step % 2)));
    }
    assertThat(losses.get(59)).isLessThan(losses.get(0) / 2);
  }

  @Test
  void modulesFollowTheirSchedule() {
    GraphModule model = prepared();
    List<FakeQuantizeModule> fakeQuantizes = new ArrayList<>();
    List<BatchNorm1d> norms = new ArrayList<>();
    List<QatBatchNorm> fused = new ArrayList<>();
    model.forEachModule(
        (path, m) -> {
          if (m instanceof FakeQuantizeModule f) {
            fakeQuantizes.add(f);
          } else if (m instanceof BatchNorm1d n) {
            norms.add(n);
          } else if (m instanceof QatBatchNorm n) {
            fused.add(n);
          }
        });
    assertThat(norms).hasSize(2);
    assertThat(fused).hasSize(1);
    Trainer trainer =
        new Trainer(model, Losses.crossEntropy(), new Sgd(0.01))
            .withQatSchedule(
                QatSchedule.none()
                    .withFakeQuantizeFrom(1)
                    .withObserversUntil(2)
                    .withStatisticsUntil(3));
    for (int step = 0; step < 4; step++) {
      trainer.step(input(step), classes(step));
      for (FakeQuantizeModule f : fakeQuantizes) {
        assertThat(f.tensor("fake_quant_enabled").doubleAt(0)).isEqualTo(step < 1 ? 0 : 1);
        assertThat(f.tensor("observer_enabled").doubleAt(0)).isEqualTo(step < 2 ? 1 : 0);
      }
      boolean moving = step < 3;
      assertThat(norms).allSatisfy(n -> assertThat(n.isTraining()).isEqualTo(moving));
      assertThat(fused.get(0).isBatchNormFrozen()).isEqualTo(!moving);
    }
  }

  @Test
  void aTeacherAddsItsLoss() {
    GraphModule teacher = new Tracer().trace(network());
    GraphModule alone = prepared();
    GraphModule taught = alone.copyGraphModule();
    double plain =
        new Trainer(alone, Losses.crossEntropy(), new Sgd(0.1)).step(input(0), classes(0));
    Tensor output = (Tensor) taught.copyGraphModule().run(input(0));
    double learned = Losses.distillation(2).of(output, (Tensor) teacher.run(input(0))).value();

    double both =
        new Trainer(taught, Losses.crossEntropy(), new Sgd(0.1))
            .withTeacher(teacher, Losses.distillation(2), 0.5)
            .step(input(0), classes(0));

    assertThat(learned).isGreaterThan(0);
    assertThat(both).isEqualTo(plain + 0.5 * learned);
    assertThat(parameters(taught)).isNotEqualTo(parameters(alone));
  }

  @Test
  void aLossThatIsNoNumberEndsTraining() {
    GraphModule model = prepared();
    Trainer trainer = new Trainer(model, Losses.mse(), new Sgd(0.1));
    Tensor target = Tensor.of(new float[24], 8, 3);
    trainer.step(input(0), target);
    Map<String, Tensor> before = parameters(model);
    float[] broken = new float[24];
    broken[5] = Float.NaN;

    assertThatThrownBy(() -> trainer.step(input(1), Tensor.of(broken, 8, 3)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("Cannot train step 1: the loss is NaN, expected a finite number");
    assertThat(parameters(model)).isEqualTo(before);
    assertThat(trainer.steps()).isEqualTo(1);
  }

  @Test
  void aGradientThatIsNoNumberEndsTraining() {
    GraphModule model = prepared();
    Loss broken =
        (output, target) -> {
          float[] gradient = new float[output.numel()];
          gradient[0] = Float.POSITIVE_INFINITY;
          return new Loss.Value(1, Tensor.of(DType.FLOAT32, output.shape(), gradient));
        };
    Trainer trainer = new Trainer(model, broken, new Sgd(0.1));

    assertThatThrownBy(() -> trainer.step(input(0), classes(0)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("Cannot train step 0: element ")
        .hasMessageContaining(" of the gradient of ");
  }

  @Test
  void vectorsAreLeftOutOfDecay() {
    Sequential model = network();
    Map<String, Tensor> zeros = new TreeMap<>();
    Map<String, Tensor> before = model.stateDict();
    model.forEachModule(
        (path, m) ->
            m.parameters()
                .forEach(
                    (name, p) ->
                        zeros.put(path + "." + name, Tensor.zeros(p.dtype(), p.shape(), null))));

    new Sgd(0.5).withWeightDecay(1).withoutDecayOf(Optimizer.vectorsOf(model)).step(model, zeros);

    assertThat(zeros).hasSize(8);
    zeros
        .keySet()
        .forEach(
            name -> {
              boolean matrix = name.equals("0.weight") || name.equals("4.weight");
              Tensor was = before.get(name);
              Tensor is = model.stateDict().get(name);
              for (int i = 0; i < was.numel(); i++) {
                assertThat(is.doubleAt(i)).isEqualTo((matrix ? 0.5 : 1) * was.doubleAt(i));
              }
            });
  }

  @Test
  void graphsOfOtherModesAreRefused() {
    GraphModule model = prepared();
    Differentiated graphs = Differentiated.of(model);
    assertThat(graphs.isCurrent()).isTrue();
    model.module("3").train(false);

    assertThat(graphs.isCurrent()).isFalse();
    assertThatThrownBy(() -> graphs.run(List.of(input(0))))
        .isInstanceOf(AutogradException.class)
        .hasMessage(
            "Cannot run the derivative of module 3: it is in evaluation, expected training as when"
                + " the graphs were built");
  }

  @Test
  void whatCannotBeScheduledOrClippedIsRefused() {
    assertThatThrownBy(() -> Schedule.steps(0, 0.1)).hasMessageContaining("expected 1 or more");
    assertThatThrownBy(() -> Clipping.norm(0)).hasMessageContaining("expected above 0");
    assertThatThrownBy(() -> QatSchedule.none().withObserversUntil(-1))
        .hasMessageContaining("expected 0 or more");
  }

  /** In float32 every operation is rounded once: the loops of arrays round like single numbers. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsOfAdamRoundEachOperation(boolean decoupled) {
    int n = 257;
    float[] p = Initialization.uniform(new Random(5), 1, n).floats();
    Linear model = new Linear(n, 1);
    model.loadStateDict(
        Map.of(
            "weight", Tensor.of(DType.FLOAT32, Shape.of(1, n), p.clone()),
            "bias", Tensor.zeros(DType.FLOAT32, Shape.of(1), null)));
    Optimizer adam = (decoupled ? Adam.adamW(0.02) : Adam.adam(0.02)).withWeightDecay(0.1);
    float[] m = new float[n];
    float[] v = new float[n];
    for (int step = 1; step <= 3; step++) {
      float[] g = Initialization.uniform(new Random(step), 1, n).floats();
      adam.step(model, Map.of("weight", Tensor.of(DType.FLOAT32, Shape.of(1, n), g)));
      float size = (float) -(0.02 / (1 - Math.pow(0.9, step)));
      float root = (float) Math.sqrt(1 - Math.pow(0.999, step));
      for (int i = 0; i < n; i++) {
        double d = g[i];
        if (decoupled) {
          p[i] = (float) (p[i] * (double) (float) (1 - 0.02 * 0.1));
        } else {
          d = Math.fma((float) 0.1, p[i], g[i]);
        }
        double away = (float) (d - m[i]);
        m[i] = Math.fma((float) (1 - 0.9), (float) away, m[i]);
        double kept = (float) (v[i] * (double) (float) 0.999);
        v[i] = Math.fma((float) ((float) (1 - 0.999) * d), (float) d, (float) kept);
        double below =
            (float) ((float) ((float) Math.sqrt(v[i]) / (double) root) + (double) (float) 1e-8);
        p[i] = (float) (p[i] + (double) (float) ((float) (size * (double) m[i]) / below));
      }
      assertThat(model.parameters().get("weight").floats()).isEqualTo(p);
    }
  }
}
