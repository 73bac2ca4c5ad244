package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact 8-bit layer on every variant: the reference operators' integers, all of them. */
class IntegerLayerTest {
  private static final float SRC_SCALE = 0.02f;
  private static final int DST_ZERO = 61;

  private final TestData data = new TestData(23);

  /** What src and weights hold. */
  private enum Values {
    RANDOM,
    /** The ends of the ranges, where pairs of products exceed 16 bits furthest. */
    LARGEST,
    ALTERNATING;

    byte at(int i, boolean isSigned, TestData data) {
      int largest = isSigned ? 127 : 255;
      return (byte)
          switch (this) {
            case RANDOM -> data.below(256);
            case LARGEST -> largest;
            case ALTERNATING -> i % 2 == 0 ? largest : isSigned ? -128 : 0;
          };
    }
  }

  private static List<String> variants() {
    NativeLibrary library = NativeLibrary.find().orElseThrow();
    List<String> out = new ArrayList<>(library.variants());
    if (library.isa().matches("avx512_core_(vnni|bf16|fp16|amx).*")) {
      out.add("avx512_vnni");
    }
    if (library.isa().startsWith("avx2_vnni")) {
      out.add("avx2_vnni");
    }
    return out;
  }

  static Stream<Arguments> cases() {
    return ConvolutionCase.all().flatMap(c -> variants().stream().map(v -> Arguments.of(c, v)));
  }

  private byte[] bytes(long n, Values values, boolean isSigned) {
    byte[] out = new byte[Math.toIntExact(n)];
    for (int i = 0; i < out.length; i++) {
      out[i] = values.at(i, isSigned, data);
    }
    return out;
  }

