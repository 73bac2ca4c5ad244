package io.octant.quantization.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.backend.DTypeConfig;
import io.octant.quantization.backend.DTypeWithConstraints;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.quantization.report.QuantizationReport;
import io.octant.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A qconfig is taken if it fits a dtype config in all its parts; if not, the report says why. */
class BackendSupportTest {
  private static final TargetType LINEAR = new io.octant.graph.ModuleType("torch.nn.Linear");

  private final GraphModels g = new GraphModels();
  private final Node x = g.input("x");

  private String line(Object output, TargetType type, QConfig qconfig, Map<String, ?> dtypes) {
    BackendPatternConfig.Builder pattern = BackendPatternConfig.builder(type);
    if (!dtypes.isEmpty()) {
      pattern.dtypeConfig(DTypeConfig.fromMap(dtypes));
    }
    GraphModule prepared =
        QuantizeFx.prepare(
            g.returning(output),
            PrepareOptions.of(QConfigMapping.empty().withGlobal(qconfig))
                .withBackend(BackendConfig.named("test").with(pattern.build())));
    return prepared.attachment(QuantizationReport.class).orElseThrow().lines().get(0).reason();
  }

  private String linear(QConfig qconfig, Map<String, ?> dtypes) {
    return line(g.call("fc", new Linear(4, 4), x), LINEAR, qconfig, dtypes);
  }

  private static final String TAKEN = "matched by the backend, qconfig by global";
  private static final String REFUSED = "not supported by the backend: ";

  /** 0..127, eps 2^-23, over int8 weights. */
  private static final QConfig QCONFIG = QConfigs.DEFAULT;

  private static Map<String, Object> input(DTypeWithConstraints wanted) {
    return config(Optional.of(wanted), Optional.empty());
  }

  private static Map<String, Object> config(
      Optional<DTypeWithConstraints> input, Optional<DTypeWithConstraints> output) {
    return new DTypeConfig(input, output, Optional.empty(), Optional.empty(), false).toMap();
  }

  private static final DTypeWithConstraints UINT8 = DTypeWithConstraints.of(DType.QUINT8);

  @Test
  void aConfigThatSaysNothingTakesAll() {
    assertThat(linear(QCONFIG, Map.of("is_dynamic", false))).isEqualTo(TAKEN);
  }

  @Test
  void withoutDTypesNothingIsTaken() {
    assertThat(linear(QCONFIG, Map.of()))
        .isEqualTo("the backend accepts no dtypes for this pattern");
  }

  @Test
  void inputsOutputsAndWeightsMustFit() {
    assertThat(linear(QCONFIG, Map.of("input_dtype", DType.QINT8)))
        .isEqualTo(REFUSED + "input dtype torch.quint8, accepted torch.qint8");
  }

  @Test
  void outputsMustFit() {
    assertThat(linear(QCONFIG, Map.of("output_dtype", DType.FLOAT16)))
        .isEqualTo(REFUSED + "output dtype torch.quint8, accepted torch.float16");
  }

  @Test
  void staticIsNotDynamic() {
    assertThat(linear(QCONFIG, Map.of("input_dtype", DType.QUINT8, "is_dynamic", true)))
        .isEqualTo(REFUSED + "only dynamic quantization");
  }

  @Test
  void dynamicIsNotStatic() {
    assertThat(linear(QConfigs.DEFAULT_DYNAMIC, Map.of("input_dtype", DType.QUINT8)))
        .isEqualTo(REFUSED + "no dynamic quantization");
  }

  @Test
  void theRangeMustLieWithin() {
    assertThat(linear(QCONFIG, input(UINT8.withRange(0, 126))))
        .isEqualTo(REFUSED + "input range 0..127, accepted within 0..126");
  }

  @Test
  void theRangeMustNotBeginBelow() {
    assertThat(linear(QCONFIG, input(UINT8.withRange(1, 255))))
        .isEqualTo(REFUSED + "input range 0..127, accepted within 1..255");
  }

