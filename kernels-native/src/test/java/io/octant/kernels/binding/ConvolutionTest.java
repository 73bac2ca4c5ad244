package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** oneDNN convolutions as configured here, against sums of products in double. */
class ConvolutionTest {
  private static final double EPSILON = Math.ulp(1f);
  private final TestData data = new TestData(7);

  @ParameterizedTest
  @MethodSource("io.octant.kernels.binding.ConvolutionCase#all")
  void floatConvolutionWithBiasAndReluIsTheSumOfProducts(ConvolutionCase c) {
    float[] src = data.floats(c.src(ElementType.F32).elements());
    float[] weights = data.floats(c.weightCount());
    float[] bias = data.floats(c.out());
    float[] actual;
    try (Attributes attributes = new Attributes().then(Unary.RELU, 0, 0);
        NativeKernel kernel =
            Kernels.convolution(
                c.src(ElementType.F32),
                c.weights(ElementType.F32),
                weights,
                bias,
                c.dst(ElementType.F32),
                c.window(),
                attributes)) {
      actual =
          Execution.floats(
              Execution.run(kernel, c.dst(ElementType.F32).bytes(), Execution.bytes(src)));
    }
    double[][] expected = c.products(i -> src[i], i -> weights[i]);
    int k = c.in() / c.groups() * c.kernel() * c.kernel();
    for (int i = 0; i < actual.length; i++) {
      double sum = expected[0][i] + bias[i % c.out()];
      double magnitude = expected[1][i] + Math.abs(bias[i % c.out()]);
      assertThat((double) actual[i])
          .as("value %s of %s", i, c)
          .isCloseTo(Math.max(sum, 0), within((k + 2) * EPSILON * magnitude));
    }
  }

  @ParameterizedTest
  @MethodSource("io.octant.kernels.binding.ConvolutionCase#all")
  void integerConvolutionRequantizesTheExactSum(ConvolutionCase c) {
    // 7 bits of activation, as the x86 default has: instruction sets without VNNI add pairs of
    // products in 16 bits.
    byte[] src = data.bytes(c.src(ElementType.U8).elements());
    for (int i = 0; i < src.length; i++) {
      src[i] &= 127;
    }
    byte[] weights = data.bytes(c.weightCount());
    float[] bias = data.floats(c.out());
    float[] weightScales = new float[c.out()];
    for (int i = 0; i < weightScales.length; i++) {
      weightScales[i] = 0.01f + 0.001f * data.below(10);
    }
    float srcScale = 0.02f;
    int srcZero = 11;
    float dstScale = 0.05f * c.in() / c.groups();
    int dstZero = 60;
    ByteBuffer actual;
    try (Attributes attributes =
            new Attributes()
                .scales(Attributes.Operand.SRC, srcScale)
                .scales(Attributes.Operand.WEIGHTS, weightScales)
                .scales(Attributes.Operand.DST, dstScale)
                .zeroPoint(Attributes.Operand.SRC, srcZero)
                .zeroPoint(Attributes.Operand.DST, dstZero);
        NativeKernel kernel =
            Kernels.convolution(
                c.src(ElementType.U8),
                c.weights(ElementType.S8),
                weights,
                bias,
                c.dst(ElementType.U8),
                c.window(),
                attributes)) {
      actual = Execution.run(kernel, c.dst(ElementType.U8).bytes(), Execution.bytes(src));
    }
    double[] sums = c.products(i -> src[i] - srcZero, i -> weights[i])[0];
    for (int i = 0; i < sums.length; i++) {
      float scale = srcScale * weightScales[i % c.out()];
      double real = Math.rint((sums[i] * scale + bias[i % c.out()]) / dstScale) + dstZero;
      int expected = (int) Math.max(0, Math.min(255, real));
      assertThat(actual.get(i) & 255).as("value %s of %s", i, c).isCloseTo(expected, within(1));
    }
  }

  @ParameterizedTest
  @MethodSource("io.octant.kernels.binding.ConvolutionCase#all")
  void aSampleDoesNotFeelItsNeighbours(ConvolutionCase c) {
    ConvolutionCase many =
        new ConvolutionCase(
            7,
            c.in(),
            c.out(),
            c.height(),
            c.width(),
            c.kernel(),
            c.stride(),
            c.pad(),
            c.dilation(),
            c.groups());
    float[] weights = data.floats(c.weightCount());
    float[] src = data.floats(many.src(ElementType.F32).elements());
    try (Attributes none = new Attributes();
        NativeKernel kernel = kernel(many, weights, none)) {
      byte[] all = Neighbours.run(kernel, many.dst(ElementType.F32).bytes(), src);
      Neighbours.assertRotationMovesResults(
          7, src, all, rotated -> Neighbours.run(kernel, all.length, rotated));
    }
  }

  private static NativeKernel kernel(ConvolutionCase c, float[] weights, Attributes attributes) {
    return Kernels.convolution(
        c.src(ElementType.F32),
        c.weights(ElementType.F32),
        weights,
        null,
        c.dst(ElementType.F32),
        c.window(),
        attributes);
  }
}
