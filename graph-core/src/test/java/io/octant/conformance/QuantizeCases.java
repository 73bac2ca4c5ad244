package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.quantization.observer.UniformQParams;
import io.octant.quantization.observer.UniformSettings;
import io.octant.tensor.DType;
import io.octant.tensor.DynamicQParams;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.LearnableFakeQuantization;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.Arrays;

/**
 * Runs the cases of the area {@code quantize} but for the quantized operators ({@code qop_…}) and
 * the fake-quantize modules.
 */
final class QuantizeCases {
  private static final Tolerance GRADIENT = new Tolerance(1e-4, 1e-7, 0);

  private final GoldenCase c;
  private final JsonNode doc;

  private QuantizeCases(GoldenCase c) {
    this.c = c;
    this.doc = c.document();
  }

  static boolean covers(GoldenCase c) {
    return c.document().has("op") && !c.path().contains("/qop_");
  }

  /**
   * Runs one operation.
   *
   * @throws Difference at the first difference
   */
  static void run(GoldenCase c) {
    new QuantizeCases(c).run();
  }

  private void run() {
    String op = doc.get("op").asText();
    switch (op) {
      case "quantize_per_tensor", "quantize_per_channel" -> quantize();
      case "quantize_per_tensor_dynamic" -> doc.get("cases").forEach(this::quantizeDynamically);
      case "quantized_decomposed.choose_qparams.tensor" ->
          doc.get("cases").forEach(this::chooseQParams);
      case "quantized_decomposed.quantize_per_tensor / dequantize_per_tensor",
          "quantized_decomposed.quantize_per_channel / dequantize_per_channel" ->
          doc.get("cases").forEach(this::quantizeDecomposed);
      case "fake_quantize_per_tensor_affine", "fake_quantize_per_channel_affine" -> fakeQuantize();
      case "_fake_quantize_learnable_per_tensor_affine",
          "_fake_quantize_learnable_per_channel_affine" ->
          learnable();
      default -> throw new Difference("Unknown operation " + op + " in " + c.path());
    }
  }

  private Tensor tensor(String field) {
    return c.values().tensor(doc.get(field).asText());
  }

  /** Per tensor, or per channel with float zero points where the tensor of them is float. */
  private QParams qparams() {
    if (doc.has("scale")) {
      return QParams.perTensor(doc.get("scale").asDouble(), doc.get("zero_point").asLong());
    }
    Tensor zeroPoints = tensor("zero_points");
    return QParams.perChannel(
        zeroPoints.dtype().isFloatingPoint()
            ? QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS
            : QScheme.PER_CHANNEL_AFFINE,
        GoldenValues.doubles(tensor("scales")),
        GoldenValues.doubles(zeroPoints),
        doc.get("axis").asInt());
  }

  private static QRange range(JsonNode json) {
    return new QRange(json.get("quant_min").asInt(), json.get("quant_max").asInt());
  }

  private void quantize() {
    Tensor q = Quantizer.quantize(tensor("input"), qparams(), DType.of(doc.get("dtype").asText()));
    if (q.dtype() == DType.QUINT4X2) {
      // PyTorch's integer representation of 4-bit values is two of them a byte, flat.
      String name = doc.has("int_repr_packed") ? "int_repr_packed" : "int_repr";
      Tolerance.EXACT.compare(name, tensor(name), GoldenValues.packNibbles(q.ints()));
    } else {
      Tolerance.EXACT.compare("int_repr", tensor("int_repr"), q.intRepr());
    }
    Tolerance.EXACT.compare("dequantized", tensor("dequantized"), Quantizer.dequantize(q));
  }

  private void quantizeDynamically(JsonNode one) {
    DType dtype = DType.of(one.get("dtype").asText());
    QRange range =
        one.get("reduce_range").asBoolean() ? QRange.of(dtype).reduced() : QRange.of(dtype);
    Tensor x = tensor("input");
    float[] bounds = bounds(x);
    QParams chosen = DynamicQParams.affine(bounds[0], bounds[1], range);
    new Tolerance(1e-6, 0, 0).compare("scale", one.get("scale").asDouble(), chosen.scale());
    Tolerance.EXACT.compare(
        "zero_point", one.get("zero_point").asLong(), (long) chosen.zeroPoint());
    Tolerance.EXACT.compare(
        "int_repr",
        c.values().tensor(one.get("int_repr").asText()),
        Quantizer.quantize(x, chosen, dtype).intRepr());
  }

