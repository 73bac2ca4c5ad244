package io.octant.shape;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.nn.activation.GELU;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.Sigmoid;
import io.octant.nn.convolution.Conv1d;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.Conv3d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.dropout.Dropout;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.pooling.AdaptiveAvgPool2d;
import io.octant.nn.pooling.AvgPool2d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.PoolSettings;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.nn.recurrent.GRU;
import io.octant.nn.recurrent.LSTM;
import io.octant.nn.recurrent.RNN;
import io.octant.nn.recurrent.RecurrentSettings;
import io.octant.quantization.GraphModels;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules give the shape that running gives, and leave to the kernel what they do not cover. */
class ShapeRulesTest {
  private static Tensor f(int... dims) {
    return GraphModels.random(1, dims);
  }

  private static void covers(Module module, Tensor x) {
    agree(
        module.type().name(),
        ShapeRules.module(module, List.of(x)),
        module.evaluate(List.of(x), Map.of()));
  }

  private static void covers(String function, Object... args) {
    FunctionType type = FunctionType.of(function);
    agree(
        function,
        ShapeRules.call(type, List.of(args), Map.of()),
        ReferenceOperators.standard().callFunction(type, List.of(args), Map.of()));
  }

  private static void agree(String name, @Nullable Object rule, Object real) {
    assertThat(rule).as(name).isNotNull();
    assertThat(specs(rule)).as(name).isEqualTo(specs(real));
  }

  /** Shapes and types of tensors, in their nesting. */
  private static Object specs(@Nullable Object value) {
    return Arguments.map(value, Tensor.class, t -> t.dtype() + " " + t.shape());
  }

  @Test
  void recurrent() {
    RecurrentSettings settings = RecurrentSettings.of(3, 4).withLayers(2).withBothDirections();
    covers(new LSTM(settings.withBatchFirst()), f(2, 5, 3));
    covers(new LSTM(settings.withProjection(2)), f(5, 2, 3));
    covers(new GRU(settings), f(5, 2, 3));
    covers(new RNN(3, 4), f(5, 2, 3));
    covers("octant.lstm", f(5, 2, 3), f(1, 16, 3), f(1, 16, 4));
    covers("octant.gru", f(5, 2, 3), f(1, 12, 3), f(1, 12, 4));
    covers("octant.rnn", f(5, 2, 3), f(1, 4, 3), f(1, 4, 4));
  }

  private static void leaves(String function, Object... args) {
    assertThat(ShapeRules.call(FunctionType.of(function), List.of(args), Map.of()))
        .as(function)
        .isNull();
  }

  @Test
  void modulesThatKeepTheirShape() {
    for (Module module :
        List.of(new ReLU(), new GELU(), new Sigmoid(), new LayerNorm(4), new Dropout())) {
      covers(module, f(3, 4));
    }
  }

  @Test
  void convolutionsByTheirGeometry() {
    covers(new Conv1d(ConvSettings.of(2, 3, 3).withStride(2)), f(2, 2, 8));
    covers(
        new Conv2d(ConvSettings.of(2, 3, 3, 2).withStride(2, 3).withPadding(1, 2)), f(2, 2, 8, 9));
    covers(new Conv2d(ConvSettings.of(4, 4, 3).withDilation(2).withGroups(2)), f(1, 4, 9, 7));
    covers(new Conv3d(ConvSettings.of(2, 3, 2)), f(1, 2, 4, 5, 6));
    covers(
        new FusedModule(FusedKind.CONV_RELU_2D, List.of(new Conv2d(2, 3, 3), new ReLU())),
        f(1, 2, 5, 5));
    // the smallest input that fits
    covers(new Conv2d(2, 3, 3), f(1, 2, 3, 3));
  }

  @Test
  void linearOverTheLastAxis() {
    covers(new Linear(4, 5), f(3, 4));
    covers(new Linear(4, 5), f(2, 3, 4));
    covers(new Linear(4, 5), f(4));
    covers(new FusedModule(FusedKind.LINEAR_RELU, List.of(new Linear(4, 5), new ReLU())), f(3, 4));
  }

  @Test
  void convolutionsOfNumbersAsFunctions() {
    covers("torch.nn.functional.conv2d", f(2, 4, 7, 8), f(6, 2, 3, 3), None.NONE, 2L, 1L, 1L, 2L);
    covers("torch.nn.functional.conv1d", f(2, 4, 7), f(6, 4, 3));
    Tensor x = Tensor.of(DType.INT32, Shape.of(1, 2, 5, 5), new int[50]);
    Tensor w = Tensor.of(DType.INT32, Shape.of(3, 2, 3, 3), new int[54]);
    covers("torch.nn.functional.conv2d", x, w, None.NONE, Tuple.of(2L, 1L), Tuple.of(1L, 0L));
  }

