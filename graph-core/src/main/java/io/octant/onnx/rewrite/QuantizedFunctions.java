package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.function.Function;

/**
 * Operators on integers with quantization parameters, as the float operator between dequantizing
 * and quantizing: what ONNX Runtime's quantizer calls QOperator becomes QDQ. The integers are the
 * same but for results next to the middle of a step.
 */
final class QuantizedFunctions {
  private static final String[] WINDOW = {
    "auto_pad",
    "ceil_mode",
    "count_include_pad",
    "dilations",
    "group",
    "kernel_shape",
    "pads",
    "strides"
  };

  private QuantizedFunctions() {}

  static Map<String, Function<FunctionCall, FunctionProto>> standard() {
    return Map.of(
        "QLinearConv", QuantizedFunctions::conv, "QLinearMatMul", QuantizedFunctions::matMul);
  }

  static Map<String, Function<FunctionCall, FunctionProto>> microsoft() {
    return Map.ofEntries(
        Map.entry("QLinearConv", QuantizedFunctions::conv),
        Map.entry("QLinearAdd", call -> binary(call, "Add")),
        Map.entry("QLinearMul", call -> binary(call, "Mul")),
        Map.entry("QLinearSigmoid", call -> unary(call, "Sigmoid")),
        Map.entry("QLinearLeakyRelu", QuantizedFunctions::leakyRelu),
        Map.entry("QLinearSoftmax", QuantizedFunctions::softmax),
        Map.entry("QLinearAveragePool", call -> pool(call, "AveragePool", WINDOW)),
        Map.entry("QLinearGlobalAveragePool", call -> pool(call, "GlobalAveragePool")),
        Map.entry("QLinearConcat", QuantizedFunctions::concat),
        Map.entry("QLinearWhere", QuantizedFunctions::where),
        Map.entry("QGemm", QuantizedFunctions::gemm),
        Map.entry("DynamicQuantizeMatMul", QuantizedFunctions::dynamicMatMul),
        Map.entry("MatMulIntegerToFloat", QuantizedFunctions::matMulToFloat),
        Map.entry("QAttention", QuantizedFunctions::attention),
        Map.entry("QEmbedLayerNormalization", QuantizedFunctions::embedding),
        Map.entry("NhwcMaxPool", QuantizedFunctions::maxPool));
  }

  /** {@code NAMEf}, the real numbers of an input whose parameters are {@code NAMEs, NAMEz}. */
  private static FunctionText real(
      FunctionText body, FunctionCall call, String name, int input, int scale, int axis) {
    String line = name + "f = DequantizeLinear(" + name + ", " + name + "s, " + name + "z)";
    Shape scales = call.shape(scale);
    if (scales.numel() == 1) {
      return body.add(line);
    }
    if (call.opset() >= 13) {
      return body.add(line, "axis", axis);
    }
    int[] dims = new int[call.rank(input)]; // operator sets before 13 know one scale only
    java.util.Arrays.fill(dims, 1);
    dims[axis] = scales.numel();
    long[] sizes = java.util.Arrays.stream(dims).asLongStream().toArray();
    return body.vector(name + "Sizes", sizes)
        .add(name + "Scale = Reshape(" + name + "s, " + name + "Sizes)")
        .add(name + "Wide = Cast(" + name + "z)", "to", 1)
        .add(name + "Zero = Reshape(" + name + "Wide, " + name + "Sizes)")
        .add(name + "Real = Cast(" + name + ")", "to", 1)
        .add(name + "Moved = Sub(" + name + "Real, " + name + "Zero)")
        .add(name + "f = Mul(" + name + "Moved, " + name + "Scale)");
  }

  private static FunctionText real(FunctionText body, String name) {
    return body.add(name + "f = DequantizeLinear(" + name + ", " + name + "s, " + name + "z)");
  }

  /** Quantizes {@code Yf}; without zero point to the type of the first input, around 0. */
  private static FunctionProto quantized(FunctionText body, FunctionCall call, int zeroPoint) {
    if (call.has(zeroPoint)) {
      return body.add("Y = QuantizeLinear(Yf, Ys, Yz)").build();
    }
    boolean signed = call.type(0) == DType.QINT8 || call.type(0) == DType.INT8;
    DType type = signed ? DType.INT8 : DType.UINT8;
    return body.add("Zero = Constant()", "value", Tensor.of(type, Shape.SCALAR, new int[] {0}))
        .add("Y = QuantizeLinear(Yf, Ys, Zero)")
        .build();
  }

