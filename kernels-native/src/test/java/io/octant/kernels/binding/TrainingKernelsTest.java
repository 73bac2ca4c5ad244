package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.reference.kernel.Slopes;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every variant of the kernels of training gives the bytes of the first. */
class TrainingKernelsTest {
  private static final float SCALE = 0.013f;
  private static final QRange RANGE = new QRange(0, 127);
  private static final int ZERO_POINT = 40;
  private static final List<Stage> STAGES =
      List.of(Stage.FAKE_QUANTIZE, Stage.CLIP, Stage.RELU, Stage.FAKE_QUANTIZE);

  private final TestData data = new TestData(48);

  static Stream<String> variants() {
    return NativeLibrary.find().orElseThrow().variants().stream();
  }

  private static float[] stageParameters() {
    float[] out = new float[STAGES.size() * Stage.FLOATS];
    for (int at : new int[] {0, 3 * Stage.FLOATS}) {
      out[at] = 1 / SCALE;
      out[at + 1] = SCALE;
      out[at + 2] = ZERO_POINT;
      out[at + 3] = RANGE.min();
      out[at + 4] = RANGE.max();
      out[at + 5] = 1;
    }
    out[Stage.FLOATS] = -0.3f;
    out[Stage.FLOATS + 1] = 0.9f;
    return out;
  }

  private static ByteBuffer run(NativeKernel made, long dstBytes, ByteBuffer... sources) {
    try (NativeKernel kernel = made) {
      return Execution.run(kernel, dstBytes, sources);
    }
  }

  private static ByteBuffer joined(float[]... parts) {
    int n = Arrays.stream(parts).mapToInt(p -> p.length).sum();
    float[] all = new float[n];
    int at = 0;
    for (float[] p : parts) {
      System.arraycopy(p, 0, all, at, p.length);
      at += p.length;
    }
    return Execution.bytes(all);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void channelsHaveTheBytesOfTheBaseline(String isa) {
    for (int channels : new int[] {1, 3, 15, 16, 17, 24, 127, 1031}) {
      for (int places : new int[] {1, 2, 63, 1009}) {
        if (places * channels > 300_000) {
          continue;
        }
        ByteBuffer x = Execution.bytes(data.floats((long) places * channels));
        ByteBuffer grad = Execution.bytes(data.floats((long) places * channels));
        float[] perChannel = data.floats(3L * channels);
        ByteBuffer parameters = joined(perChannel, stageParameters());
        ByteBuffer coefficients = Execution.bytes(data.floats(3L * channels));
        long bytes = 4L * places * channels;
        List<Function<String, ByteBuffer>> kernels =
            List.of(
                v -> run(TrainingKernels.channelStatistics(places, channels, v), 28L * channels, x),
                v ->
                    run(
                        TrainingKernels.channelNorm(places, channels, STAGES, v),
                        bytes,
                        x,
                        parameters),
                v ->
                    run(
                        TrainingKernels.channelNormSums(places, channels, STAGES, v),
                        16L * channels,
                        grad,
                        x,
                        parameters),
                v ->
                    run(
                        TrainingKernels.channelNormGradient(places, channels, STAGES, v),
                        bytes,
                        grad,
                        x,
                        parameters,
                        coefficients));
        for (Function<String, ByteBuffer> kernel : kernels) {
          assertThat(kernel.apply(isa))
              .as("%s places of %s channels", places, channels)
              .isEqualTo(kernel.apply("baseline"));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void stagesAreThoseOfTheReference(String isa) {
    for (int n : new int[] {1, 15, 16, 17, 1023, 1024, 1025, 4099}) {
      float[] x = data.floats(n);
      x[n / 2] = Float.NaN;
      x[n - 1] = Float.POSITIVE_INFINITY;
      ByteBuffer actual =
          run(
              TrainingKernels.straightThrough(n, false, List.of(Stage.FAKE_QUANTIZE), isa),
              4L * n,
              Execution.bytes(x),
              Execution.bytes(Arrays.copyOf(stageParameters(), Stage.FLOATS)),
              ByteBuffer.allocate(n));
      FakeQuantization expected =
          FakeQuantization.of(Tensor.of(x, n), QParams.perTensor(SCALE, ZERO_POINT), RANGE);
      assertThat(Execution.floats(actual)).as("%s", n).isEqualTo(expected.output().floats());

      float[] gradient = data.floats(n);
      float[] perChannel = {0, 1, 0};
      ByteBuffer passed =
          run(
              TrainingKernels.channelNormGradient(n, 1, List.of(Stage.FAKE_QUANTIZE), isa),
              4L * n,
              Execution.bytes(gradient),
              Execution.bytes(finite(x)),
              joined(perChannel, Arrays.copyOf(stageParameters(), Stage.FLOATS)),
              Execution.bytes(new float[] {1, 0, 0}));
      Tensor wanted =
          FakeQuantization.of(Tensor.of(finite(x), n), QParams.perTensor(SCALE, ZERO_POINT), RANGE)
              .gradient(Tensor.of(gradient, n));
      assertThat(Execution.floats(passed)).isEqualTo(wanted.floats());
    }
  }

  private static float[] finite(float[] x) {
    float[] out = x.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = Float.isFinite(out[i]) ? out[i] : 1;
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void clampsPassGradientsBetweenTheirEndsOnly(String isa) {
    float[] x = {-1, -0.0f, 0, 0.5f, 6, 7};
    float[] parameters = new float[Stage.FLOATS];
    parameters[1] = 6;
    Slopes.Slope relu6 = Slopes.of("relu6");
    Slopes.Slope relu = Slopes.of("relu");
    float[] ones = {1, 1, 1, 1, 1, 1};
    for (Stage stage : List.of(Stage.CLIP, Stage.RELU)) {
      ByteBuffer passed =
          run(
              TrainingKernels.channelNormGradient(x.length, 1, List.of(stage), isa),
              4L * x.length,
              Execution.bytes(ones),
              Execution.bytes(x),
              joined(new float[] {0, 1, 0}, parameters),
              Execution.bytes(new float[] {1, 0, 0}));
      for (int i = 0; i < x.length; i++) {
        double slope = (stage == Stage.CLIP ? relu6 : relu).at(x[i], 0, 0);
        assertThat(Execution.floats(passed.duplicate().order(passed.order()))[i])
            .as("%s at %s", stage, x[i])
            .isEqualTo((float) slope);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void sumsHaveTheBytesOfTheBaseline(String isa) {
    for (int n : new int[] {1, 15, 16, 17, 1009}) {
      ByteBuffer a = Execution.bytes(data.floats(5L * n));
      ByteBuffer b = Execution.bytes(data.floats(5L * n));
      List<Function<String, ByteBuffer>> kernels =
          List.of(
              v -> run(TrainingKernels.extrema(5, n, false, v), 60, a),
              v -> run(TrainingKernels.extrema(5, n, true, v), 60, a, b),
              v -> run(TrainingKernels.rowProducts(5, n, v), 20, a, b),
              v -> run(TrainingKernels.columnSums(5, n, v), 4L * n, a));
      for (Function<String, ByteBuffer> kernel : kernels) {
        assertThat(kernel.apply(isa)).as("%s", n).isEqualTo(kernel.apply("baseline"));
      }
    }
  }
}
