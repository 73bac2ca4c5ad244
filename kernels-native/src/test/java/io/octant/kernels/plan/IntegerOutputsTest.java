package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.IntegerLayer.Arithmetic;
import io.octant.engine.IntegerLayers;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole 8-bit networks, calibrated on the reference engine so that the integers are those of every
 * machine: their outputs are the reference engine's bit for bit, whichever kernels an instruction
 * set brings. {@code dev/test-isas} plays them all.
 */
class IntegerOutputsTest {
  private static final int BATCH = 16;
  private static final int BATCHES = 16;

  private static final Path MODELS = Path.of("..", "examples", "models");
  private static final List<TensorSpec> INPUTS =
      List.of(new TensorSpec("input", DType.FLOAT32, Shape.of(BATCH, 1, 28, 28)));

  @ParameterizedTest
  @ValueSource(strings = {"digits-mobilenet", "digits-resnet"})
  void outputsAreThoseOfTheReferenceOnEveryInstructionSet(String name) {
    List<Tensor> samples = rings();
    GraphModule int8 = converted(name, samples.subList(0, 2));
    NativeEngine engine = new NativeEngine();
    double[] expected = outputs(new ReferenceEngine(), int8, samples);

    assertThat(outputs(engine, int8, samples)).as(engine.isa()).isEqualTo(expected);
    IntegerLayers layers = layers(engine, int8);
    assertThat(layers.count(Arithmetic.REFERENCE)).isZero();
    boolean isDepthwise = name.equals("digits-mobilenet");
    assertThat(layers.count(Arithmetic.FAST))
        .as("layers whose fastest kernel is exact on %s: depthwise ones everywhere", engine.isa())
        .matches(fast -> fast > 0 == (isDepthwise || IntegerArithmetic.hasVnni(engine.isa())));
    assertThat(layers.layers())
        .filteredOn(l -> l.arithmetic() == Arithmetic.EXACT)
        .as("layers that take another kernel as pair sums are not exact on %s", engine.isa())
        .matches(exact -> exact.isEmpty() == IntegerArithmetic.hasVnni(engine.isa()));
  }

  private static GraphModule converted(String name, List<Tensor> calibration) {
    GraphModule prepared =
        QuantizeFx.prepare(
            OnnxImporter.load(MODELS.resolve(name).resolve("model.onnx")),
            DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS));
    try (Session session = new ReferenceEngine().compile(prepared, INPUTS);
        ExecutionContext context = session.newContext()) {
      calibration.forEach(batch -> context.run(List.of(batch), BATCH));
      MergeableObserver.feed(prepared, context.drainStatistics());
    }
    return QuantizeFx.convert(prepared);
  }

  private static double[] outputs(Engine engine, GraphModule int8, List<Tensor> samples) {
    List<Double> out = new ArrayList<>();
    try (Session session = engine.compile(int8, INPUTS);
        ExecutionContext context = session.newContext()) {
      for (Tensor batch : samples) {
        for (float logit : context.run(List.of(batch), BATCH).get(0).floats()) {
          out.add((double) logit);
        }
      }
    }
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static IntegerLayers layers(Engine engine, GraphModule int8) {
    try (Session session = engine.compile(int8, INPUTS)) {
      return session.integerLayers();
    }
  }

  /** Noisy rings at random places, 0 to 1: strokes, as the networks know them. */
  private static List<Tensor> rings() {
    Random random = new Random(7);
    List<Tensor> out = new ArrayList<>();
    for (int b = 0; b < BATCHES; b++) {
      float[] pixels = new float[BATCH * 28 * 28];
      for (int s = 0; s < BATCH; s++) {
        int centerX = 6 + random.nextInt(16);
        int centerY = 6 + random.nextInt(16);
        for (int i = 0; i < 28 * 28; i++) {
          double distance = Math.hypot(i % 28 - centerX, i / 28 - centerY);
          double ink = 1.3 - Math.abs(distance - 4 - s % 4) / 2 + 0.2 * random.nextGaussian();
          pixels[s * 28 * 28 + i] = distance < 10 ? (float) Math.max(0, Math.min(1, ink)) : 0;
        }
      }
      out.add(Tensor.of(pixels, BATCH, 1, 28, 28));
    }
    return out;
  }
}
