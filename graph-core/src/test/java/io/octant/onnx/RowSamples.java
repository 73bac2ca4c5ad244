package io.octant.onnx;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small models, each of an ONNX operator that becomes a row no other test's models show. */
final class RowSamples {
  private static final int OPSET = 18;
  private static final Tensor MATRIX = normal(2, 5);
  private static final Tensor INTEGERS =
      Tensor.of(DType.INT64, Shape.of(2, 1, 3), new long[] {7, -7, 5, -5, 3, -3});
  private static final Tensor BYTES = Tensor.of(DType.INT8, Shape.of(2, 2), new int[] {1, 2, 3, 4});

  private final List<TinyModel> models = new ArrayList<>();

  private RowSamples() {}

  static List<TinyModel> all() {
    RowSamples out = new RowSamples();
    out.elementwise();
    out.windows();
    out.layout();
    out.reductions();
    out.positions();
    out.quantized();
    out.recurrent();
    out.windowSums();
    return out.models;
  }

  private static Tensor normal(int... dims) {
    return Tensors.normal(new Random(17), dims);
  }

  private static TinyModel model(String type, Tensor x, Object... attributes) {
    return TinyModel.of(OPSET, type, List.of("x"), attributes).input("x", x);
  }

  private static TinyModel model(String type, Tensor x, Tensor constant, Object... attributes) {
    return TinyModel.of(OPSET, type, List.of("x", "c"), attributes)
        .input("x", x)
        .constant("c", constant);
  }

  private static TinyModel pair(String type, Tensor sample) {
    return TinyModel.of(OPSET, type, List.of("x", "z")).input("x", sample).input("z", sample);
  }

  /** {@code as_strided} of PyTorch's dynamo exporter: positions that grow with the sample. */
  static TinyModel strided(Tensor positions) {
    return new TinyModel(18)
        .input("x", normal(2, 2, 3))
        .constant("all", Tensors.longs(-1))
        .constant("zero", Tensor.scalar(0L))
        .constant("one", Tensor.scalar(1L))
        .constant("size", Tensor.scalar(6L))
        .constant("axes", Tensors.longs(1, 2))
        .constant("positions", positions)
        .node("Reshape", List.of("x", "all"), List.of("flat"))
        .node("Shape", List.of("x"), List.of("shape"), "start", 0, "end", 1)
        .node("Squeeze", List.of("shape"), List.of("batch"))
        .node("Range", List.of("zero", "batch", "one"), List.of("range"))
        .node("Mul", List.of("range", "size"), List.of("starts"))
        .node("Unsqueeze", List.of("starts", "axes"), List.of("columns"))
        .node("Add", List.of("columns", "positions"), List.of("index"))
        .node("Gather", List.of("flat", "index"), List.of("y"), "axis", 0)
        .output("y");
  }

  private void elementwise() {
    for (String type :
        List.of("Abs", "Ceil", "Cos", "Erf", "Exp", "Floor", "HardSwish", "IsNaN", "Log", "Mish")) {
      models.add(model(type, MATRIX));
    }
    for (String type :
        List.of("Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh")) {
      models.add(model(type, MATRIX));
    }
    for (String type : List.of("BitwiseAnd", "BitwiseOr", "BitwiseXor")) {
      models.add(pair(type, INTEGERS));
    }
    models.add(model("BitwiseNot", INTEGERS));
    for (String direction : List.of("LEFT", "RIGHT")) {
      models.add(
          TinyModel.of(OPSET, "BitShift", List.of("x", "x"), "direction", direction)
              .input("x", BYTES));
    }
    for (int both : new int[] {0, 1}) {
      models.add(model("IsInf", MATRIX, "detect_negative", both, "detect_positive", both));
    }
    for (double alpha : new double[] {1, 0.5}) {
      models.add(TinyModel.of(24, "Swish", List.of("x"), "alpha", alpha).input("x", MATRIX));
    }
    models.add(TinyModel.of(28, "SwiGLU", List.of("x", "z")).input("x", MATRIX).input("z", MATRIX));
    models.add(model("ThresholdedRelu", MATRIX));
    for (double bias : new double[] {0, 0.5, 0.25}) {
      models.add(model("Shrink", MATRIX, "bias", bias));
    }
    for (String type : List.of("Gelu", "FastGelu", "QuickGelu")) {
      models.add(model("com.microsoft:" + type, MATRIX));
    }
    models.add(model("com.microsoft:BiasGelu", MATRIX, normal(5)));
    for (String type :
        List.of("Neg", "Reciprocal", "Round", "Selu", "Sign", "Sin", "Softplus", "Softsign")) {
      models.add(model(type, MATRIX));
    }
    for (String type :
        List.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Min")) {
      models.add(pair(type, MATRIX));
    }
    models.add(pair("Sum", MATRIX));
    models.add(pair("Mean", MATRIX));
    models.add(pair("Add", INTEGERS));
    Tensor bools = Tensor.of(DType.BOOL, Shape.of(2, 2), new int[] {0, 1, 1, 0});
    for (String type : List.of("And", "Or", "Xor")) {
      models.add(pair(type, bools));
    }
    models.add(model("Not", bools));
    models.add(model("Relu", INTEGERS));
    models.add(pair("Mod", INTEGERS));
    models.add(model("HardSigmoid", MATRIX, "alpha", 1.0 / 6));
    models.add(TinyModel.of(6, "Clip", List.of("x"), "min", -0.5, "max", 0.25).input("x", MATRIX));
    models.add(TinyModel.of(6, "Clip", List.of("x"), "min", 0.0).input("x", MATRIX));
    models.add(model("Max", MATRIX, Tensor.scalar(0f)));
    models.add(model("Max", MATRIX, Tensor.scalar(-0.5f)));
    models.add(model("Min", MATRIX, Tensor.scalar(0.5f)));
    models.add(
        new TinyModel(OPSET)
            .input("x", MATRIX)
            .node("ReduceMin", List.of("x"), List.of("low"), "keepdims", 0)
            .node("ReduceMax", List.of("x"), List.of("high"), "keepdims", 0)
            .node("Clip", List.of("x", "low", "high"), List.of("y"))
            .output("y"));
    models.add(model("PRelu", MATRIX, Tensor.of(new float[] {0.1f}, 1)));
    models.add(model("PRelu", normal(2, 3, 5), normal(5)));
    models.add(
        new TinyModel(OPSET)
            .input("x", MATRIX)
            .node("Sigmoid", List.of("x"), List.of("s"))
            .node("Mul", List.of("x", "s"), List.of("y"))
            .output("y"));
  }

