package io.octant.nn.qat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.conformance.GoldenCase;
import io.octant.conformance.Tolerance;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.nn.factory.ModuleFactories;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Forward and batch statistics against PyTorch, step by step; {@code generate.py} makes the steps.
 */
class QatModuleTest {
  private static final ObserverSpec FAKE_QUANTIZE =
      ObserverSpec.of(ObserverSpec.TORCH + "FakeQuantize")
          .with(
              "observer",
              ObserverSpec.of(ObserverSpec.TORCH + "MovingAveragePerChannelMinMaxObserver"))
          .with("ch_axis", 0);
  private static final ObserverSpec PER_CHANNEL =
      FAKE_QUANTIZE
          .with("quant_min", -128)
          .with("quant_max", 127)
          .with("dtype", DType.QINT8)
          .with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC);
  private static final ObserverSpec EMBEDDING =
      FAKE_QUANTIZE
          .with("quant_min", 0)
          .with("quant_max", 255)
          .with("dtype", DType.QUINT8)
          .with("qscheme", QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS);

  @TestFactory
  Stream<DynamicTest> agreesWithPyTorch() throws URISyntaxException {
    Path folder = Path.of(QatModuleTest.class.getResource("qat.json").toURI()).getParent();
    GoldenCase fixture = GoldenCase.load(folder, "qat.json");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : fixture.document().get("cases")) {
      tests.add(DynamicTest.dynamicTest(c.get("qat").asText(), () -> run(fixture, c)));
    }
    return tests.stream();
  }

  @Test
  void aChannelWithoutWeightKeepsItsStatistics() {
    Linear linear = new Linear(Tensor.of(new float[] {1, 0, 0, 2}, 2, 2), null);
    BatchNorm1d norm = new BatchNorm1d(2);
    norm.setParameter("weight", Tensor.of(new float[] {0, 1}, 2));
    norm.setParameter("bias", Tensor.of(new float[] {7, 0}, 2));
    QatModule module =
        QatModule.of(
            new FusedModule(FusedKind.LINEAR_BN_1D, List.of(linear, norm)), PER_CHANNEL.create());
    module.train(true);
    Tensor x = Tensor.of(new float[] {1, 1, 3, 5}, 2, 2);

    Tensor y = (Tensor) module.evaluate(List.of(x), Map.of());

    assertThat(y.floats()[0]).isEqualTo(7);
    assertThat(y.floats()[2]).isEqualTo(7);
    assertThat(module.module("bn").tensor("running_mean").floats()[0])
        .isCloseTo(0.1f * 2, offset(1e-6f));
  }

  /** {@code train()} of PyTorch's convolutions and linears with batch norm leaves a frozen one. */
  @Test
  void aFrozenBatchNormStaysFrozenWhenTrainingGoesOn() {
    Linear linear = new Linear(Tensor.of(new float[] {1, 0, 0, 2}, 2, 2), null);
    QatModule module =
        QatModule.of(
            new FusedModule(FusedKind.LINEAR_BN_1D, List.of(linear, new BatchNorm1d(2))),
            PER_CHANNEL.create());
    Tensor x = Tensor.of(new float[] {1, 1, 3, 5}, 2, 2);
    module.train(false);
    Object evaluated = module.evaluate(List.of(x), Map.of());
    ((QatBatchNorm) module).freezeBatchNorm();
    module.train(true);

    Object trained = module.evaluate(List.of(x), Map.of());

    assertThat(trained).isEqualTo(evaluated);
    assertThat(module.module("bn").tensor("running_mean").floats()).containsExactly(0, 0);
    assertThat(((QatBatchNorm) module).isBatchNormFrozen()).isTrue();
  }

  private static void run(GoldenCase fixture, JsonNode c) {
    boolean embedding = c.get("weight").asText().equals("embedding");
    QatModule module =
        QatModule.of(floatModule(fixture, c), (embedding ? EMBEDDING : PER_CHANNEL).create());
    assertThat(module.type().name()).isEqualTo(c.get("qat").asText());
    int step = 0;
    for (JsonNode s : c.get("steps")) {
      String where = "step " + step++;
      switch (s.path("do").asText()) {
        case "train" -> module.train(true);
        case "eval" -> module.train(false);
        case "freeze_bn" -> ((QatBatchNorm) module).freezeBatchNorm();
        case "update_bn" -> ((QatBatchNorm) module).updateBatchNorm();
        default -> forward(where, fixture, s, module);
      }
    }
    if (!c.get("float").isNull()) {
      module.train(false);
      forward("float module", fixture, c.get("float"), module.toFloat());
    }
  }

  private static Module floatModule(GoldenCase fixture, JsonNode c) {
    List<Module> parts = new ArrayList<>();
    for (JsonNode p : c.get("parts")) {
      Map<String, Object> hyper = new LinkedHashMap<>();
      p.get("hyper")
          .fields()
          .forEachRemaining(h -> hyper.put(h.getKey(), fixture.values().decode(h.getValue())));
      Module part =
          ModuleFactories.create(
              ModuleFactories.all(),
              p.get("type").asText(),
              hyper,
              tensors(fixture, p.get("params")),
              tensors(fixture, p.get("buffers")));
      part.train(true);
      parts.add(part);
    }
    if (c.get("fused").isNull()) {
      return parts.get(0);
    }
    ModuleType type = new ModuleType("torch.ao.nn.intrinsic." + c.get("fused").asText());
    FusedModule fused = new FusedModule(FusedKind.of(type), parts);
    fused.train(true);
    return fused;
  }

  private static Map<String, Tensor> tensors(GoldenCase fixture, JsonNode names) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    names
        .fields()
        .forEachRemaining(n -> out.put(n.getKey(), fixture.values().tensor(n.getValue().asText())));
    return out;
  }

  private static void forward(String where, GoldenCase fixture, JsonNode step, Module module) {
    Tensor x = fixture.values().tensor(step.get("input").asText());
    Object y = module.evaluate(List.of(x), Map.of());
    Tolerance.FLOAT.compare(where, fixture.values().tensor(step.get("output").asText()), y);
    for (String name : List.of("running_mean", "running_var")) {
      if (step.has(name)) {
        Tensor expected = fixture.values().tensor(step.get(name).asText());
        Tolerance.FLOAT.compare(where + " " + name, expected, module.attribute("bn." + name));
      }
    }
  }
}
