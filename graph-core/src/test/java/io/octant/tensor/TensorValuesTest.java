package io.octant.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tensors, shapes, element types and parameters as values: what they hold, equality, refusals. */
class TensorValuesTest {
  private static final QParams HALF = QParams.perTensor(0.5, 3);

  private static QParams channels(double... scales) {
    return QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, scales, new double[scales.length], 0);
  }

  /** Name, bytes and sign as {@code torch.dtype} has them. */
  @ParameterizedTest
  @CsvSource({
    "float32, 4, true",
    "float64, 8, true",
    "float16, 2, true",
    "bfloat16, 2, true",
    "float8_e5m2, 1, true",
    "float8_e4m3fn, 1, true",
    "int64, 8, true",
    "int32, 4, true",
    "int16, 2, true",
    "int8, 1, true",
    "uint8, 1, false",
    "uint16, 2, false",
    "bool, 1, false",
    "qint8, 1, true",
    "quint8, 1, false",
    "qint32, 4, true",
    "quint4x2, 1, false"
  })
  void dtypesAreThoseOfTorch(String name, int bytes, boolean signed) {
    DType dtype = DType.of(name);
    assertThat(DType.of("torch." + name)).isSameAs(dtype);
    assertThat(dtype).hasToString("torch." + name);
    assertThat(dtype.torchName()).isEqualTo("torch." + name);
    assertThat(dtype.bytes()).isEqualTo(bytes);
    assertThat(dtype.isSigned()).isEqualTo(signed);
    assertThat(dtype.isFloatingPoint()).isEqualTo(name.contains("float"));
    assertThat(dtype.isQuantized()).isEqualTo(name.startsWith("q"));
  }

  @Test
  void thereAreSeventeenDtypes() {
    assertThat(DType.values()).hasSize(17);
    assertThatThrownBy(() -> DType.of("int7"))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot resolve dtype: int7, expected one of [torch.bfloat16,");
  }

  @ParameterizedTest
  @CsvSource({
    "per_tensor_affine, false, false",
    "per_tensor_symmetric, false, true",
    "per_channel_affine, true, false",
    "per_channel_symmetric, true, true",
    "per_channel_affine_float_qparams, true, false"
  })
  void schemesAreThoseOfTorch(String name, boolean perChannel, boolean symmetric) {
    QScheme scheme = QScheme.of(name);
    assertThat(QScheme.of("torch." + name)).isSameAs(scheme);
    assertThat(scheme).hasToString("torch." + name);
    assertThat(scheme.torchName()).isEqualTo("torch." + name);
    assertThat(scheme.isPerChannel()).isEqualTo(perChannel);
    assertThat(scheme.isSymmetric()).isEqualTo(symmetric);
  }

  @Test
  void anUnknownSchemeIsRefused() {
    assertThatThrownBy(() -> QScheme.of("per_row"))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot resolve qscheme: per_row, expected ");
  }

  @ParameterizedTest
  @CsvSource({
    "qint8, -128..127, -64..63",
    "int8, -128..127, -64..63",
    "quint8, 0..255, 0..127",
    "uint8, 0..255, 0..127",
    "quint4x2, 0..15, 0..7",
    "int16, -32768..32767, -16384..16383",
    "uint16, 0..65535, 0..32767",
    "int32, -2147483648..2147483647, -1073741824..1073741823",
    "qint32, -2147483648..2147483647, -1073741824..1073741823"
  })
  void rangesOfDtypes(String dtype, String range, String reduced) {
    QRange whole = QRange.of(DType.of(dtype));
    assertThat(whole).hasToString(range);
    assertThat(whole.reduced()).hasToString(reduced);
    assertThat(whole.levels()).isEqualTo((long) whole.max() - whole.min() + 1);
  }

  @Test
  void aRangeContainsAndClamps() {
    QRange r = new QRange(-2, 3);
    assertThat(r.levels()).isEqualTo(6);
    assertThat(Stream.of(-3L, -2L, 3L, 4L).map(r::contains))
        .containsExactly(false, true, true, false);
    assertThat(Stream.of(-3L, -2L, 3L, 1L << 40).map(r::clamp)).containsExactly(-2, -2, 3, 3);
    assertThatThrownBy(() -> new QRange(1, 0))
        .hasMessage("Cannot make quantized range: 1 to 0, expected min <= max");
    assertThat(new QRange(1, 1).levels()).isOne();
    assertThatThrownBy(() -> QRange.of(DType.FLOAT32))
        .hasMessage(
            "Cannot quantize to dtype: torch.float32, expected an integer type of 4 to 32 bits");
  }

  @Test
  void qparamsAreEqualIfAllIs() {
    assertThat(HALF)
        .isEqualTo(QParams.perTensor(0.5, 3))
        .hasSameHashCodeAs(QParams.perTensor(0.5, 3))
        .isNotEqualTo(QParams.perTensor(0.5, 4))
        .isNotEqualTo(QParams.perTensor(0.25, 3))
        .hasToString("scale=0.5, zeroPoint=3");
    QParams two = channels(1, 2);
    assertThat(two)
        .isEqualTo(channels(1, 2))
        .hasSameHashCodeAs(channels(1, 2))
        .isNotEqualTo(channels(1, 3))
        .isNotEqualTo(
            QParams.perChannel(
                QScheme.PER_CHANNEL_SYMMETRIC, new double[] {1, 2}, new double[2], 0))
        .isNotEqualTo(
            QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, new double[] {1, 2}, new double[2], 1))
        .hasToString("torch.per_channel_affine, axis=0, scales=[1.0, 2.0], zeroPoints=[0, 0]");
    Set<Integer> hashes =
        Stream.of(HALF, QParams.perTensor(0.5, 4), QParams.perTensor(0.25, 3), two, channels(2, 1))
            .map(QParams::hashCode)
            .collect(Collectors.toSet());
    assertThat(hashes).hasSize(5);
  }

  @Test
  void qparamsGiveTheirNumbers() {
    assertThat(HALF.scale()).isEqualTo(0.5);
    assertThat(HALF.zeroPoint()).isEqualTo(3);
    assertThat(HALF.size()).isOne();
    assertThat(HALF.axis()).isEqualTo(-1);
    QParams two = channels(1, 2);
    assertThat(two.scales()).containsExactly(1, 2);
    assertThat(two.zeroPoints()).containsExactly(0, 0);
    two.scales()[0] = 9;
    assertThat(two.scale(0)).isEqualTo(1);
    String refusal =
        "Cannot read the one scale of per-channel qparams on axis 0, expected per tensor";
    assertThatThrownBy(two::scale).hasMessage(refusal);
    assertThatThrownBy(two::zeroPoint).hasMessage(refusal);
    assertThatThrownBy(
            () -> QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, new double[2], new double[3], 0))
        .hasMessage("Cannot make qparams: 2 scales and 3 zero points, expected as many of each");
    assertThatThrownBy(
            () -> QParams.perChannel(QScheme.PER_TENSOR_AFFINE, new double[1], new double[1], 0))
        .hasMessage(
            "Cannot make per-channel qparams: torch.per_tensor_affine, expected a per-channel"
                + " scheme");
  }

  @Test
  void shapesCountAxesFromBothEnds() {
    Shape s = Shape.of(2, 3, 4);
    assertThat(s.dim(-1)).isEqualTo(4);
    assertThat(s.dim(0)).isEqualTo(2);
    assertThat(s.numel()).isEqualTo(24);
    assertThat(s.strides()).containsExactly(12, 4, 1);
    assertThat(s.toArray()).containsExactly(2, 3, 4);
    assertThat(s.withDim(-1, 7)).isEqualTo(Shape.of(2, 3, 7));
    assertThat(s.withDim(0, 7)).isEqualTo(Shape.of(7, 3, 4)).isNotEqualTo(s);
    assertThat(s).hasToString("[2, 3, 4]").hasSameHashCodeAs(Shape.of(2, 3, 4));
    assertThat(s.hashCode()).isNotEqualTo(Shape.of(4, 3, 2).hashCode());
    assertThat(Stream.of(-3L, -1L, 0L, 2L).map(s::axis)).containsExactly(0, 2, 0, 2);
    for (long axis : new long[] {-4, 3}) {
      assertThatThrownBy(() -> s.axis(axis))
          .hasMessage("Cannot resolve axis: " + axis + ", expected one within shape [2, 3, 4]");
    }
    assertThat(Shape.of()).isSameAs(Shape.SCALAR);
    assertThat(Shape.SCALAR.numel()).isOne();
    assertThatThrownBy(() -> Shape.of(2, -1))
        .hasMessage("Cannot make shape: [2, -1], expected no negative dimension");
    assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 15))
        .hasMessage("Cannot make shape: [65536, 32768], expected at most 2^31 - 1 elements");
    assertThat(Shape.of(Integer.MAX_VALUE).numel()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void shapesBroadcastAtTheLastAxis() {
    assertThat(Shape.broadcast(Shape.of(2, 1, 4), Shape.of(3, 1))).isEqualTo(Shape.of(2, 3, 4));
    assertThat(Shape.broadcast(Shape.of(3, 1), Shape.of(2, 1, 4))).isEqualTo(Shape.of(2, 3, 4));
    assertThat(Shape.broadcast(Shape.of(5), Shape.SCALAR)).isEqualTo(Shape.of(5));
    assertThat(Shape.broadcast(Shape.of(0, 3), Shape.of(1, 3))).isEqualTo(Shape.of(0, 3));
    assertThatThrownBy(() -> Shape.broadcast(Shape.of(2, 3), Shape.of(2, 4)))
        .hasMessage(
            "Cannot broadcast shapes: [2, 3] and [2, 4], expected equal sizes or 1 on each axis");
  }

  private static List<Tensor> oneOfEach() {
    return List.of(
        Tensor.of(new float[] {1, 2}, 2),
        Tensor.of(DType.FLOAT64, Shape.of(2), new double[] {1, 2}),
        Tensor.of(DType.INT64, Shape.of(2), new long[] {1, 2}),
        Tensor.of(DType.INT8, Shape.of(2), new int[] {1, 2}),
        Tensor.quantized(DType.QINT8, Shape.of(2), new int[] {1, 2}, HALF));
  }

  @Test
  void tensorsAreEqualIfAllIs() {
    for (Tensor a : oneOfEach()) {
      for (Tensor b : oneOfEach()) {
        assertThat(a.equals(b)).isEqualTo(a.dtype() == b.dtype());
      }
      assertThat(a).isNotEqualTo(a.reshape(Shape.of(1, 2)));
      assertThat(oneOfEach()).filteredOn(b -> b.hashCode() == a.hashCode()).contains(a);
      assertThat(a.hashCode()).isNotEqualTo(a.reshape(Shape.of(1, 2)).hashCode());
      assertThat(a.doubleAt(1)).isEqualTo(2);
      assertThat(a.longAt(1)).isEqualTo(2);
      assertThat(a.isQuantized()).isEqualTo(a.dtype() == DType.QINT8);
    }
    Tensor other =
        Tensor.quantized(DType.QINT8, Shape.of(2), new int[] {1, 2}, QParams.perTensor(1, 3));
    assertThat(other).isNotEqualTo(oneOfEach().get(4));
    assertThat(Tensor.of(new float[] {1, 3}, 2)).isNotEqualTo(oneOfEach().get(0));
    assertThat(Tensor.of(DType.FLOAT64, Shape.of(2), new double[] {1, 3}))
        .isNotEqualTo(oneOfEach().get(1));
    assertThat(Tensor.of(DType.INT64, Shape.of(2), new long[] {1, 3}))
        .isNotEqualTo(oneOfEach().get(2));
    assertThat(Tensor.of(DType.INT8, Shape.of(2), new int[] {1, 3}))
        .isNotEqualTo(oneOfEach().get(3));
    assertThat(Tensor.of(new float[] {0f}, 1)).isNotEqualTo(Tensor.of(new float[] {-0f}, 1));
    assertThat(Tensor.of(new float[] {Float.NaN}, 1))
        .isEqualTo(Tensor.of(new float[] {Float.NaN}, 1));
  }

  @Test
  void tensorsShowTypeShapeAndTheElementsAtBothEnds() {
    float[] values = new float[24];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 2f;
    }
    assertThat(Tensor.of(values, 2, 3, 4))
        .hasToString("torch.float32[2, 3, 4](0.0, 0.5, 1.0, ..., 10.5, 11.0, 11.5)");
    assertThat(Tensor.of(Arrays.copyOf(values, 6), 6))
        .hasToString("torch.float32[6](0.0, 0.5, 1.0, 1.5, 2.0, 2.5)");
    assertThat(Tensor.of(new float[0], 0, 3)).hasToString("torch.float32[0, 3]()");
    assertThat(Tensor.scalar(7L)).hasToString("torch.int64[](7)");
    assertThat(Tensor.of(DType.BOOL, Shape.of(2), new int[] {1, 0}))
        .hasToString("torch.bool[2](true, false)");
    assertThat(Tensor.of(DType.FLOAT64, Shape.of(1), new double[] {0.1}))
        .hasToString("torch.float64[1](0.1)");
    assertThat(Tensor.zeros(DType.FLOAT32, Shape.of(1 << 15, 1 << 15), null))
        .hasToString("torch.float32[32768, 32768](zeros)");
    QParams channels =
        QParams.perChannel(
            QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS,
            new double[] {1, 2, 3, 4, 5, 6, 7},
            new double[] {0.5, 0, 0, 0, 0, 0, -1.5},
            0);
    Tensor quantized = Tensor.quantized(DType.QUINT8, Shape.of(7), new int[7], channels);
    assertThat(quantized)
        .hasToString(
            "torch.quint8[7](0, 0, 0, ..., 0, 0, 0; torch.per_channel_affine_float_qparams, axis=0,"
                + " scales=[1.0, 2.0, 3.0, ..., 5.0, 6.0, 7.0],"
                + " zeroPoints=[0.5, 0, 0, ..., 0, 0, -1.5])");
    assertThat(quantized.description())
        .isEqualTo("torch.quint8[7]{torch.per_channel_affine_float_qparams(7 channels on axis 0)}");
  }

  @Test
  void tensorsHandOutTheirStorage() {
    List<Tensor> all = oneOfEach();
    assertThat(all.get(0).floats()).containsExactly(1, 2);
    assertThat(all.get(1).doubles()).containsExactly(1, 2);
    assertThat(all.get(2).longs()).containsExactly(1, 2);
    assertThat(all.get(3).ints()).containsExactly(1, 2);
    assertThat(all.get(4).qparams()).isEqualTo(HALF);
    assertThat(all.get(4)).hasToString("torch.qint8[2](1, 2; scale=0.5, zeroPoint=3)");
    assertThat(all.get(0)).hasToString("torch.float32[2](1.0, 2.0)");
    assertThatThrownBy(() -> all.get(0).ints())
        .hasMessage("Cannot read INTS of a tensor: torch.float32[2], expected FLOATS");
    assertThatThrownBy(() -> all.get(0).qparams())
        .hasMessage("Cannot read qparams of a tensor: torch.float32[2], expected a quantized one");
    assertThat(Tensor.of(DType.INT64, Shape.SCALAR, new long[] {(1L << 53) + 1}).longAt(0))
        .isEqualTo((1L << 53) + 1);
    assertThat(Tensor.of(new float[] {-2.75f}, 1).longAt(0)).isEqualTo(-2);
    float[] storage = {1, 2};
    assertThat(Tensor.of(storage, 2).reshape(Shape.of(2, 1)).floats()).isSameAs(storage);
  }

  @Test
  void scalarsHaveOneItem() {
    assertThat(Tensor.scalar(2.5f)).isEqualTo(Tensor.of(new float[] {2.5f}));
    assertThat(Tensor.scalar(7L)).isEqualTo(Tensor.of(DType.INT64, Shape.SCALAR, new long[] {7}));
    assertThat(Tensor.scalar(2.5f).item()).isEqualTo(2.5);
    assertThatThrownBy(() -> Tensor.of(new float[2], 2).item())
        .hasMessage("Cannot read the item of a tensor: torch.float32[2], expected one element");
  }

  @Test
  void tensorsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> Tensor.of(new float[3], 2, 2))
        .hasMessage("Cannot make tensor: 3 values, expected 4 for shape [2, 2]");
    assertThatThrownBy(() -> Tensor.of(DType.INT8, Shape.of(1), new float[1]))
        .hasMessage("Cannot make tensor: torch.int8 over FLOATS, expected INTS");
    assertThatThrownBy(() -> Tensor.of(DType.QINT8, Shape.of(1), new int[1]))
        .hasMessage("Cannot make tensor: torch.qint8 without qparams");
    assertThatThrownBy(() -> Tensor.quantized(DType.INT8, Shape.of(1), new int[1], HALF))
        .hasMessage("Cannot make tensor: torch.int8 with qparams");
    assertThatThrownBy(() -> Tensor.scalar(1f).reshape(Shape.of(2)))
        .hasMessage("Cannot make tensor: 1 values, expected 2 for shape [2]");
  }

  @ParameterizedTest
  @CsvSource({"qint8, int8", "quint8, uint8", "qint32, int32", "quint4x2, uint8"})
  void intReprDropsTheParameters(String quantized, String plain) {
    Tensor q = Tensor.quantized(DType.of(quantized), Shape.of(1, 2), new int[] {3, 4}, HALF);
    assertThat(q.intRepr()).isEqualTo(Tensor.of(DType.of(plain), Shape.of(1, 2), new int[] {3, 4}));
  }

  @Test
  void withoutFakeQuantizationEveryGradientPasses() {
    Tensor x = Tensor.of(new float[] {1, 2}, 2);
    FakeQuantization identity = FakeQuantization.identity(x);
    assertThat(identity.output()).isSameAs(x);
    assertThat(identity.mask()).isEqualTo(Tensor.of(DType.BOOL, Shape.of(2), new int[] {1, 1}));
    Tensor grad = Tensor.of(new float[] {3, 4}, 2);
    assertThat(identity.gradient(grad)).isEqualTo(grad);
  }

  @Test
  void gradientsStopWhereValuesWereClamped() {
    Tensor x = Tensor.of(new float[] {-1.5f, -1, 2, 2.5f, Float.NaN}, 5);
    FakeQuantization fake = FakeQuantization.of(x, QParams.perTensor(1, 1), new QRange(0, 3));
    assertThat(fake.mask().ints()).containsExactly(0, 1, 1, 1, 0);
    assertThat(fake.output().floats()).containsExactly(-1, -1, 2, 2, 0);
    assertThat(fake.gradient(Tensor.of(new float[] {5, 6, 7, 8, 9}, 5)))
        .isEqualTo(Tensor.of(new float[] {0, 6, 7, 8, 0}, 5));
  }

  @Test
  void zeroPointsWithAFraction() {
    assertThat(Quantizer.dequantizeWithFloatZeroPoint(7, 0.5f, 2.5f)).isEqualTo(2.25f);
  }
}