  private void windows() {
    Tensor line = normal(2, 4, 8);
    Tensor volume = normal(2, 4, 5, 6, 7);
    models.add(model("Conv", line, normal(4, 4, 3)));
    models.add(model("Conv", volume, normal(4, 4, 3, 2, 1)));
    models.add(model("ConvTranspose", line, normal(4, 4, 3)));
    models.add(model("ConvTranspose", volume, normal(4, 4, 3, 2, 1)));
    for (String type : List.of("MaxPool", "AveragePool")) {
      models.add(model(type, line, "kernel_shape", new int[] {2}));
      models.add(model(type, volume, "kernel_shape", new int[] {2, 2, 2}));
    }
    for (Tensor x : List.of(line, normal(2, 4, 6, 8), volume)) {
      models.add(model("GlobalAveragePool", x));
      models.add(model("GlobalMaxPool", x));
    }
    models.add(model("ReduceMean", volume, Tensors.longs(2, 3, 4)));
  }

  private void layout() {
    Tensor ones = Tensor.of(new float[] {1, 1}, 2);
    models.add(PatternTest.grouped(ones, normal(4, 1, 1), normal(4, 1, 1), "x"));
    models.add(strided(Tensor.of(DType.INT64, Shape.of(1, 6, 1), new long[] {0, 1, 2, 3, 4, 5})));
    models.add(model("Expand", normal(2, 1), Tensors.longs(1, 3)));
    models.add(model("Tile", MATRIX, Tensors.longs(1, 2)));
    models.add(model("Tile", INTEGERS, Tensors.longs(1, 2, 1)));
    models.add(model("Squeeze", INTEGERS, Tensors.longs(1)));
    models.add(model("Unsqueeze", INTEGERS, Tensors.longs(1)));
    models.add(
        TinyModel.of(OPSET, "Slice", List.of("x", "from", "to", "axes", "steps"))
            .input("x", MATRIX)
            .constant("from", Tensors.longs(4))
            .constant("to", Tensors.longs(0))
            .constant("axes", Tensors.longs(1))
            .constant("steps", Tensors.longs(-1)));
  }

  private void reductions() {
    for (String type : List.of("ReduceL1", "ReduceLogSum", "ReduceLogSumExp")) {
      models.add(model(type, MATRIX, Tensors.longs(1)));
    }
    models.add(model("LpNormalization", MATRIX));
    models.add(model("MeanVarianceNormalization", normal(2, 3, 4), "axes", new int[] {2}));
  }

