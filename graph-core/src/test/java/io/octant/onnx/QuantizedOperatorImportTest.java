package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators on integers with quantization parameters, against ONNX Runtime. */
class QuantizedOperatorImportTest {
  private static final Random RANDOM = new Random(22);
  private static final List<String> PAIR = List.of("a", "as", "az", "b", "bs", "bz", "ys", "yz");

  private static Tensor integers(DType dtype, int... dims) {
    int least = dtype == DType.UINT8 ? 0 : -128;
    int[] out = new int[Shape.of(dims).numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = least + RANDOM.nextInt(256);
    }
    return Tensor.of(dtype, Shape.of(dims), out);
  }

  private static TinyModel parameters(
      TinyModel model, String name, DType dtype, double scale, int zeroPoint) {
    return model
        .constant(name + "s", Tensor.scalar((float) scale))
        .constant(name + "z", Tensor.of(dtype, Shape.SCALAR, new int[] {zeroPoint}));
  }

  private static TinyModel model(int opset, DType dtype) {
    return parameters(new TinyModel(opset), "y", dtype, 0.07, dtype == DType.UINT8 ? 100 : -9);
  }

  /** Returns integers next to ONNX Runtime's, and the same ones nearly always. */
  private static GraphModule check(TinyModel tiny, DType dtype) {
    OnnxModel model = tiny.output("y", dtype).build();
    GraphModule graph = OnnxImporter.run(model, ImportOptions.none());
    Tensor expected = OnnxRuntime.run(model, tiny.samples()).get(0);
    Tensor actual = (Tensor) graph.run(tiny.samples().values().toArray());
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    int apart = 0;
    for (int i = 0; i < expected.numel(); i++) {
      int difference = Math.abs(actual.ints()[i] - expected.ints()[i]);
      assertThat(difference).as(i + " of\n" + graph).isLessThanOrEqualTo(1);
      apart += difference;
    }
    assertThat(apart).isLessThanOrEqualTo(expected.numel() / 50);
    assertThat(Arrays.stream(expected.ints()).distinct().count()).isGreaterThan(20);
    return graph;
  }

  @Test
  void sumsAndProducts() {
    for (DType dtype : List.of(DType.UINT8, DType.INT8)) {
      for (String type : List.of("QLinearAdd", "QLinearMul")) {
        TinyModel model = model(17, dtype).input("a", integers(dtype, 2, 3, 40));
        parameters(model, "a", dtype, 0.02, 7);
        parameters(model, "b", dtype, 0.03, 11).input("b", integers(dtype, 2, 1, 40));
        check(model.node("com.microsoft:" + type, PAIR, List.of("y")), dtype);
      }
    }
  }