  private static int value(byte b, ElementType type) {
    return type == ElementType.U8 ? b & 255 : b;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyIntegerIsThatOfTheFormula(ConvolutionCase c, String variant) {
    for (ElementType type : List.of(ElementType.U8, ElementType.S8)) {
      for (Values values : Values.values()) {
        for (RequantizationRule rule : RequantizationRule.values()) {
          check(c, variant, type, values, rule);
        }
      }
    }
  }

  /** Positions behind the last pixel read the real number 0, not what lies behind in memory. */
  @ParameterizedTest
  @MethodSource("variants")
  void paddingMayLieBehindAlone(String variant) {
    for (ElementType type : List.of(ElementType.U8, ElementType.S8)) {
      for (int stride = 1; stride <= 2; stride++) {
        MemoryLayout weights = MemoryLayout.rowMajor(ElementType.S8, 24, 16, 1, 1);
        byte[] weightData = data.bytes(weights.elements());
        byte[] src = data.bytes(16 * 6);
        byte[] padded = src.clone();
        Arrays.fill(padded, 16 * 4, padded.length, (byte) 11);
        assertThat(pixels(type, 4, stride, src, weights, weightData, variant))
            .as("%s, stride %s", type, stride)
            .isEqualTo(pixels(type, 6, stride, padded, weights, weightData, variant));
      }
    }
  }

  /** A column of pixels that becomes one of six by padding behind. */
  private static byte[] pixels(
      ElementType type,
      int height,
      int stride,
      byte[] src,
      MemoryLayout weights,
      byte[] weightData,
      String variant) {
    long[] one = {1, 1};
    Window window =
        new Window(one, new long[] {stride, 1}, one, new long[] {0, 0}, new long[] {6 - height, 0});
    MemoryLayout from = MemoryLayout.channelsLast(type, 1, 16, height, 1);
    MemoryLayout to = MemoryLayout.channelsLast(type, 1, 24, window.output(0, height), 1);
    try (Attributes attributes =
            new Attributes()
                .scales(Attributes.Operand.SRC, SRC_SCALE)
                .scales(Attributes.Operand.WEIGHTS, 0.01f)
                .scales(Attributes.Operand.DST, 3)
                .zeroPoint(Attributes.Operand.SRC, 11)
                .zeroPoint(Attributes.Operand.DST, DST_ZERO);
        NativeKernel kernel =
            Kernels.integerLayer(
                from,
                weights,
                weightData,
                null,
                to,
                window,
                attributes,
                RequantizationRule.ONEDNN,
                variant)) {
      return Execution.run(kernel, to.bytes(), Execution.bytes(src)).array();
    }
  }

  private static String implementation(
      ConvolutionCase c, String variant, ElementType type, Values values, int zero) {
    boolean window = c.kernel() == 3 && c.stride() == 1 && c.dilation() == 1 && c.groups() == 1;
    int tiles = (c.outHeight() + 3) / 4 * ((c.outWidth() + 3) / 4);
    double gain = c.outHeight() * c.outWidth() / (4.0 * tiles);
    boolean pays = variant.endsWith("_vnni") ? gain >= 3 && tiles >= 16 : gain >= 1.5;
    // Sums of the largest activations and weights have to lie below 2^25.
    int largest = (type == ElementType.S8 ? 127 : 255) - zero;
    boolean fits = values != Values.LARGEST || largest * 127 * 9 * c.in() < 1 << 25;
    return (window && pays && fits && Math.min(c.in(), c.out()) >= 32
            ? "integer_winograd:"
            : "integer_layer:")
        + variant;
  }

  private void check(
      ConvolutionCase c, String variant, ElementType type, Values values, RequantizationRule rule) {
    boolean isSigned = type == ElementType.S8;
    byte[] src = bytes(c.src(type).elements(), values, isSigned);
    byte[] weights = bytes(c.weightCount(), values, true);
    float[] bias = data.floats(c.out());
    float[] weightScales = new float[c.out()];
    for (int i = 0; i < weightScales.length; i++) {
      weightScales[i] = 0.01f + 0.001f * data.below(10);
    }
    int srcZero = isSigned ? -7 : 11;
    int k = c.in() / c.groups() * c.kernel() * c.kernel();
    float dstScale = (values == Values.RANDOM ? 0.4f : 3f) * (float) Math.sqrt(k);
    ByteBuffer actual;
    try (Attributes attributes =
            new Attributes()
                .scales(Attributes.Operand.SRC, SRC_SCALE)
                .scales(Attributes.Operand.WEIGHTS, weightScales)
                .scales(Attributes.Operand.DST, dstScale)
                .zeroPoint(Attributes.Operand.SRC, srcZero)
                .zeroPoint(Attributes.Operand.DST, DST_ZERO)
                .then(Unary.RELU, 0.5f, 0);
        NativeKernel kernel =
            Kernels.integerLayer(
                c.src(type),
                c.weights(ElementType.S8),
                weights,
                bias,
                c.dst(type),
                c.window(),
                attributes,
                rule,
                variant)) {
      assertThat(kernel.implementation())
          .isEqualTo(implementation(c, variant, type, values, srcZero));
      actual = Execution.run(kernel, c.dst(type).bytes(), Execution.bytes(src));
    }
    double[] sums = c.products(i -> value(src[i], type) - srcZero, i -> weights[i])[0];
    for (int i = 0; i < sums.length; i++) {
      float unit = SRC_SCALE * weightScales[i % c.out()];
      float units = bias[i % c.out()] / unit;
      if (rule == RequantizationRule.QNNPACK) {
        units = (float) Math.rint(units);
      }
      float steps = ((float) (int) sums[i] + units) * (unit / dstScale);
      steps = steps > 0 ? steps : steps * 0.5f;
      float whole =
          rule == RequantizationRule.ONEDNN
              ? (float) Math.rint(steps + DST_ZERO)
              : (float) Math.rint(steps) + DST_ZERO;
      float expected = Math.max(isSigned ? -128 : 0, Math.min(isSigned ? 127 : 255, whole));
      assertThat(value(actual.get(i), type))
          .as("value %s of %s, %s, %s, %s", i, c, type, values, rule)
          .isEqualTo((int) expected);
    }
  }

  /** Results in f32: each the same three float operations on an exact sum, on every variant. */
  @ParameterizedTest
  @MethodSource("cases")
  void realResultsAreSumsTimesScalePlusBias(ConvolutionCase c, String variant) {
    for (ElementType type : List.of(ElementType.U8, ElementType.S8)) {
      for (Values values : Values.values()) {
        checkReal(c, variant, type, values);
      }
    }
  }

  private void checkReal(ConvolutionCase c, String variant, ElementType type, Values values) {
    byte[] src = bytes(c.src(type).elements(), values, type == ElementType.S8);
    byte[] weights = bytes(c.weightCount(), values, true);
    float[] bias = data.floats(c.out());
    float[] weightScales = new float[c.out()];
    for (int i = 0; i < weightScales.length; i++) {
      weightScales[i] = 0.01f + 0.001f * data.below(10);
    }
    int srcZero = type == ElementType.S8 ? -7 : 11;
    MemoryLayout to = c.dst(ElementType.F32);
    float[] addends = data.floats(to.elements());
    float[] actual;
    try (Attributes attributes =
            new Attributes()
                .scales(Attributes.Operand.SRC, SRC_SCALE)
                .scales(Attributes.Operand.WEIGHTS, weightScales)
                .zeroPoint(Attributes.Operand.SRC, srcZero)
                .then(Unary.RELU, 0.5f, 0)
                .then(Binary.ADD, to);
        NativeKernel kernel =
            Kernels.integerLayer(
                c.src(type),
                c.weights(ElementType.S8),
                weights,
                bias,
                to,
                c.window(),
                attributes,
                RequantizationRule.QNNPACK,
                variant)) {
      assertThat(kernel.implementation()).startsWith("integer_layer:");
      actual =
          Execution.floats(
              Execution.runAt(
                  1, kernel, to.bytes(), Execution.bytes(src), Execution.bytes(addends)));
    }
    double[] sums = c.products(i -> value(src[i], type) - srcZero, i -> weights[i])[0];
    for (int i = 0; i < sums.length; i++) {
      int channel = i % c.out();
      float real = (float) (int) sums[i] * (SRC_SCALE * weightScales[channel]) + bias[channel];
      assertThat(actual[i])
          .as("value %s of %s, %s, %s", i, c, type, values)
          .isEqualTo((real > 0 ? real : real * 0.5f) + addends[i]);
    }
  }
}
