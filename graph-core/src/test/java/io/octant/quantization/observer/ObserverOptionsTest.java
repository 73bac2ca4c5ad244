package io.octant.quantization.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.calibration.TensorStatistics;
import io.octant.graph.GraphException;
import io.octant.graph.None;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Options of each observer class under PyTorch's names, their defaults, and what is refused. */
class ObserverOptionsTest {
  private static final Object NONE = None.NONE;

  private static ObserverSpec spec(String name) {
    return ObserverSpec.of(ObserverSpec.TORCH + name);
  }

  private static String uniform(String dtype, String scheme, String rest) {
    return "dtype=torch."
        + dtype
        + ", is_dynamic=false, qscheme=torch."
        + scheme
        + ", reduce_range=false, has_customized_qrange=false, "
        + rest;
  }

  static Stream<Arguments> defaults() {
    String tensor = uniform("quint8", "per_tensor_affine", "quant_min=0, quant_max=255");
    String channel = uniform("quint8", "per_channel_affine", "quant_min=0, quant_max=255");
    return Stream.of(
        Arguments.of(spec("MinMaxObserver"), tensor),
        Arguments.of(spec("MovingAverageMinMaxObserver"), "averaging_constant=0.01, " + tensor),
        Arguments.of(spec("PerChannelMinMaxObserver"), channel + ", ch_axis=0"),
        Arguments.of(
            spec("MovingAveragePerChannelMinMaxObserver"),
            channel + ", ch_axis=0, averaging_constant=0.01"),
        Arguments.of(
            spec("HistogramObserver"), tensor + ", bins=2048, dst_nbins=256, upsample_rate=16"),
        Arguments.of(
            spec("HistogramObserver").with("dtype", DType.INT16).with("bins", 4),
            uniform("int16", "per_tensor_affine", "quant_min=-32768, quant_max=32767")
                + ", bins=4, dst_nbins=65536, upsample_rate=16"),
        Arguments.of(ObserverSpec.of(GridHistogramObserver.TYPE), tensor + ", method=mse"),
        Arguments.of(
            spec("FixedQParamsObserver").with("scale", 0.5).with("zero_point", 3),
            "dtype=torch.quint8, is_dynamic=false, quant_min=0, quant_max=255,"
                + " qscheme=torch.per_tensor_affine"),
        Arguments.of(
            spec("PlaceholderObserver"),
            "dtype=torch.float32, is_dynamic=false, qscheme=torch.per_tensor_affine,"
                + " quant_min=None, quant_max=None, eps=1.1920928955078125E-7, custom_op="),
        Arguments.of(
            spec("PlaceholderObserver")
                .with("dtype", DType.QUINT8)
                .with("compute_dtype", DType.QUINT8)
                .with("quant_min", 0)
                .with("quant_max", 255)
                .with("qscheme", QScheme.PER_TENSOR_SYMMETRIC)
                .with("eps", 0.5)
                .with("custom_op_name", "sort")
                .with("is_dynamic", true),
            "dtype=torch.quint8, is_dynamic=true, qscheme=torch.per_tensor_symmetric, quant_min=0,"
                + " quant_max=255, eps=0.5, custom_op=sort"),
        Arguments.of(
            spec("PlaceholderObserver").with("quant_min", 0),
            "dtype=torch.float32, is_dynamic=false, qscheme=torch.per_tensor_affine,"
                + " quant_min=None, quant_max=None, eps=1.1920928955078125E-7, custom_op="),
        Arguments.of(
            spec("NoopObserver").with("custom_op_name", "sort"),
            "dtype=torch.float16, is_dynamic=false, custom_op=sort"),
        Arguments.of(spec("RecordingObserver"), "dtype=torch.quint8, is_dynamic=false"),
        Arguments.of(spec("ReuseInputObserver"), "dtype=torch.quint8, is_dynamic=false"));
  }

  @ParameterizedTest
  @MethodSource
  void defaults(ObserverSpec spec, String hyperparameters) {
    assertThat(spec.create().hyperparameters()).hasToString("{" + hyperparameters + "}");
  }