  private void chooseQParams(JsonNode one) {
    boolean symmetric = one.get("op").asText().equals("choose_qparams_symmetric");
    float[] bounds = bounds(c.values().tensor(one.get("input").asText()));
    UniformSettings settings =
        new UniformSettings(
            DType.of(one.get("dtype").asText()),
            symmetric ? QScheme.PER_TENSOR_SYMMETRIC : QScheme.PER_TENSOR_AFFINE,
            false,
            false,
            range(one),
            one.get("eps").asDouble(),
            true);
    CalculatedQParams chosen =
        UniformQParams.of(new float[] {bounds[0]}, new float[] {bounds[1]}, settings);
    new Tolerance(1e-6, 0, 0)
        .compare("scale", one.get("scale").asDouble(), (double) chosen.scale(0));
    Tolerance.EXACT.compare(
        "zero_point", one.get("zero_point").asLong(), (long) chosen.zeroPoint(0));
  }

  private void quantizeDecomposed(JsonNode one) {
    Tensor x = one.has("input") ? c.values().tensor(one.get("input").asText()) : tensor("input");
    QParams qparams = decomposedQParams(one);
    int[] q =
        qparams.isPerChannel()
            ? Quantizer.decomposedIntegers(x, qparams, range(one))
            : Quantizer.decomposedIntegers(
                x, qparams.scale(), (int) qparams.zeroPoint(), range(one));
    Tolerance.EXACT.compare(
        "quantized",
        c.values().tensor(one.get("quantized").asText()),
        Tensor.of(DType.of(one.get("dtype").asText()), x.shape(), q));
    Tolerance.EXACT.compare(
        "dequantized",
        c.values().tensor(one.get("dequantized").asText()),
        Tensor.of(DType.FLOAT32, x.shape(), Quantizer.dequantize(q, x.shape(), qparams)));
  }

  /**
   * Per channel where scales are named or listed; a case may leave them and the axis to the top.
   */
  private QParams decomposedQParams(JsonNode one) {
    if (one.has("scale")) {
      return QParams.perTensor(one.get("scale").asDouble(), one.get("zero_point").asLong());
    }
    double[] zeroPoints = numbers(one, "zero_points");
    boolean whole = Arrays.stream(zeroPoints).allMatch(z -> z == Math.rint(z));
    return QParams.perChannel(
        whole ? QScheme.PER_CHANNEL_AFFINE : QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS,
        numbers(one, "scales"),
        zeroPoints,
        (one.has("axis") ? one : doc).get("axis").asInt());
  }

  private double[] numbers(JsonNode one, String field) {
    JsonNode value = one.has(field) ? one.get(field) : doc.get(field);
    return value.isTextual()
        ? GoldenValues.doubles(c.values().tensor(value.asText()))
        : GoldenValues.doubles(vector(value));
  }

  private void fakeQuantize() {
    FakeQuantization y = FakeQuantization.of(tensor("input"), qparams(), range(doc));
    Tolerance.EXACT.compare("output", tensor("output"), y.output());
    Tolerance.EXACT.compare("grad_input", tensor("grad_input"), y.gradient(tensor("grad_output")));
  }

  private void learnable() {
    LearnableFakeQuantization arithmetic =
        new LearnableFakeQuantization(
            vector("scale"),
            vector("zero_point"),
            doc.path("axis").asInt(-1),
            range(doc),
            doc.get("grad_factor").asDouble());
    Tensor x = tensor("input");
    Tolerance.EXACT.compare("output", tensor("output"), arithmetic.forward(x).output());
    LearnableFakeQuantization.Gradients g = arithmetic.backward(x, tensor("grad_output"));
    Tolerance.EXACT.compare("grad_input", tensor("grad_input"), g.input());
    GRADIENT.compare("grad_scale", vector("grad_scale"), g.scale());
    GRADIENT.compare("grad_zero_point", vector("grad_zero_point"), g.zeroPoint());
  }

  private Tensor vector(String field) {
    return vector(doc.get(field));
  }

  static Tensor vector(JsonNode numbers) {
    float[] out = new float[numbers.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) numbers.get(i).asDouble();
    }
    return Tensor.of(out, out.length);
  }

  private static float[] bounds(Tensor x) {
    float[] out = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (float v : x.floats()) {
      out[0] = Math.min(out[0], v);
      out[1] = Math.max(out[1], v);
    }
    return out;
  }
}