  @Test
  void aNumberMayStandFirst() {
    covers("operator.mul", 0.5, f(3, 4));
    covers("operator.sub", 2L, f(3, 4));
    FunctionType mul = FunctionType.of("operator.mul");
    assertThat(ShapeRules.call(mul, List.of(0.5, Tensor.scalar(2L)), Map.of())).isNull();
  }

  @Test
  void quantizedTransposedConvolutionsInReferenceForm() {
    WeightQParams halves = WeightQParams.of(DType.QINT8, QParams.perTensor(0.5, 0));
    covers(
        ReferenceModule.of(
            new ConvTranspose2d(ConvSettings.of(3, 4, 3).withStride(2)),
            halves,
            ReferenceModule.Form.QUANTIZED_TENSORS),
        f(2, 3, 7, 8));
  }

  @Test
  void quantizeAndDequantize() {
    Object[] args = {f(3, 4), 0.1, 100L, DType.QUINT8};
    covers("torch.quantize_per_tensor", args);
    FunctionType quantize = FunctionType.of("torch.quantize_per_tensor");
    Tensor zeros = (Tensor) ShapeRules.call(quantize, List.of(args), Map.of());
    assertThat(zeros).isNotNull();
    assertThat(zeros.qparams()).isEqualTo(QParams.perTensor(0.1, 100));
    covers("torch.dequantize", zeros);
    assertThat(ShapeRules.call(new MethodType("dequantize"), List.of(zeros), Map.of())).isNotNull();
    assertThat(ShapeRules.call(new MethodType("dequantize"), List.of(f(3)), Map.of())).isNull();
    Object scale = Tensor.scalar(0.1f);
    assertThat(ShapeRules.call(quantize, List.of(f(3), scale, 0L, DType.QINT8), Map.of())).isNull();
  }

  @Test
  void modulesThatKernelsDecide() {
    Tensor quantized = Quantizer.quantize(f(3, 4), QParams.perTensor(0.1f, 100), DType.QUINT8);
    assertThat(ShapeRules.module(new ReLU(), List.of(quantized))).isNull();
    assertThat(ShapeRules.module(new ReLU(), List.of())).isNull();
    assertThat(ShapeRules.module(new ReLU(), List.of(3L))).isNull();
    assertThat(ShapeRules.module(new Linear(4, 5), List.of(f(3, 3)))).isNull();
    assertThat(ShapeRules.module(new Conv2d(2, 3, 3), List.of(f(1, 2, 2, 3)))).isNull();
    assertThat(ShapeRules.module(new Conv2d(2, 3, 3), List.of(f(2, 5, 5)))).isNull();
    assertThat(ShapeRules.module(new Conv2d(2, 3, 3), List.of(f(1, 3, 5, 5)))).isNull();
    Module same = new Conv2d(ConvSettings.of(2, 3, 3).withPadding("same"));
    assertThat(ShapeRules.module(same, List.of(f(1, 2, 5, 5)))).isNull();
  }

  @Test
  void functionsThatKeepTheirShape() {
    for (String name : List.of("relu", "relu6", "hardtanh", "hardswish", "hardsigmoid", "gelu")) {
      covers("torch.nn.functional." + name, f(3, 4));
    }
    covers("torch.nn.functional.softmax", f(3, 4), 1L);
    covers("torch.sigmoid", f(3, 4));
    covers("torch.tanh", f(3, 4));
    for (String name : List.of("add", "sub", "mul", "truediv")) {
      covers("operator." + name, f(3, 4), 2.0);
      covers("operator." + name, f(3, 4), f(3, 4));
      covers("operator." + name, f(3, 4), f(1, 4));
      covers("operator." + name, f(3, 1, 1), f(2, 4));
      leaves("operator." + name, f(3, 4), Zeros.of(DType.INT64, Shape.of(3, 4)));
    }
    covers("torch.relu", f(3, 4));
    leaves("torch.tanh", Zeros.of(DType.INT64, Shape.of(3)));
  }

