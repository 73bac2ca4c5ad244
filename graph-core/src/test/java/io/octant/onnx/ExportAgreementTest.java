package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models at the edges: what ONNX Runtime computes from the export is what the int8 graph does. */
class ExportAgreementTest {
  private final Random random = new Random(7);

  private Tensor normal(int... dims) {
    return Tensors.normal(random, dims);
  }

  private Tensor scaled(double factor, int... dims) {
    float[] values = normal(dims).floats().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) factor;
    }
    return Tensor.of(values, dims);
  }

  private static Tensor filled(float value, int... dims) {
    float[] values = new float[Shape.of(dims).numel()];
    Arrays.fill(values, value);
    return Tensor.of(values, dims);
  }

  // ---- outputs

  private TinyModel convolution() {
    return new TinyModel(17)
        .input("x", normal(5, 3, 6, 6))
        .constant("w", normal(4, 3, 3, 3))
        .constant("b", normal(4))
        .node("Conv", List.of("x", "w", "b"), List.of("c"), "pads", new int[] {1, 1, 1, 1});
  }

  @Test
  void outputsThatAreOneTensorUnderSeveralNames() {
    convolution()
        .node("Identity", List.of("c"), List.of("d"))
        .node("Relu", List.of("c"), List.of("r"))
        .node("Identity", List.of("d"), List.of("e"))
        .node("Identity", List.of("x"), List.of("xi"))
        .output("e")
        .output("c")
        .output("r")
        .output("xi")
        .output("d")
        .apply(t -> Exported.of(t).agrees(30));
  }

  @Test
  void anInputAndAWeightAsOutputs() {
    TinyModel tiny = convolution().output("c").output("w").output("x");
    Exported e = Exported.of(tiny).agrees(30);
    List<Tensor> there = e.ofOnnxRuntime();
    Tensors.assertClose(there.get(1), e.ofFloat().get(1), 0, "the weight stays float");
    Tensors.assertClose(there.get(2), e.ofFloat().get(2), 0, "the input stays float");
  }

  @Test
  void anOutputThatOtherLayersReadOn() {
    convolution()
        .constant("w2", normal(2, 4, 1, 1))
        .node("Conv", List.of("c", "w2"), List.of("y"))
        .node("Identity", List.of("y"), List.of("z"))
        .node("Add", List.of("z", "y"), List.of("s"))
        .output("z")
        .output("s")
        .output("c")
        .output("y")
        .apply(t -> Exported.of(t).agrees(28));
  }

  // ---- factors of Gemm

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, -2, 1e-30, 1e30})
  void alphaAndBeta(double alpha) {
    new TinyModel(17)
        .input("x", normal(6, 8))
        .constant("w", normal(4, 8))
        .constant("b", normal(4))
        .node(
            "Gemm", List.of("x", "w", "b"), List.of("y"), "alpha", alpha, "beta", 0.25, "transB", 1)
        .output("y")
        .apply(t -> Exported.of(t).agrees(30));
  }

  // ---- biases that do not fit int32

  private TinyModel dead(int rank) {
    int[] shape = rank == 2 ? new int[] {6, 8} : new int[] {6, 8, 5, 5};
    return new TinyModel(17)
        .input("x", normal(shape))
        .constant("minus", Tensor.of(new float[] {-1000}, new int[] {1}))
        .node("Add", List.of("x", "minus"), List.of("far"))
        .node("Relu", List.of("far"), List.of("dead"));
  }

  private static void assertDead(TinyModel tiny) {
    Exported e = Exported.of(tiny.output("y"));
    e.agrees(35);
    Tensors.assertClose(e.ofOnnxRuntime().get(0), e.ofInt8().get(0), 0.02, "dead layer");
  }

  @Test
  void biasOfAGemmBehindADeadRelu() {
    assertDead(
        dead(2)
            .constant("w", normal(4, 8))
            .constant("b", scaled(20, 4))
            .node("Gemm", List.of("dead", "w", "b"), List.of("y"), "transB", 1));
  }

  @Test
  void biasOfAMatMulBehindADeadRelu() {
    assertDead(
        dead(2)
            .constant("w", normal(8, 4))
            .constant("b", scaled(20, 4))
            .node("MatMul", List.of("dead", "w"), List.of("p"))
            .node("Add", List.of("p", "b"), List.of("y")));
  }

  @Test
  void biasOfConvolutionsBehindADeadRelu() {
    assertDead(
        dead(4)
            .constant("w", normal(4, 8, 3, 3))
            .constant("b", scaled(20, 4))
            .node("Conv", List.of("dead", "w", "b"), List.of("y")));
    assertDead(
        dead(4)
            .constant("w", normal(8, 4, 2, 2))
            .constant("b", scaled(20, 4))
            .node("ConvTranspose", List.of("dead", "w", "b"), List.of("y")));
  }

  @Test
  void biasOfChannelsWithoutWeights() {
    float[] weight = normal(4, 8).floats().clone();
    Arrays.fill(weight, 8, 16, 0);
    Arrays.fill(weight, 16, 24, 1e-12f);
    new TinyModel(17)
        .input("x", normal(6, 8))
        .constant("w", Tensor.of(weight, 4, 8))
        .constant("b", Tensor.of(new float[] {1, -700, 900, 2}, 4))
        .node("Gemm", List.of("x", "w", "b"), List.of("y"), "transB", 1)
        .output("y")
        .apply(t -> Exported.of(t).agrees(40));
  }

  @Test
  void aLayerOfZeros() {
    new TinyModel(17)
        .input("x", normal(6, 8))
        .constant("w", filled(0, 4, 8))
        .constant("b", Tensor.of(new float[] {1, -7, 9, 0}, 4))
        .node("Gemm", List.of("x", "w", "b"), List.of("g"), "transB", 1)
        .node("Relu", List.of("g"), List.of("y"))
        .output("y")
        .apply(t -> Exported.of(t).agrees(40));
  }

  // ---- weights and biases that several read

  @Test
  void sharedWeightsAndBiases() {
    new TinyModel(17)
        .input("x", normal(6, 8))
        .constant("w", normal(8, 8))
        .constant("b", normal(8))
        .node("Gemm", List.of("x", "w", "b"), List.of("g"), "transB", 1)
        .node("Relu", List.of("g"), List.of("r"))
        .node("Gemm", List.of("r", "w", "b"), List.of("h"), "transB", 1)
        .node("Gemm", List.of("h", "w", "b"), List.of("k"), "transB", 0)
        .node("Mul", List.of("k", "b"), List.of("y"))
        .output("y")
        .output("w")
        .apply(t -> Exported.of(t).agrees(26));
  }

  /** As PyTorch's TorchScript exporter writes equal weights: once, and copied to other names. */
  @Test
  void weightsAndBiasesCopiedToOtherNames() {
    Exported e =
        Exported.of(
            new TinyModel(17)
                .input("x", normal(6, 3, 8))
                .constant("w", normal(8, 8))
                .constant("one.bias", normal(8))
                .node("Identity", List.of("one.bias"), List.of("two.bias"))
                .node("Identity", List.of("two.bias"), List.of("three.bias"))
                .node("Identity", List.of("w"), List.of("v"))
                .node("MatMul", List.of("x", "w"), List.of("p"))
                .node("Add", List.of("one.bias", "p"), List.of("g"))
                .node("Relu", List.of("g"), List.of("r"))
                .node("MatMul", List.of("r", "v"), List.of("q"))
                .node("Add", List.of("two.bias", "q"), List.of("h"))
                .node("MatMul", List.of("h", "v"), List.of("s"))
                .node("Add", List.of("s", "three.bias"), List.of("y"))
                .output("y"));
    assertThat(OperatorCheck.calls(e.imported()))
        .filteredOn(t -> !t.endsWith("relu"))
        .containsExactly("torch.nn.Linear", "torch.nn.Linear", "torch.nn.Linear");
    e.agrees(26);
  }

  @Test
  void weightsFromConstantNodes() {
    new TinyModel(17)
        .input("x", normal(6, 8))
        .node("Constant", List.of(), List.of("w"), "value", normal(4, 8))
        .node("Constant", List.of(), List.of("b"), "value", normal(4))
        .node("Gemm", List.of("x", "w", "b"), List.of("y"), "transB", 1)
        .output("y")
        .apply(t -> Exported.of(t).agrees(30));
  }

  // ---- magnitudes

  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 1e-20, 1e-8, 1e8, 1e20, 1e37})
  void tensorsOfAnyMagnitude(double magnitude) {
    new TinyModel(17)
        .input("x", scaled(magnitude, 16, 8))
        .constant("w", scaled(0.3, 8, 8))
        .node("MatMul", List.of("x", "w"), List.of("p"))
        .node("Relu", List.of("p"), List.of("r"))
        .constant("w2", scaled(0.3, 8, 8))
        .node("MatMul", List.of("r", "w2"), List.of("y"))
        .output("y")
        .apply(t -> Exported.ofExtrema(t).agrees(30).scalesAreNormal());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 1e-20, 1e20})
  void weightsOfAnyMagnitude(double magnitude) {
    new TinyModel(17)
        .input("x", normal(16, 8))
        .constant("w", scaled(magnitude, 8, 8))
        .constant("b", scaled(magnitude, 8))
        .node("Gemm", List.of("x", "w", "b"), List.of("y"), "transB", 1)
        .output("y")
        .apply(t -> Exported.ofExtrema(t).agrees(30).scalesAreNormal());
  }

  @Test
  void theLargestFloats() {
    float[] ends = normal(16, 8).floats().clone();
    for (int i = 0; i < ends.length; i++) {
      ends[i] = ends[i] < 0 ? -Float.MAX_VALUE : Float.MAX_VALUE;
    }
    new TinyModel(17)
        .input("x", Tensor.of(ends, 16, 8))
        .node("Relu", List.of("x"), List.of("r"))
        .constant("w", scaled(1e-3, 8, 8))
        .node("MatMul", List.of("x", "w"), List.of("y"))
        .output("y")
        .apply(t -> Exported.ofExtrema(t).agrees(25).scalesAreNormal());
  }

  // ---- fixed ranges

  @ParameterizedTest
  @ValueSource(strings = {"Sigmoid", "Tanh", "HardSigmoid", "Softmax"})
  void theRangeOfAnOutputIsNotThatOfItsInput(String opType) {
    new TinyModel(13)
        .input("x", normal(6, 3, 5, 5))
        .constant("w", normal(6, 3, 1, 1))
        .constant("half", Tensors.longs(3, 3))
        .node("Conv", List.of("x", "w"), List.of("c"))
        .node("Split", List.of("c", "half"), List.of("a", "d"), "axis", 1)
        .node(opType, List.of("a"), List.of("s"))
        .node("Mul", List.of("s", "d"), List.of("y"))
        .output("y")
        .apply(t -> Exported.of(t).agrees(27));
  }

  // ---- old operator sets

  @ParameterizedTest
  @ValueSource(ints = {7, 8, 11, 12})
  void softmaxBeforeAxesOfSizeOne(int opset) {
    new TinyModel(opset)
        .input("x", normal(6, 3, 6, 6))
        .constant("w", normal(10, 3, 3, 3))
        .node("Conv", List.of("x", "w"), List.of("c"))
        .node("Relu", List.of("c"), List.of("r"))
        .node("GlobalAveragePool", List.of("r"), List.of("g"))
        .node("Softmax", List.of("g"), List.of("y"))
        .output("y")
        .apply(t -> Exported.of(t).agrees(30));
  }

  @Test
  void softmaxOverSeveralAxesIsRefusedByName() {
    TinyModel tiny =
        new TinyModel(11)
            .input("x", normal(6, 3, 6, 6))
            .constant("w", normal(10, 3, 3, 3))
            .node("Conv", List.of("x", "w"), List.of("c"))
            .node("Softmax", List.of("c"), List.of("y"))
            .output("y");
    assertThatThrownBy(() -> Exported.of(tiny))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Cannot bring Softmax node 'Softmax_1' of tiny.onnx")
        .hasMessageContaining("several axes");
  }

  // ---- weights that are no numbers

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void weightsThatAreNoNumbersAreRefusedByName(float bad) {
    float[] weight = normal(4, 8).floats().clone();
    weight[9] = bad;
    TinyModel tiny =
        new TinyModel(17)
            .input("x", normal(6, 8))
            .constant("fc.weight", Tensor.of(weight, 4, 8))
            .node("Gemm", List.of("x", "fc.weight"), List.of("y"), "transB", 1)
            .output("y");
    assertThatThrownBy(() -> Exported.of(tiny))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("node fc (fc) from Gemm Gemm_0: weight has " + bad + " in channel 1");
  }

  // ---- integers

  @Test
  void integersAreNeverObserved() {
    Tensor ids = Tensor.of(DType.INT64, Shape.of(2, 3), new long[] {0, 9, 2, -3, 4, 1});
    Exported e =
        Exported.of(
            new TinyModel(17)
                .input("k", ids)
                .constant("low", Tensor.scalar(0L))
                .constant("high", Tensor.scalar(5L))
                .constant("one", Tensors.longs(1))
                .constant("table", normal(6, 4))
                .constant("w", normal(4, 4))
                .node("Clip", List.of("k", "low", "high"), List.of("c"))
                .node("Concat", List.of("c", "c"), List.of("cc"), "axis", 1)
                .node("Sub", List.of("cc", "cc"), List.of("zero"))
                .node("Add", List.of("cc", "zero"), List.of("ids"))
                .node("Max", List.of("ids", "zero"), List.of("m"))
                .node("Gather", List.of("table", "m"), List.of("e"))
                .node("MatMul", List.of("e", "w"), List.of("y"))
                .node("Cast", List.of("ids"), List.of("f"), "to", TensorProto.DataType.FLOAT_VALUE)
                .node("Relu", List.of("f"), List.of("z"))
                .output("y")
                .output("z")
                .output("m", DType.INT64));
    assertThat(e.ofOnnxRuntime().get(2)).isEqualTo(e.ofFloat().get(2));
    e.agrees(28);
  }
}
