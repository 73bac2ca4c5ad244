package io.octant.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.reference.quantized.ConvolutionGeometry;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Weights at and beyond what two products may sum to in 16 bits. */
class PairSumsTest {
  private static Tensor weight(int[] values, int... dims) {
    return Tensor.quantized(DType.QINT8, Shape.of(dims), values, QParams.perTensor(0.1, 0));
  }

  private static PairSums linear(int channels, int... values) {
    return PairSums.of(
        new PackedLinear(
            weight(values, channels, values.length / channels), null, QuantizedEngine.X86));
  }

  /** The definition: some pair of products with activations of 255 leaves 16 bits. */
  private static boolean leaves16Bits(int... values) {
    for (int i = 0; i < values.length; i++) {
      for (int k = i + 1; k < values.length; k++) {
        int most = 255 * (Math.max(values[i], 0) + Math.max(values[k], 0));
        int least = 255 * (Math.min(values[i], 0) + Math.min(values[k], 0));
        if (most > Short.MAX_VALUE || least < Short.MIN_VALUE) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void everyPairOfWeightsIsJudgedByItsProducts() {
    for (int a = -128; a < 128; a++) {
      for (int b = -128; b < 128; b++) {
        assertThat(linear(1, a, b).saturating())
            .as("%s, %s", a, b)
            .isEqualTo(leaves16Bits(a, b) ? 1 : 0);
      }
    }
  }

  @Test
  void anyTwoWeightsOfAChannelCountWhereverTheyStand() {
    assertThat(linear(1, 100, 0, -100, 0, 28)).isEqualTo(new PairSums(1, 0));
    assertThat(linear(1, 100, 0, -100, 0, 29)).isEqualTo(new PairSums(1, 1));
    assertThat(linear(1, -100, 0, 100, 0, -29)).isEqualTo(new PairSums(1, 1));
    assertThat(linear(3, 127, 127, 64, 64, -128, -1)).isEqualTo(new PairSums(3, 2));
    assertThat(linear(2, 127, -128)).isEqualTo(new PairSums(2, 0));
    assertThat(linear(1, new int[0])).isEqualTo(new PairSums(1, 0));
  }

  @Test
  void aTransposedConvolutionGathersAnOutputChannelAcrossInputs() {
    // [in 2, out 2, 1, 1]: channel 0 has 100 and 100, channel 1 has 1 and 1.
    int[] values = {100, 1, 100, 1};
    List<Integer> one = List.of(1, 1);
    List<Integer> none = List.of(0, 0);
    PackedConvolution whole =
        new PackedConvolution(
            weight(values, 2, 2, 1, 1),
            null,
            new ConvolutionGeometry(one, none, one, none, 1, true),
            QuantizedEngine.X86);
    PackedConvolution grouped =
        new PackedConvolution(
            weight(values, 2, 2, 1, 1),
            null,
            new ConvolutionGeometry(one, none, one, none, 2, true),
            QuantizedEngine.X86);
    PackedConvolution forward =
        new PackedConvolution(
            weight(Arrays.copyOf(values, 4), 2, 2, 1, 1),
            null,
            ConvolutionGeometry.forward(one, none, one, 1),
            QuantizedEngine.X86);

    assertThat(PairSums.of(whole)).isEqualTo(new PairSums(2, 1));
    assertThat(PairSums.of(grouped)).isEqualTo(new PairSums(4, 0));
    assertThat(PairSums.of(forward)).isEqualTo(new PairSums(2, 0));
  }
}
