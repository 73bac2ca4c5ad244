package io.octant.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.conformance.GoldenCase;
import io.octant.conformance.Tolerance;
import io.octant.graph.Container;
import io.octant.graph.Module;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Losses, optimizers, clipping and schedules against PyTorch; {@code generate.py} records what is
 * compared.
 */
class TorchTrainingTest {
  private static final Tolerance DOUBLE = new Tolerance(1e-12, 1e-15, 0);
  private static final Tolerance SINGLE = new Tolerance(1e-5, 1e-8, 0);

  private final GoldenCase fixture = fixture();

  private static GoldenCase fixture() {
    try {
      return GoldenCase.load(
          Path.of(TorchTrainingTest.class.getResource("training.json").toURI()).getParent(),
          "training.json");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Tensor tensor(JsonNode name) {
    return fixture.values().tensor(name.asText());
  }

  private Map<String, Tensor> tensors(JsonNode names) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    names.fields().forEachRemaining(e -> out.put(e.getKey(), tensor(e.getValue())));
    return out;
  }

  private Stream<DynamicTest> each(String part, java.util.function.Consumer<JsonNode> test) {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : fixture.document().get(part)) {
      String name = c.get("kind").asText() + " " + c.path("settings") + " " + tests.size();
      tests.add(DynamicTest.dynamicTest(name, () -> test.accept(c)));
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> losses() {
    return each("losses", this::compareLoss);
  }

  private void compareLoss(JsonNode c) {
    Tensor output = tensor(c.get("output"));
    Tolerance tolerance = output.dtype() == DType.FLOAT64 ? DOUBLE : SINGLE;

    Loss.Value value = loss(c).of(output, tensor(c.get("target")));

    tolerance.compare("loss", c.get("loss").asDouble(), value.value());
    tolerance.compare("gradient", tensor(c.get("gradient")), value.gradient());
  }

  private Loss loss(JsonNode c) {
    JsonNode settings = c.get("settings");
    return switch (c.get("kind").asText()) {
      case "mse" -> Losses.mse();
      case "bce" -> Losses.binaryCrossEntropy();
      case "bce_logits" -> Losses.binaryCrossEntropyWithLogits();
      case "cosine" -> Losses.cosine();
      case "distillation" -> Losses.distillation(settings.get("temperature").asDouble());
      default -> {
        CrossEntropy entropy =
            Losses.crossEntropy()
                .withLabelSmoothing(settings.path("label_smoothing").asDouble(0))
                .withIgnoreIndex(settings.path("ignore_index").asLong(-100));
        yield settings.has("weight")
            ? entropy.withWeights(tensor(settings.get("weight")))
            : entropy;
      }
    };
  }

  /**
   * Parameters and state are the same bits, in both types. Only Adam's parameters may be off by the
   * last bit of the largest: square roots of PyTorch's vector library are not always rounded
   * correctly.
   */
  @TestFactory
  Stream<DynamicTest> optimizers() {
    return each("optimizers", this::compareOptimizer);
  }

  private void compareOptimizer(JsonNode c) {
    Optimizer optimizer = optimizer(c);
    Module model = new Container();
    tensors(c.get("start")).forEach(model::setParameter);
    for (JsonNode step : c.get("steps")) {
      optimizer.step(model, tensors(step.get("gradients")));
      tensors(step.get("parameters"))
          .forEach((name, p) -> tolerance(c, p).compare(name, p, model.tensor(name)));
      step.get("state")
          .fields()
          .forEachRemaining(
              e -> assertThat(optimizer.state().get(e.getKey())).isEqualTo(tensors(e.getValue())));
    }
  }

  private static Tolerance tolerance(JsonNode c, Tensor parameter) {
    boolean roots = c.get("kind").asText().startsWith("adam");
    double last = parameter.dtype() == DType.FLOAT32 ? 0x1p-23 : 0x1p-52;
    return roots ? new Tolerance(last, 0, 0) : Tolerance.EXACT;
  }

  private static Optimizer optimizer(JsonNode c) {
    JsonNode s = c.get("settings");
    Optimizer optimizer = c.get("kind").asText().equals("sgd") ? sgd(s) : adam(c, s);
    if (s.has("weight_decay")) {
      optimizer.withWeightDecay(s.get("weight_decay").asDouble());
    }
    return c.get("undecayed").asBoolean() ? optimizer.withoutDecayOf("bias"::equals) : optimizer;
  }

  private static Sgd sgd(JsonNode s) {
    Sgd sgd =
        new Sgd(s.get("lr").asDouble())
            .withMomentum(s.path("momentum").asDouble(0))
            .withDampening(s.path("dampening").asDouble(0));
    return s.path("nesterov").asBoolean() ? sgd.withNesterov() : sgd;
  }

  private static Adam adam(JsonNode c, JsonNode s) {
    double rate = s.get("lr").asDouble();
    Adam adam = c.get("kind").asText().equals("adam") ? Adam.adam(rate) : Adam.adamW(rate);
    if (s.has("betas")) {
      adam.withBetas(s.get("betas").get(0).asDouble(), s.get("betas").get(1).asDouble());
    }
    return s.has("eps") ? adam.withEps(s.get("eps").asDouble()) : adam;
  }

  @TestFactory
  Stream<DynamicTest> clipping() {
    return each("clipping", this::compareClipping);
  }

  private void compareClipping(JsonNode c) {
    double limit = c.get("limit").asDouble();
    boolean byNorm = c.get("kind").asText().equals("norm");
    Map<String, Tensor> before = numbered(c.get("before"));
    Map<String, Tensor> expected = numbered(c.get("after"));

    Map<String, Tensor> after =
        (byNorm ? Clipping.norm(limit) : Clipping.value(limit)).clipped(before);

    assertThat(after).hasSameSizeAs(expected);
    expected.forEach((name, tensor) -> DOUBLE.compare(name, tensor, after.get(name)));
    Optional.ofNullable(c.get("norm"))
        .ifPresent(norm -> DOUBLE.compare("norm", norm.asDouble(), Clipping.norm(before)));
  }

  private Map<String, Tensor> numbered(JsonNode names) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    names.forEach(name -> out.put("p" + out.size(), tensor(name)));
    return out;
  }

  @Test
  void schedules() {
    Map<String, Schedule> all =
        Map.of(
            "constant", Schedule.constant(),
            "step", Schedule.steps(6, 0.3),
            "milestones", Schedule.milestones(0.5, 3, 4, 11),
            "cosine", Schedule.cosine(20, 0.1),
            "warm_up", Schedule.warmUp(5, 0.2, Schedule.cosine(15, 0.1)));
    JsonNode recorded = fixture.document().get("schedules");
    assertThat(recorded.fieldNames()).toIterable().hasSameElementsAs(all.keySet());
    all.forEach(
        (name, schedule) -> {
          for (int step = 0; step < 20; step++) {
            assertThat(0.1 * schedule.factor(step))
                .as("%s, step %d", name, step)
                .isCloseTo(recorded.get(name).get(step).asDouble(), offset(1e-15));
          }
        });
  }
}
