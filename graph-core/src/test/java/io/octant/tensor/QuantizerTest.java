package io.octant.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import org.junit.jupiter.api.Test;

class QuantizerTest {
  private static final QRange U8 = QRange.of(DType.QUINT8);
  private static final float INF = Float.POSITIVE_INFINITY;

  /** The three rules at a tie with an odd zero point: 2.5 + 7 and 2 + 7. */
  @Test
  void theRulesDifferAtTies() {
    assertThat(Quantizer.quantize(2.5f, 1, 7, U8)).isEqualTo(10);
    assertThat(Quantizer.quantizeWithFloatZeroPoint(2.5f, 1, 7, U8)).isEqualTo(10);
    assertThat(Quantizer.quantizeThenShift(2.5f, 1, 7, U8)).isEqualTo(9);
  }

  /** 0.35f · 10 is 3.5 in float32 but below it exactly: only the fused rule sees that. */
  @Test
  void perTensorRoundsOnce() {
    QRange s8 = QRange.of(DType.QINT8);
    float inverse = Quantizer.inverse(0.1);
    assertThat(0.35f * inverse).isEqualTo(3.5f);
    assertThat((double) 0.35f * inverse).isLessThan(3.5);
    assertThat(Quantizer.quantize(0.35f, inverse, -4, s8)).isEqualTo(-1);
    assertThat(Quantizer.quantizeWithFloatZeroPoint(0.35f, inverse, -4, s8)).isZero();
  }

  @Test
  void infinitySaturatesAndNanIsZero() {
    Tensor x = Tensor.of(new float[] {INF, -INF, Float.NaN, 1e30f, -1e30f}, 5);
    QParams q = QParams.perTensor(0.1, 10);
    assertThat(Quantizer.quantize(x, q, DType.QUINT8).ints()).containsExactly(255, 0, 10, 255, 0);
    FakeQuantization fake = FakeQuantization.of(x, q, U8);
    assertThat(fake.output().floats()).containsExactly(24.5f, -1, 0, 24.5f, -1);
    assertThat(fake.mask().ints()).containsExactly(0, 0, 0, 0, 0);
  }

  @Test
  void thirtyTwoBitsSaturate() {
    Tensor x = Tensor.of(new float[] {1e20f, -1e20f, INF}, 3);
    assertThat(Quantizer.quantize(x, QParams.perTensor(1, 0), DType.QINT32).ints())
        .containsExactly(Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  @Test
  void dequantizingIntegersAgainGivesThem() {
    for (int q = 0; q <= 255; q++) {
      float x = Quantizer.dequantize(q, 0.037f, 113);
      assertThat(Quantizer.quantize(x, Quantizer.inverse(0.037f), 113, U8)).isEqualTo(q);
    }
  }

  @Test
  void emptyTensorsStayEmpty() {
    Tensor empty = Tensor.of(new float[0], 0, 3);
    Tensor q = Quantizer.quantize(empty, QParams.perTensor(1, 0), DType.QUINT8);
    assertThat(q.shape()).isEqualTo(Shape.of(0, 3));
    assertThat(Quantizer.dequantize(q)).isEqualTo(empty);
  }

  @Test
  void parametersThatDoNotFitAreRefused() {
    Tensor x = Tensor.of(new float[4], 2, 2);
    QParams three =
        QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, new double[] {1, 1, 1}, new double[3], 0);
    assertThatThrownBy(() -> Quantizer.quantize(x, three, DType.QUINT8))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("3 scales, expected 2");
    assertThatThrownBy(() -> Quantizer.quantize(x, QParams.perTensor(1, 300), DType.QUINT8))
        .hasMessageContaining("zero point: 300, expected one within 0..255");
    assertThatThrownBy(() -> FakeQuantization.of(x, QParams.perTensor(1, 300), U8))
        .isInstanceOf(OctantException.class);
    assertThatThrownBy(() -> Quantizer.quantize(x, QParams.perTensor(1, 0), DType.INT8))
        .isInstanceOf(OctantException.class);
  }

  @Test
  void runTimeParametersOfDegenerateRanges() {
    assertThat(DynamicQParams.affine(0, 0, U8)).isEqualTo(QParams.perTensor(0.1, 0));
    assertThat((float) DynamicQParams.affine(0, 1e-5f, U8).scale()).isEqualTo(6.1e-5f);
    assertThat((float) DynamicQParams.fusedSymmetric(-1, 2, new QRange(-128, 127)).scale())
        .isEqualTo(2f / 127);
    assertThatThrownBy(() -> DynamicQParams.affine(1, -1, U8)).isInstanceOf(OctantException.class);
    assertThatThrownBy(() -> DynamicQParams.affine(Float.NaN, 1, U8))
        .isInstanceOf(OctantException.class);
  }
}