  @Test
  void poolsByTheirWindows() {
    for (int kernel = 1; kernel < 4; kernel++) {
      for (int stride = 1; stride < 4; stride++) {
        for (boolean ceil : new boolean[] {false, true}) {
          PoolSettings s = PoolSettings.of(kernel).withStride(stride).withPadding(kernel / 2);
          s = ceil ? s.withPartialWindows() : s;
          covers(new MaxPool2d(s), f(2, 3, 7, 8));
          covers(new AvgPool2d(s), f(2, 3, 7, 8));
          covers(new MaxPool2d(s), f(3, 7, 8));
        }
      }
    }
    covers(new AdaptiveAvgPool2d(3), f(2, 3, 7, 8));
    covers(new ConvTranspose2d(ConvSettings.of(3, 4, 3).withStride(2)), f(2, 3, 7, 8));
    covers(
        new ConvTranspose2d(ConvSettings.of(4, 4, 2).withGroups(2).withPadding(1)), f(2, 4, 5, 6));
    covers("torch.nn.functional.max_pool2d", f(2, 3, 7, 8), 2L);
    covers("torch.nn.functional.max_pool2d", f(2, 3, 7, 8), 3L, 2L, Tuple.of(1L, 0L), 2L, true);
    covers("torch.nn.functional.avg_pool1d", f(2, 3, 8), 3L, 2L, 1L);
    covers("torch.nn.functional.adaptive_avg_pool2d", f(2, 3, 7, 8), Tuple.of(2L, 3L));
    leaves("torch.nn.functional.max_pool2d", f(2, 3, 1, 8), 2L);
    leaves("torch.nn.functional.max_pool2d", f(2, 3, 7, 8), 2L, 0L);
    leaves("torch.nn.functional.max_pool2d", f(2, 3, 7, 8), 2L, 1L, 2L);
  }

  @Test
  void elementsThatMove() {
    covers("torch.transpose", f(2, 3, 4), 0L, -1L);
    covers("torch.permute", f(2, 3, 4), List.of(2L, 0L, 1L));
    covers("torch.nn.functional.pad", f(2, 3, 4), List.of(1L, 2L, -1L, 0L));
    covers("torch.nn.functional.interpolate", f(2, 3, 4), List.of(7L));
    covers("torch.cat", List.of(f(2, 3), f(2, 4)), 1L);
    covers("torch.cat", List.of(f(2, 3), f(1, 3)), 0L);
    covers("torch.mean", f(2, 3, 4), List.of(1L, -1L));
    covers("torch.sum", f(2, 3, 4), List.of(0L), true);
    covers("torch.amax", f(2, 3, 4), List.of(2L));
    leaves("torch.transpose", f(2, 3), 0L, 2L);
    leaves("torch.permute", f(2, 3), List.of(0L, 0L));
    leaves("torch.cat", List.of(f(2, 3), f(3, 4)), 1L);
    leaves("torch.mean", f(2, 3));
    leaves("torch.sum", Zeros.of(DType.INT64, Shape.of(2, 3)), List.of(0L));
    for (String method : List.of("expand", "repeat")) {
      Object real =
          ReferenceOperators.standard().callMethod(method, List.of(f(3, 1), 2L, 3L, 4L), Map.of());
      assertThat(ShapeRules.call(new MethodType(method), List.of(f(3, 1), 2L, 3L, 4L), Map.of()))
          .isEqualTo(Zeros.of(DType.FLOAT32, ((Tensor) real).shape()));
    }
    assertThat(
            ShapeRules.call(
                FunctionType.of("torch.split"), List.of(f(2, 5), List.of(2L, 3L), 1L), Map.of()))
        .isEqualTo(
            Tuple.of(
                Zeros.of(DType.FLOAT32, Shape.of(2, 2)), Zeros.of(DType.FLOAT32, Shape.of(2, 3))));
  }

  @Test
  void productsByTheirLastAxes() {
    for (String name : List.of("torch.matmul", "operator.matmul")) {
      covers(name, f(2, 3), f(3, 4));
      covers(name, f(5, 2, 3), f(3, 4));
      covers(name, f(5, 1, 2, 3), f(6, 3, 4));
      leaves(name, f(3), f(3, 4));
      leaves(name, f(2, 3), f(3));
      leaves(name, f(2, 3), f(4, 3));
    }
    covers("torch.bmm", f(5, 2, 3), f(5, 3, 4));
    covers("torch.nn.functional.linear", f(2, 3), f(4, 3));
    leaves("torch.nn.functional.linear", f(2, 3), f(3, 4));
    leaves("torch.nn.functional.linear", f(2, 3));
  }

  @Test
  void integersAreNotDividedByUnknownZeros() {
    Tensor zeros = Zeros.of(DType.INT64, Shape.of(1, 4));
    Tensor ints = Zeros.of(DType.INT64, Shape.of(3, 1));
    for (String name :
        List.of("torch.remainder", "torch.fmod", "operator.floordiv", "operator.mod")) {
      assertThat(ShapeRules.call(FunctionType.of(name), List.of(ints, zeros), Map.of()))
          .isEqualTo(Zeros.of(DType.INT64, Shape.of(3, 4)));
      Tensor ones = Tensor.of(DType.INT64, Shape.of(2), new long[] {1, 2});
      leaves(name, ints, ones);
      Tensor halfZero = Tensor.of(DType.INT64, Shape.of(2), new long[] {1, 0});
      assertThat(ShapeRules.call(FunctionType.of(name), List.of(ints, halfZero), Map.of()))
          .isNotNull();
      covers(name, f(3, 1), f(1, 4));
    }
    leaves("torch.add", ints, zeros);
  }
}