  static Stream<Arguments> refusals() {
    String torch = "Cannot make torch.ao.quantization.";
    return Stream.of(
        Arguments.of(
            spec("MinMaxObserver").with("qscheme", QScheme.PER_CHANNEL_AFFINE),
            torch
                + "MinMaxObserver: qscheme=torch.per_channel_affine, expected"
                + " torch.per_tensor_affine or torch.per_tensor_symmetric"),
        Arguments.of(
            spec("PerChannelMinMaxObserver").with("qscheme", QScheme.PER_TENSOR_AFFINE),
            torch
                + "PerChannelMinMaxObserver: qscheme=torch.per_tensor_affine, expected"
                + " torch.per_channel_affine, torch.per_channel_symmetric or"
                + " torch.per_channel_affine_float_qparams"),
        Arguments.of(
            spec("PerChannelMinMaxObserver").with("is_dynamic", true),
            torch + "PerChannelMinMaxObserver: is_dynamic=true, expected a static observer"),
        Arguments.of(
            spec("HistogramObserver").with("is_dynamic", true),
            torch + "HistogramObserver: is_dynamic=true, expected a static observer"),
        Arguments.of(
            spec("MovingAverageMinMaxObserver").with("is_dynamic", true),
            torch
                + "MovingAverageMinMaxObserver: is_dynamic=true with averaging_constant=0.01,"
                + " expected 1"),
        Arguments.of(
            spec("MinMaxObserver")
                .with("qscheme", QScheme.PER_TENSOR_SYMMETRIC)
                .with("reduce_range", true),
            torch
                + "MinMaxObserver: reduce_range=true of symmetric torch.quint8, expected an affine"
                + " scheme or another dtype"),
        Arguments.of(
            spec("MinMaxObserver").with("dtype", DType.FLOAT16),
            torch
                + "MinMaxObserver: dtype=torch.float16, expected one of [torch.int32, torch.int16,"
                + " torch.int8, torch.uint8, torch.uint16, torch.qint8, torch.quint8,"
                + " torch.qint32, torch.quint4x2]"),
        Arguments.of(
            range(DType.QUINT8, 1, 255),
            torch + "MinMaxObserver: range 1..255, expected one that contains 0"),
        Arguments.of(
            range(DType.QINT8, -128, -1),
            torch + "MinMaxObserver: range -128..-1, expected one that contains 0"),
        Arguments.of(
            range(DType.QUINT8, 0, 0),
            torch + "MinMaxObserver: range 0..0, expected quant_min < quant_max"),
        Arguments.of(
            range(DType.QINT8, -128, 128),
            torch + "MinMaxObserver: range -128..128 of torch.qint8, expected at most 256 levels"),
        Arguments.of(
            range(DType.INT8, -200, 127),
            torch + "MinMaxObserver: range -200..127 of torch.int8, expected at most 256 levels"),
        Arguments.of(
            spec("FixedQParamsObserver").with("scale", 1.0),
            torch + "FixedQParamsObserver: no scale or zero_point, expected both"),
        Arguments.of(
            spec("FixedQParamsObserver").with("zero_point", 1),
            torch + "FixedQParamsObserver: no scale or zero_point, expected both"),
        Arguments.of(
            spec("FixedQParamsObserver")
                .with("scale", 1.0)
                .with("zero_point", 1)
                .with("is_dynamic", true),
            torch + "FixedQParamsObserver: is_dynamic=true, expected a static observer"),
        Arguments.of(
            spec("ReuseInputObserver").with("dtype", DType.QINT8),
            torch + "ReuseInputObserver: unknown keywords [dtype], expected any of []"),
        Arguments.of(
            spec("NoopObserver").with("bins", 3),
            torch
                + "NoopObserver: unknown keywords [bins], expected any of [custom_op_name, dtype]"),
        Arguments.of(
            spec("MinMaxObserver").with("qscheme", "affine"),
            torch + "MinMaxObserver: qscheme=affine, expected a qscheme"),
        Arguments.of(
            spec("MinMaxObserver").with("reduce_range", 1),
            torch + "MinMaxObserver: reduce_range=1, expected a boolean"),
        Arguments.of(
            spec("MinMaxObserver").with("eps", "small"),
            torch + "MinMaxObserver: eps=small, expected a number"),
        Arguments.of(
            spec("NoopObserver").with("custom_op_name", 3),
            torch + "NoopObserver: custom_op_name=3, expected a string"),
        Arguments.of(
            spec("PerChannelMinMaxObserver").with("ch_axis", 1L << 32),
            torch + "PerChannelMinMaxObserver: ch_axis=4294967296, expected an int"),
        Arguments.of(
            spec("FakeQuantize").with("observer", "MinMaxObserver"),
            torch + "FakeQuantize: observer=MinMaxObserver, expected an observer spec"));
  }

