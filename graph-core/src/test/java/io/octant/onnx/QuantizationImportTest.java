package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizationImportTest {
  private static final Random RANDOM = new Random(10);

  private static Tensor int8(int... dims) {
    int[] out = new int[Shape.of(dims).numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = RANDOM.nextInt(255) - 127;
    }
    return Tensor.of(DType.INT8, Shape.of(dims), out);
  }

  private static TinyModel quantizedInput() {
    return new TinyModel(13)
        .input("x", Tensors.normal(RANDOM, 2, 3, 5, 5))
        .constant("s", Tensor.scalar(0.03f))
        .constant("z", Tensor.of(DType.UINT8, Shape.SCALAR, new int[] {64}))
        .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"))
        .node("DequantizeLinear", List.of("q", "s", "z"), List.of("d"));
  }

  @Test
  void aPairQuantizesAndDequantizes() {
    GraphModule graph = OperatorCheck.againstOnnxRuntime(quantizedInput().output("d"));
    assertThat(OperatorCheck.calls(graph))
        .containsExactly("torch.quantize_per_tensor", "dequantize");
    assertThat(graph.graph().toString()).contains("64, torch.quint8)");
  }

  /** PyTorch's exporter has a Cast before each layer of a converted model. */
  @Test
  void aCastOfQuantizedIntegersToTheirOwnTypeIsNone() {
    TinyModel tiny =
        new TinyModel(15)
            .input("x", Tensors.normal(RANDOM, 2, 3, 5, 5))
            .constant("s", Tensor.scalar(0.03f))
            .constant("z", Tensor.of(DType.UINT8, Shape.SCALAR, new int[] {64}))
            .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"));
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            tiny.node("Cast", List.of("q"), List.of("c"), "to", 2)
                .node("CastLike", List.of("c", "z"), List.of("l"))
                .node("DequantizeLinear", List.of("l", "s", "z"), List.of("d"))
                .node("Cast", List.of("q"), List.of("i"), "to", 6)
                .node("CastLike", List.of("d", "q"), List.of("u"))
                .output("d")
                .output("i", DType.INT32)
                .output("u", DType.UINT8));
    assertThat(OperatorCheck.calls(graph))
        .containsExactlyInAnyOrder(
            "torch.quantize_per_tensor", "dequantize", "int_repr", "to", "to");
  }

  /** They stay integers, whatever their scale and zero point are. */
  @Test
  void quantizedIntegersAreClippedToAndPaddedWithIntegers() {
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 2, 3, 5, 5))
            .constant("s", Tensor.scalar(0.03f))
            .constant("z", Tensor.of(DType.UINT8, Shape.SCALAR, new int[] {64}))
            .constant("most", Tensor.of(DType.UINT8, Shape.SCALAR, new int[] {90}))
            .constant("pads", Tensors.longs(0, 0, 0, 1, 0, 0, 0, 1))
            .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"))
            .node("Clip", List.of("q", "z", "most"), List.of("between"))
            .node("Clip", List.of("q", "", "most"), List.of("below"))
            .node("Pad", List.of("q", "pads"), List.of("zeros"))
            .node("Pad", List.of("q", "pads", "z"), List.of("points"))
            .node("DequantizeLinear", List.of("points", "s", "z"), List.of("real"))
            .node("Pad", List.of("q", "pads"), List.of("edge"), "mode", "edge");
    for (String output : List.of("between", "below", "zeros", "points", "edge")) {
      tiny.output(output, DType.UINT8);
    }
    OperatorCheck.againstOnnxRuntime(tiny.output("real"));
  }

  /** As our own exports have them: an import that ran each for its shape would be refused. */
  @Test
  void pairsOnManyLargeTensorsAreNotRunAtImport() {
    TinyModel tiny =
        new TinyModel(13)
            .input("x", Tensors.normal(RANDOM, 1, 1, 64, 64))
            .constant("shape", Tensors.longs(1, 64, 64, 64))
            .constant("s", Tensor.scalar(0.03f))
            .constant("z", Tensor.of(DType.UINT8, Shape.SCALAR, new int[] {64}))
            .node("Expand", List.of("x", "shape"), List.of("d0"));
    for (int i = 0; i < 40; i++) {
      tiny.node("QuantizeLinear", List.of("d" + i, "s", "z"), List.of("q" + i))
          .node("DequantizeLinear", List.of("q" + i, "s", "z"), List.of("d" + (i + 1)));
    }
    GraphModule graph = OnnxImporter.run(tiny.output("d40").build(), ImportOptions.none());
    assertThat(OperatorCheck.calls(graph)).filteredOn("dequantize"::equals).hasSize(40);
  }

  @Test
  void quantizedWeightsMakeReferenceModules() {
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            quantizedInput()
                .constant("w", int8(4, 3, 3, 3))
                .constant("ws", Tensor.of(new float[] {0.01f, 0.02f, 0.03f, 0.04f}, 4))
                .constant("wz", Tensor.of(DType.INT8, Shape.of(4), new int[4]))
                .constant("b", Tensor.of(DType.INT32, Shape.of(4), new int[] {1, -2000, 300, 4}))
                .constant("bs", Tensor.of(new float[] {3e-4f, 6e-4f, 9e-4f, 12e-4f}, 4))
                .constant("bz", Tensor.of(DType.INT32, Shape.of(4), new int[4]))
                .node("DequantizeLinear", List.of("w", "ws", "wz"), List.of("wd"), "axis", 0)
                .node("DequantizeLinear", List.of("b", "bs", "bz"), List.of("bd"), "axis", 0)
                .node("Conv", List.of("d", "wd", "bd"), List.of("y"))
                .output("y"));
    ReferenceModule conv = (ReferenceModule) graph.module("Conv_4");
    assertThat(conv.type().name()).isEqualTo("torch.ao.nn.quantized.reference.Conv2d");
    assertThat(conv.quantizedWeight("weight").qparams().scale(3)).isEqualTo((double) 0.04f);
    assertThat(conv.quantizedWeight("weight").qparams().axis()).isZero();
    assertThat(conv.tensor("bias").floats()[1]).isEqualTo(-2000 * 6e-4f);
  }

  @Test
  void aQuantizedMatrixIsTurnedWithItsAxis() {
    Tensor w = int8(3, 4);
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            new TinyModel(13)
                .input("x", Tensors.normal(RANDOM, 2, 3))
                .constant("w", w)
                .constant("ws", Tensor.of(new float[] {0.01f, 0.02f, 0.03f, 0.04f}, 4))
                .constant("wz", Tensor.of(DType.INT8, Shape.of(4), new int[4]))
                .constant("b", Tensors.normal(RANDOM, 4))
                .node("DequantizeLinear", List.of("w", "ws", "wz"), List.of("wd"), "axis", 1)
                .node("MatMul", List.of("x", "wd"), List.of("p"))
                .node("Add", List.of("p", "b"), List.of("y"))
                .output("y"));
    ReferenceModule linear = (ReferenceModule) graph.module("MatMul_1");
    Tensor q = linear.quantizedWeight("weight");
    assertThat(q.shape()).isEqualTo(Shape.of(4, 3));
    assertThat(q.qparams().axis()).isZero();
    assertThat(q.ints()[1 * 3 + 2]).isEqualTo(w.ints()[2 * 4 + 1]);
    assertThat(linear.tensor("bias")).isNotNull();
  }

  @Test
  void integersThatWereNotQuantizedHereAreScaled() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(13)
            .input("q", Tensor.of(DType.UINT8, Shape.of(2, 3), new int[] {0, 1, 100, 200, 255, 3}))
            .constant("s", Tensor.scalar(0.5f))
            .constant("z", Tensor.of(DType.UINT8, Shape.SCALAR, new int[] {100}))
            .node("DequantizeLinear", List.of("q", "s", "z"), List.of("y"))
            .output("y"));
  }

  @Test
  void channelsOfActivations() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(13)
            .input("x", Tensors.normal(RANDOM, 2, 3, 4))
            .constant("s", Tensor.of(new float[] {0.1f, 0.02f, 0.5f}, 3))
            .constant("z", Tensor.of(DType.INT8, Shape.of(3), new int[] {0, 5, -7}))
            .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"), "axis", 1)
            .node("DequantizeLinear", List.of("q", "s", "z"), List.of("y"), "axis", 1)
            .output("y"));
  }

  @Test
  void aPairMustAgree() {
    TinyModel tiny =
        new TinyModel(13)
            .input("x", Tensors.normal(RANDOM, 2, 3))
            .constant("s", Tensor.scalar(0.03f))
            .constant("t", Tensor.scalar(0.04f))
            .constant("z", Tensor.of(DType.UINT8, Shape.SCALAR, new int[] {64}))
            .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"))
            .node("DequantizeLinear", List.of("q", "t", "z"), List.of("y"))
            .output("y");
    assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("DequantizeLinear_1")
        .hasMessageContaining("which it quantized with");
  }

  @Test
  void parametersThatTheDataTell() {
    float[][] samples = {
      {-1.5f, 0.25f, 2, 3.25f},
      {1, 2, 3, 4},
      {-4, -3, -2, -1},
      {0, 0, 0, 0},
      {0.1f, 0.3f, 1e-3f, 5},
      {-2.55f, 0.005f, 0.015f, 2.55f},
      {1e-6f, 2e-6f, -3e-6f, 0},
      {100, -1, 0.196f, 0.588f}
    };
    for (float[] sample : samples) {
      OperatorCheck.againstOnnxRuntime(
          new TinyModel(17)
              .input("x", Tensor.of(sample, 2, 2))
              .node("DynamicQuantizeLinear", List.of("x"), List.of("q", "s", "z"))
              .node("DequantizeLinear", List.of("q", "s", "z"), List.of("y"))
              .output("y"));
    }
  }

  /** As ONNX Runtime writes where it has calibrated the mask of an attention. */
  @Test
  void aScaleThatIsNoNumberIsRefused() {
    for (float scale : new float[] {Float.POSITIVE_INFINITY, Float.NaN}) {
      TinyModel tiny =
          new TinyModel(13)
              .input("x", Tensors.normal(RANDOM, 2, 3))
              .constant("s", Tensor.scalar(scale))
              .constant("z", Tensor.of(DType.UINT8, Shape.SCALAR, new int[] {0}))
              .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"))
              .node("DequantizeLinear", List.of("q", "s", "z"), List.of("y"))
              .output("y");
      assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining("QuantizeLinear_0")
          .hasMessageContaining("scale " + scale + ", expected a finite number");
    }
  }
}