  private static FunctionText text(FunctionCall call, String inputs) {
    return new FunctionText(call.node().opType(), call.opset(), inputs, "Y");
  }

  private static FunctionProto conv(FunctionCall call) {
    FunctionText body = real(text(call, "X Xs Xz W Ws Wz Ys Yz B"), "X");
    real(body, call, "W", 3, 4, 0);
    String bias = "";
    if (call.has(8)) { // of the scale of the products
      bias = ", Bf";
      body.add("Bs = Mul(Xs, Ws)");
      boolean one = call.shape(1).numel() == 1 && call.shape(4).numel() == 1;
      if (one || call.opset() >= 13) {
        body.add("Bf = DequantizeLinear(B, Bs)", one ? new Object[0] : new Object[] {"axis", 0});
      } else {
        body.add("Br = Cast(B)", "to", 1).add("Bf = Mul(Br, Bs)");
      }
    }
    Object[] window = FunctionText.like(call.node(), WINDOW);
    return quantized(channelsFirst(body, call, "Conv", ", Wf" + bias, window), call, 7);
  }

  /** Yf of Xf by an operator that has channels on axis 1, where the node may have them last. */
  private static FunctionText channelsFirst(
      FunctionText body, FunctionCall call, String op, String operands, Object[] attributes) {
    if (!channelsLast(call)) {
      return body.add("Yf = " + op + "(Xf" + operands + ")", attributes);
    }
    int rank = call.rank(0);
    return body.add("Xt = Transpose(Xf)", "perm", channels(rank, 1))
        .add("Yt = " + op + "(Xt" + operands + ")", attributes)
        .add("Yf = Transpose(Yt)", "perm", channels(rank, rank - 1));
  }

  private static boolean channelsLast(FunctionCall call) {
    return call.node().flag("channels_last", false);
  }

  /** The order of axes that brings channels to axis 1, or from there to the last axis. */
  private static int[] channels(int rank, int to) {
    int[] perm = new int[rank];
    for (int i = 1; i < rank; i++) {
      perm[i] = to == 1 ? (i == 1 ? rank - 1 : i - 1) : (i == rank - 1 ? 1 : i + 1);
    }
    return perm;
  }

  private static FunctionProto matMul(FunctionCall call) {
    FunctionText body = text(call, "A As Az B Bs Bz Ys Yz");
    real(body, call, "A", 0, 1, call.rank(0) - 2);
    real(body, call, "B", 3, 4, call.rank(3) - 1);
    return quantized(body.add("Yf = MatMul(Af, Bf)"), call, 7);
  }

  private static FunctionProto binary(FunctionCall call, String op) {
    FunctionText body = real(real(text(call, "A As Az B Bs Bz Ys Yz"), "A"), "B");
    return quantized(body.add("Yf = " + op + "(Af, Bf)"), call, 7);
  }

  private static FunctionProto unary(FunctionCall call, String op, Object... attributes) {
    FunctionText body = real(text(call, "X Xs Xz Ys Yz"), "X");
    return quantized(body.add("Yf = " + op + "(Xf)", attributes), call, 4);
  }

  private static FunctionProto leakyRelu(FunctionCall call) {
    return unary(call, "LeakyRelu", FunctionText.like(call.node(), "alpha"));
  }

  /** Over one axis, or before operator set 13 over all from it on. */
  private static FunctionProto softmax(FunctionCall call) {
    OnnxNode node = call.node();
    long version = node.integer("opset", call.opset());
    int rank = call.rank(0);
    int axis = call.axis(node.integer("axis", version < 13 ? 1 : -1), rank);
    if (version < 13 != call.opset() < 13 && axis != rank - 1) {
      throw node.error(
          "axis "
              + axis
              + " of operator set "
              + version
              + ", expected the last axis or the model's");
    }
    return unary(call, "Softmax", "axis", axis);
  }

  private static FunctionProto pool(FunctionCall call, String op, String... attributes) {
    FunctionText body = real(text(call, "X Xs Xz Ys Yz"), "X");
    Object[] window = FunctionText.like(call.node(), attributes);
    return quantized(channelsFirst(body, call, op, "", window), call, 4);
  }