  private static ObserverSpec range(DType dtype, int low, int high) {
    return spec("MinMaxObserver")
        .with("dtype", dtype)
        .with("quant_min", low)
        .with("quant_max", high);
  }

  @ParameterizedTest
  @MethodSource
  void refusals(ObserverSpec spec, String message) {
    assertThatThrownBy(spec::create)
        .isExactlyInstanceOf(ObserverException.class)
        .hasMessage(message);
  }

  @Test
  void noneIsAbsence() {
    assertThat(spec("MinMaxObserver").with("quant_min", NONE).with("eps", NONE).create().range())
        .contains(new QRange(0, 255));
  }

  @Test
  void observersSayHowTheyQuantize() {
    ActivationPostProcess o =
        spec("MovingAverageMinMaxObserver")
            .with("qscheme", QScheme.PER_TENSOR_SYMMETRIC)
            .with("dtype", DType.QINT8)
            .with("eps", 0.25)
            .with("averaging_constant", 1)
            .with("is_dynamic", true)
            .create();
    assertThat(o.qscheme()).isEqualTo(QScheme.PER_TENSOR_SYMMETRIC);
    assertThat(o.dtype()).isEqualTo(DType.QINT8);
    assertThat(o.isDynamic()).isTrue();
    assertThat(o.eps()).isEqualTo(0.25);
    assertThat(o.channelAxis()).isEqualTo(-1);
    assertThat(o.tensor("eps")).isEqualTo(Tensor.of(new float[] {0.25f}, 1));
    assertThat(((MovingAverageObserver) o).averagingConstant()).isEqualTo(1);
    ActivationPostProcess plain = spec("NoopObserver").create();
    assertThat(plain.qscheme()).isEqualTo(QScheme.PER_TENSOR_AFFINE);
    assertThat(plain.range()).isEmpty();
    assertThat(plain.isDynamic()).isFalse();
    assertThat(plain.eps()).isEqualTo(0x1p-23);
    for (String name :
        List.of("PerChannelMinMaxObserver", "MovingAveragePerChannelMinMaxObserver")) {
      assertThat(spec(name).with("ch_axis", 2).create().channelAxis()).isEqualTo(2);
    }
    assertThat(
            ((MovingAverageObserver)
                    spec("MovingAveragePerChannelMinMaxObserver")
                        .with("averaging_constant", 0.5)
                        .create())
                .averagingConstant())
        .isEqualTo(0.5);
    ActivationPostProcess placeholder =
        spec("PlaceholderObserver")
            .with("is_dynamic", true)
            .with("qscheme", QScheme.PER_TENSOR_SYMMETRIC)
            .with("quant_min", -8)
            .with("quant_max", 7)
            .with("eps", 0.5)
            .create();
    assertThat(placeholder.isDynamic()).isTrue();
    assertThat(placeholder.qscheme()).isEqualTo(QScheme.PER_TENSOR_SYMMETRIC);
    assertThat(placeholder.range()).contains(new QRange(-8, 7));
    assertThat(placeholder.eps()).isEqualTo(0.5);
    assertThat(
            spec("FixedQParamsObserver")
                .with("scale", 1.0)
                .with("zero_point", 0)
                .with("qscheme", QScheme.PER_TENSOR_SYMMETRIC)
                .create()
                .qscheme())
        .isEqualTo(QScheme.PER_TENSOR_SYMMETRIC);
  }