  private void positions() {
    models.add(
        new TinyModel(OPSET)
            .input("x", MATRIX)
            .constant("k", Tensors.longs(2))
            .node("TopK", List.of("x", "k"), List.of("y", "i"))
            .output("y")
            .output("i", DType.INT64));
    models.add(model("CumSum", MATRIX, Tensor.scalar(1L)));
    models.add(
        TinyModel.of(26, "CumProd", List.of("x", "a"))
            .input("x", MATRIX)
            .constant("a", Tensor.scalar(1L)));
    models.add(model("Hardmax", MATRIX));
    models.add(
        TinyModel.of(OPSET, "OneHot", List.of("x", "d", "v"))
            .input("x", INTEGERS)
            .constant("d", Tensor.scalar(4L))
            .constant("v", normal(2)));
    for (int upper : new int[] {0, 1}) {
      models.add(model("Trilu", normal(2, 3, 3), "upper", upper));
    }
    models.add(model("Einsum", MATRIX, normal(5, 3), "equation", "ij,jk->ik"));
    models.add(model("Det", normal(2, 3, 3)));
  }

  private void quantized() {
    Tensor scale = Tensor.scalar(0.05f);
    models.add(
        new TinyModel(OPSET)
            .input("x", MATRIX)
            .constant("s", scale)
            .node("QuantizeLinear", List.of("x", "s"), List.of("q"))
            .node("DequantizeLinear", List.of("q", "s"), List.of("y"))
            .output("y"));
    models.add(
        new TinyModel(OPSET)
            .input("x", MATRIX)
            .node("DynamicQuantizeLinear", List.of("x"), List.of("q", "s", "z"))
            .node("DequantizeLinear", List.of("q", "s", "z"), List.of("y"))
            .output("y"));
    models.add(model("DequantizeLinear", BYTES, scale));
    models.add(model("com.microsoft:DequantizeLinear", BYTES, scale));
    for (String domain : List.of("", "com.microsoft:")) {
      models.add(
          new TinyModel(OPSET)
              .input("x", MATRIX)
              .constant("s", scale)
              .constant("ss", Tensor.of(new float[] {0.1f, 0.2f, 0.3f, 0.4f, 0.5f}, 5))
              .constant("zz", Tensor.of(DType.UINT8, Shape.of(5), new int[5]))
              .node(domain + "QuantizeLinear", List.of("x", "s"), List.of("q"))
              .node(domain + "DequantizeLinear", List.of("q", "s"), List.of("y"))
              .node(domain + "QuantizeLinear", List.of("x", "ss", "zz"), List.of("p"), "axis", 1)
              .node(domain + "DequantizeLinear", List.of("p", "ss", "zz"), List.of("z"), "axis", 1)
              .node("ReduceMax", List.of("x"), List.of("most"), "keepdims", 0)
              .node(domain + "QuantizeLinear", List.of("x", "most"), List.of("r"))
              .output("y")
              .output("z")
              .output("r", DType.UINT8));
    }
    models.add(model("MatMulInteger", BYTES, BYTES));
    models.add(model("SimplifiedLayerNormalization", MATRIX, normal(5)));
    models.add(
        TinyModel.of(OPSET, "com.microsoft:RotaryEmbedding", List.of("x", "at", "cos", "sin"))
            .input("x", normal(2, 3, 4))
            .input("at", Tensor.of(DType.INT64, Shape.of(2, 3), new long[6]))
            .constant("cos", normal(5, 2))
            .constant("sin", normal(5, 2)));
    for (int axes = 1; axes <= 3; axes++) {
      int[] dims = {2, 2, 4, 3, 3};
      Tensor x = Tensors.integers(DType.UINT8, Arrays.copyOf(dims, axes + 2));
      models.add(model("ConvInteger", x, x));
    }
  }

  private void recurrent() {
    for (String type : List.of("LSTM", "GRU", "RNN")) {
      int rows = type.equals("LSTM") ? 8 : type.equals("GRU") ? 6 : 2;
      models.add(
          TinyModel.of(OPSET, type, List.of("x", "w", "r"), "layout", 1)
              .input("x", normal(2, 4, 3))
              .constant("w", normal(1, rows, 3))
              .constant("r", normal(1, rows, 2)));
    }
  }

  private void windowSums() {
    for (int axes = 1; axes <= 3; axes++) {
      int[] dims = new int[axes + 2];
      Arrays.fill(dims, 2);
      Arrays.fill(dims, 2, dims.length, 6);
      int[] twos = new int[axes];
      Arrays.fill(twos, 2);
      Tensor x = normal(dims);
      models.add(model("LpPool", x, "kernel_shape", twos));
      models.add(model("LpPool", x, "kernel_shape", twos, "dilations", twos));
      models.add(
          TinyModel.of(19, "AveragePool", List.of("x"), "kernel_shape", twos, "dilations", twos)
              .input("x", x));
      models.add(
          new TinyModel(OPSET)
              .input("x", x)
              .node("MaxPool", List.of("x"), List.of("y", "i"), "kernel_shape", twos)
              .output("y")
              .output("i", DType.INT64));
    }
  }
}