  @Test
  void theWholeRangeFits() {
    assertThat(linear(QCONFIG, input(UINT8.withRange(0, 127)))).isEqualTo(TAKEN);
  }

  @Test
  void scalesMustNotBeSmaller() {
    assertThat(linear(QCONFIG, input(UINT8.withSmallestScale(0x1p-12))))
        .isEqualTo(REFUSED + "input eps 1.1920928955078125E-7, accepted at least 2.44140625E-4");
  }

  @Test
  void theSmallestScaleItselfFits() {
    assertThat(linear(QCONFIG, input(UINT8.withSmallestScale(0x1p-23)))).isEqualTo(TAKEN);
  }

  @Test
  void outputsHaveConstraintsToo() {
    assertThat(linear(QCONFIG, config(Optional.empty(), Optional.of(UINT8.withRange(0, 100)))))
        .isEqualTo(REFUSED + "output range 0..127, accepted within 0..100");
  }

  @Test
  void fixedParametersMustBeThose() {
    QConfig fixed = QCONFIG.withActivation(fixed(0.5, 3));
    assertThat(linear(fixed, input(UINT8.withExactQParams(0.25, 3))))
        .contains("accepted fixed scale 0.25 and zero point 3");
  }

  @Test
  void theFixedZeroPointMustBeThat() {
    QConfig fixed = QCONFIG.withActivation(fixed(0.5, 3));
    assertThat(linear(fixed, input(UINT8.withExactQParams(0.5, 4))))
        .contains("accepted fixed scale 0.5 and zero point 4");
  }

  @Test
  void thoseFixedParametersFit() {
    QConfig fixed = QCONFIG.withActivation(fixed(0.5, 3));
    assertThat(linear(fixed, input(UINT8.withExactQParams(0.5, 3)))).isEqualTo(TAKEN);
  }

  private static ObserverSpec fixed(double scale, int zeroPoint) {
    return ObserverSpec.of(ObserverSpec.TORCH + "FixedQParamsObserver")
        .with("scale", scale)
        .with("zero_point", zeroPoint)
        .with("dtype", DType.QUINT8)
        .with("quant_min", 0)
        .with("quant_max", 255);
  }

  @Test
  void tensorsInListsAndTuplesMustFit() {
    FunctionType cat = FunctionType.of("torch.cat");
    Node node = g.function("torch.cat", new Tuple(List.of(List.of(x), x)));
    assertThat(line(node, cat, QCONFIG, Map.of("input_dtype", DType.QINT8)))
        .isEqualTo(REFUSED + "input dtype torch.quint8, accepted torch.qint8");
  }

  @Test
  void keywordTensorsMustFit() {
    FunctionType add = FunctionType.of("torch.add");
    Node node = g.function("torch.add", List.of(1.5), Map.of("other", x));
    assertThat(line(node, add, QCONFIG, Map.of("input_dtype", DType.QINT8)))
        .isEqualTo(REFUSED + "input dtype torch.quint8, accepted torch.qint8");
  }

  @Test
  void severalReasonsAreAllGiven() {
    BackendConfig backend =
        BackendConfig.named("test")
            .with(
                BackendPatternConfig.builder(LINEAR)
                    .dtypeConfig(DTypeConfig.fromMap(Map.of("input_dtype", DType.QINT8)))
                    .dtypeConfig(DTypeConfig.fromMap(Map.of("input_dtype", DType.FLOAT16)))
                    .build());
    GraphModule prepared =
        QuantizeFx.prepare(
            g.returning(g.call("fc", new Linear(4, 4), x)),
            PrepareOptions.of(QConfigMapping.empty().withGlobal(QCONFIG)).withBackend(backend));
    assertThat(prepared.attachment(QuantizationReport.class).orElseThrow().lines().get(0).reason())
        .isEqualTo(
            REFUSED
                + "input dtype torch.quint8, accepted torch.qint8; input dtype torch.quint8,"
                + " accepted torch.float16");
  }
}