  @Test
  void placeholdersHaveNoParameters() {
    for (String name :
        List.of("PlaceholderObserver", "NoopObserver", "RecordingObserver", "ReuseInputObserver")) {
      ActivationPostProcess o = spec(name).create();
      Tensor x = Tensor.of(new float[] {1, 2}, 2);
      assertThat(o.evaluate(List.of(x), Map.of())).isSameAs(x);
      assertThatThrownBy(o::calculateQParams)
          .isInstanceOf(ObserverException.class)
          .hasMessage(
              "Cannot calculate qparams of torch.ao.quantization."
                  + name
                  + ", expected an observer that has some");
    }
  }

  @Test
  void theRecordingObserverKeepsTensorsInTheirOrder() {
    RecordingObserver o = (RecordingObserver) spec("RecordingObserver").create();
    Tensor a = Tensor.of(new float[] {1}, 1);
    Tensor b = Tensor.of(new float[] {2}, 1);
    o.observe(a);
    RecordingObserver copy = (RecordingObserver) o.copy();
    o.observe(b);
    assertThat(o.tensors()).containsExactly(a, b);
    assertThat(copy.tensors()).containsExactly(a);
    assertThatThrownBy(() -> o.merge(new TensorStatistics()))
        .hasMessageStartingWith("Cannot record statistics: ");
  }

  @Test
  void observersTakeOneTensor() {
    ActivationPostProcess o = spec("MinMaxObserver").create();
    Tensor x = Tensor.of(new float[] {1}, 1);
    for (List<Object> wrong :
        List.of(List.<Object>of(), List.<Object>of(x, x), List.of((Object) 1L))) {
      assertThatThrownBy(() -> o.evaluate(wrong, Map.of()))
          .isInstanceOf(GraphException.class)
          .hasMessageStartingWith("Cannot call torch.ao.quantization.MinMaxObserver: arguments ");
    }
    assertThatThrownBy(() -> o.evaluate(List.of(x), Map.of("y", x)))
        .isInstanceOf(GraphException.class);
  }

  @Test
  void tensorsOfAnyPlainTypeAreReadAsFloats() {
    MinMaxObserver o = (MinMaxObserver) spec("MinMaxObserver").create();
    o.observe(Tensor.of(DType.INT64, Shape.of(3), new long[] {-4, 0, 9}));
    o.observe(Tensor.of(DType.FLOAT64, Shape.of(1), new double[] {0.1}));
    assertThat(o.min()).containsExactly(-4);
    assertThat(o.max()).containsExactly(9);
    Tensor quantized =
        Tensor.quantized(DType.QINT8, Shape.of(1), new int[] {1}, QParams.perTensor(1, 0));
    assertThatThrownBy(() -> o.observe(quantized))
        .hasMessage(
            "Cannot observe tensor: torch.qint8[1]{scale=1.0, zeroPoint=0}, expected float values");
  }

  @Test
  void channelsMustExistAndStayAsMany() {
    for (String name :
        List.of("PerChannelMinMaxObserver", "MovingAveragePerChannelMinMaxObserver")) {
      ActivationPostProcess o = spec(name).create();
      assertThatThrownBy(() -> o.observe(Tensor.of(new float[3], 3)))
          .hasMessage(
              "Cannot observe channels of tensor: torch.float32[3], expected at least two axes");
      o.observe(Tensor.of(new float[6], 3, 2));
      assertThatThrownBy(() -> o.observe(Tensor.of(new float[6], 2, 3)))
          .hasMessage("Cannot observe tensor of 2 channels, expected 3 as before");
    }
  }

  @Test
  void theHistogramLeavesInfinitiesOutAndRefusesNan() {
    HistogramObserver o = (HistogramObserver) spec("HistogramObserver").with("bins", 4).create();
    assertThat(o.histogram()).containsExactly(0, 0, 0, 0);
    float inf = Float.POSITIVE_INFINITY;
    o.observe(Tensor.of(new float[] {inf, 1, -inf, 2, 3}, 5));
    o.observe(Tensor.of(new float[] {inf}, 1));
    assertThat(o.infinities()).isEqualTo(3);
    assertThat(o.histogram()).containsExactly(1, 0, 1, 1);
    assertThatThrownBy(() -> o.observe(Tensor.of(new float[] {Float.NaN}, 1)))
        .hasMessage(
            "Cannot observe NaN with torch.ao.quantization.HistogramObserver, expected numbers"
                + " (GridHistogramObserver counts NaN and goes on)");
    assertThat(o.histogram()).containsExactly(1, 0, 1, 1);
  }