  @Test
  void activations() {
    for (DType dtype : List.of(DType.UINT8, DType.INT8)) {
      for (String type : List.of("QLinearSigmoid", "QLinearLeakyRelu", "QLinearSoftmax")) {
        TinyModel model = new TinyModel(17).input("x", integers(dtype, 2, 5, 30));
        parameters(model, "x", dtype, 0.02, 9);
        parameters(model, "y", dtype, 1 / 256.0, dtype == DType.UINT8 ? 0 : -128);
        Object[] how =
            switch (type) {
              case "QLinearSoftmax" -> new Object[] {"axis", -1, "opset", 13};
              case "QLinearLeakyRelu" -> new Object[] {"alpha", 0.2};
              default -> new Object[0];
            };
        List<String> in = List.of("x", "xs", "xz", "ys", "yz");
        check(model.node("com.microsoft:" + type, in, List.of("y"), how), dtype);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void pools(int last) {
    DType dtype = DType.UINT8;
    Tensor x = integers(dtype, 2, 6, 6, 8);
    List<String> in = List.of("x", "xs", "xz", "ys", "yz");
    TinyModel windows = parameters(model(17, dtype).input("x", x), "x", dtype, 0.06, 90);
    windows.node(
        "com.microsoft:QLinearAveragePool",
        in,
        List.of("y"),
        "kernel_shape",
        new int[] {3, 2},
        "strides",
        new int[] {2, 1},
        "pads",
        new int[] {1, 0, 1, 0},
        "channels_last",
        last);
    check(windows, dtype);
    TinyModel whole = new TinyModel(17).input("x", x);
    parameters(whole, "y", dtype, 0.006, 100);
    parameters(whole, "x", dtype, 0.06, 110);
    whole.node("com.microsoft:QLinearGlobalAveragePool", in, List.of("y"), "channels_last", last);
    OnnxModel built = whole.output("y", dtype).build();
    Tensor expected = OnnxRuntime.run(built, whole.samples()).get(0);
    Tensor actual = (Tensor) OnnxImporter.run(built, ImportOptions.none()).run(x);
    Tensors.assertClose(actual, expected, 1.0 / 100, "global average");
  }

  @Test
  void concatenations() {
    DType dtype = DType.UINT8;
    TinyModel model = model(17, dtype).input("a", integers(dtype, 2, 3, 9));
    parameters(model, "a", dtype, 0.05, 100);
    parameters(model, "b", dtype, 0.03, 128).input("b", integers(dtype, 2, 4, 9));
    List<String> in = List.of("ys", "yz", "a", "as", "az", "b", "bs", "bz");
    check(model.node("com.microsoft:QLinearConcat", in, List.of("y"), "axis", 1), dtype);
  }

  @Test
  void choices() {
    DType dtype = DType.UINT8;
    Tensor condition = Tensor.of(DType.BOOL, Shape.of(2, 3), new int[] {1, 0, 1, 0, 0, 1});
    TinyModel model = model(17, dtype).input("c", condition).input("a", integers(dtype, 2, 3));
    parameters(model, "a", dtype, 0.05, 100);
    parameters(model, "b", dtype, 0.03, 128).input("b", integers(dtype, 2, 3));
    List<String> in = List.of("c", "a", "as", "az", "b", "bs", "bz", "ys", "yz");
    OnnxModel built =
        model.node("com.microsoft:QLinearWhere", in, List.of("y")).output("y", dtype).build();
    Tensors.assertClose(
        (Tensor)
            OnnxImporter.run(built, ImportOptions.none()).run(model.samples().values().toArray()),
        OnnxRuntime.run(built, model.samples()).get(0),
        1.0 / 200,
        "choice");
  }

  private static TinyModel convolution(int opset, boolean perChannel, String type) {
    TinyModel model = model(opset, DType.UINT8).input("x", integers(DType.UINT8, 2, 4, 7, 6));
    parameters(model, "x", DType.UINT8, 0.01, 120);
    model
        .constant("w", integers(DType.INT8, 6, 2, 3, 3))
        .constant("b", Tensor.of(DType.INT32, Shape.of(6), new int[] {9, -999, 5000, 0, 1, 77}));
    if (perChannel) {
      model
          .constant("ws", Tensor.of(new float[] {.01f, .02f, .03f, .01f, .005f, .02f}, 6))
          .constant("wz", Tensor.of(DType.INT8, Shape.of(6), new int[6]));
    } else {
      parameters(model, "w", DType.INT8, 0.01, 0);
    }
    List<String> in = List.of("x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b");
    return model.node(
        type,
        in,
        List.of("y"),
        "group",
        2,
        "pads",
        new int[] {1, 1, 0, 1},
        "strides",
        new int[] {1, 2});
  }

  @Test
  void aConvolutionIsAQuantizedLayer() {
    for (boolean perChannel : new boolean[] {false, true}) {
      GraphModule graph = check(convolution(17, perChannel, "QLinearConv"), DType.UINT8);
      Module conv = graph.module("QLinearConv_0.Conv");
      assertThat(conv).isInstanceOf(ReferenceModule.class);
      assertThat(conv.tensor("bias").numel()).isEqualTo(6);
      assertThat(OperatorCheck.calls(graph)).contains("torch.quantize_per_tensor");
    }
  }

  @Test
  void aConvolutionOfAnOperatorSetWithoutScalesPerChannel() {
    check(convolution(12, true, "QLinearConv"), DType.UINT8);
    check(convolution(12, false, "QLinearConv"), DType.UINT8);
  }

  @Test
  void channelsMayComeLast() {
    DType dtype = DType.UINT8;
    TinyModel model = model(17, dtype).input("x", integers(dtype, 2, 5, 6, 4));
    parameters(model, "x", dtype, 0.01, 120);
    parameters(model, "w", DType.INT8, 0.01, 0).constant("w", integers(DType.INT8, 3, 4, 3, 3));
    List<String> in = List.of("x", "xs", "xz", "w", "ws", "wz", "ys", "yz");
    check(model.node("com.microsoft:QLinearConv", in, List.of("y"), "channels_last", 1), dtype);
  }

  @Test
  void maximaWithChannelsLast() {
    DType dtype = DType.UINT8;
    TinyModel model = new TinyModel(17).input("x", integers(dtype, 2, 15, 16, 4));
    check(
        model.node(
            "com.microsoft:NhwcMaxPool",
            List.of("x"),
            List.of("y"),
            "kernel_shape",
            new int[] {1, 2},
            "strides",
            new int[] {2, 1}),
        dtype);
  }

  @Test
  void products() {
    for (DType dtype : List.of(DType.UINT8, DType.INT8)) {
      TinyModel model = new TinyModel(21).input("a", integers(dtype, 2, 5, 16));
      parameters(model, "y", dtype, 0.2, dtype == DType.UINT8 ? 0 : -9);
      parameters(model, "a", dtype, 0.01, 8);
      parameters(model, "b", dtype, 0.01, 3).constant("b", integers(dtype, 16, 9));
      check(model.node("QLinearMatMul", PAIR, List.of("y")), dtype);
    }
  }

  @Test
  void aScaleForEachColumn() {
    TinyModel model = model(17, DType.UINT8).input("a", integers(DType.UINT8, 2, 5, 16));
    parameters(model, "a", DType.UINT8, 0.01, 8)
        .constant("b", integers(DType.INT8, 16, 3))
        .constant("bs", Tensor.of(new float[] {.01f, .02f, .03f}, 3))
        .constant("bz", Tensor.of(DType.INT8, Shape.of(3), new int[3]))
        .node("QLinearMatMul", PAIR, List.of("y"));
    check(model, DType.UINT8);
  }

  private static TinyModel gemm(double alpha, boolean quantized) {
    TinyModel model = model(17, DType.UINT8).input("a", integers(DType.UINT8, 4, 16));
    parameters(model, "a", DType.UINT8, 0.02, 128);
    parameters(model, "b", DType.INT8, 0.01, 0)
        .constant("b", integers(DType.INT8, 9, 16))
        .constant(
            "c", Tensor.of(DType.INT32, Shape.of(9), new int[] {9, 8, -7, 60, 5, 4, 3, 2, 1}));
    List<String> in = List.of("a", "as", "az", "b", "bs", "bz", "c", "ys", "yz");
    return model.node(
        "com.microsoft:QGemm",
        quantized ? in : in.subList(0, 7),
        List.of("y"),
        "transB",
        1,
        "alpha",
        alpha);
  }

  @Test
  void linearLayers() {
    check(gemm(1, true), DType.UINT8);
    check(gemm(0.75, true), DType.UINT8);
    OperatorCheck.againstOnnxRuntime(gemm(1, false).output("y"));
    OperatorCheck.againstOnnxRuntime(gemm(0.5, false).output("y"));
  }

  @Test
  void productsToFloat() {
    for (boolean biased : new boolean[] {false, true}) {
      TinyModel model = new TinyModel(17).input("a", integers(DType.UINT8, 2, 5, 16));
      parameters(model, "a", DType.UINT8, 0.01, 128)
          .constant("b", integers(DType.INT8, 16, 3))
          .constant("bs", Tensor.of(new float[] {.01f, .02f, .03f}, 3))
          .constant("bz", Tensor.of(DType.INT8, Shape.of(3), new int[3]))
          .constant("bias", Tensors.normal(RANDOM, 3));
      List<String> in = List.of("a", "b", "as", "bs", "az", "bz", "bias");
      OperatorCheck.againstOnnxRuntime(
          model
              .node(
                  "com.microsoft:MatMulIntegerToFloat", in.subList(0, biased ? 7 : 6), List.of("y"))
              .output("y"));
    }
  }

  @Test
  void inputsQuantizedAtRunTime() {
    for (DType dtype : List.of(DType.UINT8, DType.INT8)) {
      TinyModel model = new TinyModel(17).input("a", Tensors.normal(RANDOM, 2, 5, 16));
      parameters(model, "b", dtype, 0.01, dtype == DType.UINT8 ? 120 : 0)
          .constant("b", integers(dtype, 16, 9))
          .constant("bias", Tensors.normal(RANDOM, 9))
          .node(
              "com.microsoft:DynamicQuantizeMatMul",
              List.of("a", "b", "bs", "bz", "bias"),
              List.of("y"))
          .output("y");
      GraphModule graph = OperatorCheck.againstOnnxRuntime(model);
      assertThat(OperatorCheck.calls(graph)).contains("octant.dynamic_quantize_linear");
    }
  }

  @Test
  void integerProducts() {
    TinyModel matMul = new TinyModel(17).input("a", integers(DType.UINT8, 2, 5, 16));
    parameters(matMul, "a", DType.UINT8, 1, 100)
        .constant("b", integers(DType.INT8, 16, 3))
        .constant("bz", Tensor.of(DType.INT8, Shape.of(3), new int[] {1, 0, -2}))
        .node("MatMulInteger", List.of("a", "b", "az", "bz"), List.of("y"))
        .output("y", DType.INT32);
    OperatorCheck.againstOnnxRuntime(matMul, 0);
    for (int axes = 1; axes <= 3; axes++) {
      int[] kernel = {3, 2, 3, 2, 2};
      int[] dims = {2, 2, 5, 4, 3};
      TinyModel conv =
          new TinyModel(17).input("a", integers(DType.UINT8, Arrays.copyOf(dims, axes + 2)));
      parameters(conv, "a", DType.UINT8, 1, 100)
          .constant("b", integers(DType.UINT8, Arrays.copyOf(kernel, axes + 2)))
          .constant("bz", Tensor.of(DType.UINT8, Shape.SCALAR, new int[] {7}))
          .node(
              "ConvInteger", List.of("a", "b", "az", "bz"), List.of("y"), "auto_pad", "SAME_UPPER")
          .output("y", DType.INT32);
      OperatorCheck.againstOnnxRuntime(conv, 0);
    }
  }

  /** What ONNX Runtime's dynamic quantization writes before its optimizer joins it. */
  @Test
  void parametersOfRunTimeAsTensors() {
    TinyModel model = new TinyModel(17).input("x", Tensors.normal(RANDOM, 2, 5, 16));
    parameters(model, "b", DType.INT8, 0.01, 0)
        .constant("b", integers(DType.INT8, 16, 9))
        .node("DynamicQuantizeLinear", List.of("x"), List.of("q", "qs", "qz"))
        .node("MatMulInteger", List.of("q", "b", "qz", "bz"), List.of("p"))
        .node("Cast", List.of("p"), List.of("pf"), "to", 1)
        .node("Mul", List.of("qs", "bs"), List.of("scale"))
        .node("Mul", List.of("pf", "scale"), List.of("y"))
        .output("y");
    OperatorCheck.againstOnnxRuntime(model);
  }

  @Test
  void scalesThatAreInputs() {
    for (DType dtype : List.of(DType.UINT8, DType.INT8)) {
      Tensor zero = Tensor.of(dtype, Shape.of(4), new int[] {3, 9, 0, 12});
      OperatorCheck.againstOnnxRuntime(
          new TinyModel(21)
              .input("s", Tensor.of(new float[] {.1f, .2f, .3f, .01f}, 4))
              .constant("x", Tensors.normal(RANDOM, 8, 3))
              .constant("z", Tensor.of(dtype, Shape.SCALAR, new int[] {3}))
              .node("ReduceMax", List.of("s"), List.of("most"), "keepdims", 0)
              .node("QuantizeLinear", List.of("x", "most", "z"), List.of("y"))
              .output("y", dtype),
          0);
      OperatorCheck.againstOnnxRuntime(
          new TinyModel(21)
              .input("x", integers(dtype, 2, 4, 3))
              .constant("s", Tensors.normal(RANDOM, 4))
              .constant("z", zero)
              .node(
                  "com.microsoft:DequantizeLinear", List.of("x", "s", "z"), List.of("y"), "axis", 1)
              .output("y"));
    }
  }

  @Test
  void blocksOfAnAxis() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(21)
            .input("a", Tensors.normal(RANDOM, 2, 7, 3))
            .constant("x", integers(DType.INT8, 1, 7, 3))
            .constant("s", Tensors.normal(RANDOM, 1, 3, 3))
            .constant("z", integers(DType.INT8, 1, 3, 3))
            .node(
                "DequantizeLinear",
                List.of("x", "s", "z"),
                List.of("d"),
                "axis",
                1,
                "block_size",
                3)
            .node("Add", List.of("a", "d"), List.of("y"))
            .output("y"));
  }

  @Test
  void whatABodyDoesNotReadIsRefused() {
    TinyModel model = new TinyModel(17).input("x", integers(DType.UINT8, 2, 3));
    parameters(model, "x", DType.UINT8, 1, 0);
    model.node(
        "com.microsoft:QLinearSigmoid",
        List.of("x", "xs", "xz", "xs", "xz"),
        List.of("y"),
        "alpha",
        2.0);
    assertThatThrownBy(() -> OnnxImporter.run(model.output("y").build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("com.microsoft.QLinearSigmoid node 'QLinearSigmoid_0'")
        .hasMessageContaining("attribute alpha = 2.0 is not supported here");
  }
}
