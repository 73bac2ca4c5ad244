package io.octant.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.reference.TorchFixtures;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantizing, its inverse, fake quantization and run-time parameters, against PyTorch: exactly. */
class TorchArithmeticTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("arithmetic.json");

  /** A case prints as its number and operation. */
  record Case(String name, JsonNode json) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return IntStream.range(0, FIXTURES.cases().size())
        .mapToObj(
            i -> {
              JsonNode json = FIXTURES.cases().get(i);
              return new Case(i + " " + json.get("op").asText(), json);
            });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resultIsThatOfTorch(Case c) {
    Tensor x = (Tensor) FIXTURES.value(c.json().get("x"));
    Map<String, Object> a = FIXTURES.map(c.json().get("arguments"));
    Tensor expected = (Tensor) FIXTURES.value(c.json().get("expected"));
    Tensor actual =
        switch (c.json().get("op").asText()) {
          case "quantize_per_tensor" -> Quantizer.quantize(x, perTensor(a), (DType) a.get("dtype"));
          case "dequantize" -> Quantizer.dequantize(x);
          case "decomposed_per_tensor" ->
              ints(
                  x,
                  Quantizer.decomposedIntegers(
                      x, (Double) a.get("scale"), integer(a, "zero_point"), range(a)));
          case "decomposed_per_channel" ->
              ints(x, Quantizer.decomposedIntegers(x, channels(a, affine(a)), range(a)));
          case "quantize_per_channel" ->
              Quantizer.quantize(x, channels(a, QScheme.PER_CHANNEL_AFFINE), (DType) a.get("dtype"))
                  .intRepr();
          case "quantize_floats" ->
              Quantizer.quantize(
                      x,
                      channels(a, QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS),
                      (DType) a.get("dtype"))
                  .intRepr();
          case "dequantize_per_channel" -> real(x, a, QScheme.PER_CHANNEL_AFFINE);
          case "dequantize_floats" -> real(x, a, QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS);
          case "fake_quantize" -> FakeQuantization.of(x, channels(a, affine(a)), range(a)).output();
          case "fake_quantize_mask" ->
              FakeQuantization.of(x, channels(a, affine(a)), range(a)).mask();
          case "fake_quantize_floats" ->
              FakeQuantization.of(
                      x, channels(a, QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS), range(a))
                  .output();
          case "choose_qparams" ->
              pair(DynamicQParams.affine(x.floats()[0], x.floats()[1], range(a)));
          case "fused_affine" ->
              pair(DynamicQParams.fusedAffine(x.floats()[0], x.floats()[1], range(a)));
          default -> pair(DynamicQParams.fusedSymmetric(x.floats()[0], x.floats()[1], range(a)));
        };
    TorchFixtures.assertIdentical(c.name(), actual, expected);
  }

  private static QParams perTensor(Map<String, Object> a) {
    return QParams.perTensor((Double) a.get("scale"), (Long) a.get("zero_point"));
  }

  private static QScheme affine(Map<String, Object> a) {
    return integer(a, "axis") < 0 ? QScheme.PER_TENSOR_AFFINE : QScheme.PER_CHANNEL_AFFINE;
  }

  private static QParams channels(Map<String, Object> a, QScheme scheme) {
    double[] scales = doubles((Tensor) a.get(a.containsKey("scales") ? "scales" : "scale"));
    double[] zeroPoints = doubles((Tensor) a.get("zero_points"));
    return scheme.isPerChannel()
        ? QParams.perChannel(scheme, scales, zeroPoints, integer(a, "axis"))
        : QParams.perTensor(scales[0], (long) zeroPoints[0]);
  }

  private static Tensor real(Tensor q, Map<String, Object> a, QScheme scheme) {
    return Quantizer.dequantize(
        Tensor.quantized((DType) a.get("dtype"), q.shape(), q.ints(), channels(a, scheme)));
  }

  private static double[] doubles(Tensor t) {
    return IntStream.range(0, t.numel()).mapToDouble(t::doubleAt).toArray();
  }

  private static int integer(Map<String, Object> a, String name) {
    return ((Long) a.get(name)).intValue();
  }

  private static QRange range(Map<String, Object> a) {
    return new QRange(integer(a, "low"), integer(a, "high"));
  }

  private static Tensor ints(Tensor like, int[] values) {
    return Tensor.of(DType.INT32, like.shape(), values);
  }

  private static Tensor pair(QParams q) {
    return Tensor.of(new float[] {(float) q.scale(), q.zeroPoint()}, 2);
  }
}