  @Test
  void rangesThatAreNotFiniteWarnByChannel() {
    ActivationPostProcess o = spec("PerChannelMinMaxObserver").create();
    o.observe(Tensor.of(new float[] {1, 2, Float.NaN, 0, 3, Float.POSITIVE_INFINITY}, 3, 2));
    assertThat(o.calculateQParams().warnings())
        .containsExactly(
            "Range of channel 1 is NaN to NaN: its scale is no use",
            "Range of channel 2 is 3.0 to Infinity: its scale is no use");
    ActivationPostProcess low = spec("MinMaxObserver").create();
    low.observe(Tensor.of(new float[] {Float.NEGATIVE_INFINITY, 1}, 2));
    assertThat(low.calculateQParams().warnings())
        .containsExactly("Range of channel 0 is -Infinity to 1.0: its scale is no use");
    assertThat(spec("MinMaxObserver").create().calculateQParams().warnings())
        .containsExactly(
            "Nothing was observed: scale 1 and zero point 0 stand in for real parameters");
    UniformSettings settings = ((UniformObserver) low).settings();
    assertThatThrownBy(() -> UniformQParams.of(new float[] {2}, new float[] {1}, settings))
        .hasMessage("Cannot calculate qparams of channel 0: range 2.0 to 1.0, expected min <= max");
  }

  @Test
  void perChannelParametersBecomeThoseOfAQuantizer() {
    CalculatedQParams q =
        CalculatedQParams.of(new float[] {0.5f, 2}, new long[] {3, -1}, DType.INT32, List.of());
    assertThat(q.toQParams(QScheme.PER_CHANNEL_SYMMETRIC, 0))
        .isEqualTo(
            QParams.perChannel(
                QScheme.PER_CHANNEL_SYMMETRIC, new double[] {0.5, 2}, new double[] {3, -1}, 0));
    assertThat(q.toQParams(QScheme.PER_TENSOR_AFFINE, -1)).isEqualTo(QParams.perTensor(0.5, 3));
    CalculatedQParams floats =
        CalculatedQParams.ofFloats(new float[] {0.5f}, new float[] {1.25f}, List.of());
    assertThat(floats.zeroPoint(0)).isEqualTo(1.25);
    CalculatedQParams doubles =
        new CalculatedQParams(
            Tensor.of(new float[] {1}, 1),
            Tensor.of(DType.FLOAT64, Shape.of(1), new double[] {0.1}),
            List.of());
    assertThat(doubles.zeroPoint(0)).isEqualTo(0.1);
    assertThatThrownBy(
            () -> CalculatedQParams.of(new float[2], new long[3], DType.INT64, List.of()))
        .hasMessage(
            "Cannot make qparams: scales of shape [2] and zero points of shape [3], expected the"
                + " same shape");
  }

  @Test
  void specsPrintTheirKeywords() {
    assertThat(spec("NoopObserver")).hasToString("torch.ao.quantization.NoopObserver");
    assertThat(spec("NoopObserver").with("dtype", DType.FLOAT16))
        .hasToString("torch.ao.quantization.NoopObserver{dtype=torch.float16}");
  }

  @Test
  void keywordsAreReadOnce() {
    KeywordArguments args = new KeywordArguments("Mine", Map.of("a", 1, "b", 2));
    assertThat(args.owner()).isEqualTo("Mine");
    assertThat(args.has("a")).isTrue();
    assertThat(args.integer("a", 0)).isEqualTo(1);
    assertThat(args.has("a")).isFalse();
    assertThatThrownBy(args::requireAllRead)
        .hasMessage("Cannot make Mine: unknown keywords [b], expected any of [a]");
    assertThat(args.rest()).isEqualTo(Map.of("b", 2L));
    args.requireAllRead();
    assertThat(args.rest()).isEmpty();
  }
}