  private static FunctionProto concat(FunctionCall call) {
    OnnxNode node = call.node();
    int inputs = node.inputs().size();
    if (inputs < 5 || (inputs - 2) % 3 != 0) {
      throw node.error(
          inputs + " inputs, expected scale and zero point, and three for each tensor");
    }
    StringBuilder names = new StringBuilder("Ys Yz");
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i < (inputs - 2) / 3; i++) {
      String x = "X" + i;
      names.append(' ' + x + ' ' + x + "s " + x + "z");
      parts.append(i == 0 ? "" : ", ").append(x).append('f');
    }
    FunctionText body = text(call, names.toString());
    for (int i = 0; i < (inputs - 2) / 3; i++) {
      real(body, "X" + i);
    }
    return body.add("Yf = Concat(" + parts + ")", FunctionText.like(node, "axis"))
        .add("Y = QuantizeLinear(Yf, Ys, Yz)")
        .build();
  }

  private static FunctionProto where(FunctionCall call) {
    return real(real(text(call, "C A As Az B Bs Bz Ys Yz"), "A"), "B")
        .add("Yf = Where(C, Af, Bf)")
        .add("Y = QuantizeLinear(Yf, Ys, Yz)")
        .build();
  }

  /** A bias is int32 of the scale of the products; without scale the result is float. */
  private static FunctionProto gemm(FunctionCall call) {
    OnnxNode node = call.node();
    FunctionText body = real(text(call, "A As Az B Bs Bz C Ys Yz"), "A");
    real(body, call, "B", 3, 4, node.flag("transB", false) ? 0 : 1);
    String bias = "";
    if (call.has(6)) { // ONNX Runtime scales it by alpha, as the products
      bias = ", Cf";
      body.number("Alpha", node.number("alpha", 1))
          .add("Ps = Mul(As, Bs)")
          .add("Cs = Mul(Ps, Alpha)")
          .add("Cr = Cast(C)", "to", 1)
          .add("Cf = Mul(Cr, Cs)");
    }
    String result = call.has(7) ? "Yf" : "Y";
    body.add(
        result + " = Gemm(Af, Bf" + bias + ")",
        FunctionText.like(node, "alpha", "transA", "transB"));
    return call.has(7) ? quantized(body, call, 8) : body.build();
  }

  private static FunctionProto dynamicMatMul(FunctionCall call) {
    FunctionText body =
        text(call, "A B Bs Bz Bias")
            .add("Q, Qs, Qz = DynamicQuantizeLinear(A)")
            .add("Af = DequantizeLinear(Q, Qs, Qz)");
    return product(real(body, call, "B", 1, 2, call.rank(1) - 1), call, 4);
  }

  private static FunctionProto matMulToFloat(FunctionCall call) {
    FunctionText body = text(call, "A B As Bs Az Bz Bias");
    real(body, call, "A", 0, 2, call.rank(0) - 2);
    return product(real(body, call, "B", 1, 3, call.rank(1) - 1), call, 6);
  }

  private static FunctionProto product(FunctionText body, FunctionCall call, int bias) {
    if (!call.has(bias)) {
      return body.add("Y = MatMul(Af, Bf)").build();
    }
    return body.add("P = MatMul(Af, Bf)").add("Y = Add(P, Bias)").build();
  }

  private static FunctionProto attention(FunctionCall call) {
    FunctionText body = text(call, "X W Bias Xs Ws Mask Xz Wz");
    if (call.has(8)) {
      throw call.node().error("input 8 'past' is not supported here, expected none");
    }
    real(body, call, "X", 0, 3, 2);
    Object[] how =
        FunctionText.like(
            call.node(), "num_heads", "unidirectional", "mask_filter_value", "scale", "do_rotary");
    return real(body, call, "W", 1, 4, 1)
        .add("Y = com.microsoft:Attention(Xf, Wf, Bias, Mask)", how)
        .build();
  }

  private static FunctionProto embedding(FunctionCall call) {
    String names = "Ids Segments W P S G B Mask Ws Ps Ss Gs Bs Wz Pz Sz Gz Bz";
    FunctionText body = new FunctionText(call.node().opType(), call.opset(), names, "Y Index");
    real(real(real(real(body, "W"), "P"), "G"), "B");
    if (call.has(4)) {
      real(body, "S");
    }
    return body.add(
            "Y, Index = com.microsoft:EmbedLayerNormalization(Ids, Segments, Wf, Pf, "
                + (call.has(4) ? "Sf" : "")
                + ", Gf, Bf, Mask)",
            FunctionText.like(call.node(), "epsilon"))
        .build();
  }

  private static FunctionProto maxPool(FunctionCall call) {
    int rank = call.rank(0);
    return text(call, "X")
        .add("Xt = Transpose(X)", "perm", channels(rank, 1))
        .add("Yt = MaxPool(Xt)", FunctionText.like(call.node(), WINDOW))
        .add("Y = Transpose(Yt)", "perm", channels(rank, rank - 1))
        .build();
  }
}
