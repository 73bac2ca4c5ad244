package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.calibration.TensorStatistics;
import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.GraphModule;
import io.octant.kernels.NativeEngine;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trained example models, float, observed and int8, all native and as the reference says. */
class DigitsModelsTest {
  private static final int BATCH = 4;
  private static final Path MODELS = Path.of("..", "examples", "models");
  private static final List<TensorSpec> INPUTS =
      List.of(new TensorSpec("input", DType.FLOAT32, Shape.of(BATCH, 1, 28, 28)));

  private final NativeEngine engine = new NativeEngine();

  private static Tensor image() {
    Tensor t = new TestGraph().values(BATCH, 1, 28, 28);
    float[] pixels = t.floats().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Math.max(pixels[i] / 2, 0);
    }
    return Tensor.of(pixels, BATCH, 1, 28, 28);
  }

  private static void assertAllNative(Session session) {
    assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
  }

  @ParameterizedTest
  @CsvSource({
    "digits-resnet, SEVEN_BITS",
    "digits-mobilenet, SEVEN_BITS",
    "digits-mobilenet, EIGHT_BITS",
    "digits-vit, EIGHT_BITS"
  })
  void allModesRunNativelyAndAgreeWithTheReference(String name, ActivationRange bits) {
    GraphModule model = OnnxImporter.load(MODELS.resolve(name).resolve("model.onnx"));
    Tensor image = image();
    try (Session session = engine.compile(model, INPUTS);
        ExecutionContext context = session.newContext()) {
      assertAllNative(session);
      NativeAgainstReferenceTest.assertClose(
          context.run(List.of(image), BATCH).get(0), model.runTensor(image));
    }

    GraphModule prepared =
        QuantizeFx.prepare(model, DefaultQConfigMappings.octant(QuantizedEngine.X86, bits));
    try (Session session = engine.compile(prepared, INPUTS);
        ExecutionContext context = session.newContext();
        Session reference = new ReferenceEngine().compile(prepared, INPUTS);
        ExecutionContext oracle = reference.newContext()) {
      assertAllNative(session);
      context.run(List.of(image), BATCH - 1);
      oracle.run(List.of(image), BATCH - 1);
      var actual = TensorStatistics.KIND.all(context.drainStatistics());
      var expected = TensorStatistics.KIND.all(oracle.drainStatistics());
      assertThat(actual).containsOnlyKeys(expected.keySet());
      expected.forEach(
          (path, e) -> assertThat(actual.get(path).count()).as(path).isEqualTo(e.count()));
      MergeableObserver.feed(prepared, actual);
    }

    GraphModule int8 = QuantizeFx.convert(prepared);
    try (Session session = engine.compile(int8, INPUTS);
        ExecutionContext context = session.newContext()) {
      assertAllNative(session);
      Tensor actual = context.run(List.of(image), BATCH).get(0);
      Tensor expected = int8.runTensor(image);
      // Single steps of earlier layers may move a logit by a step or two of its own scale, of
      // which there are 128 or 256 in the range.
      int steps = bits == ActivationRange.SEVEN_BITS ? 128 : 256;
      float range = 0;
      for (float v : expected.floats()) {
        range = Math.max(range, Math.abs(v));
      }
      for (int i = 0; i < expected.numel(); i++) {
        assertThat(actual.floats()[i]).isCloseTo(expected.floats()[i], within(range * 4 / steps));
      }
    }
    assertThat(engine.liveObjects()).isZero();
  }
}
