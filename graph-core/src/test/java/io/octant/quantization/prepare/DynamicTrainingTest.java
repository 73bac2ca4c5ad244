package io.octant.quantization.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.octant.OctantException;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.backend.DTypeConfig;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Training for dynamic quantization; figures from PyTorch 2.13. */
class DynamicTrainingTest {
  private static final ModuleType LINEAR = new ModuleType("torch.nn.Linear");
  private static final ModuleType DYNAMIC = new ModuleType("torch.ao.nn.qat.dynamic.Linear");
  private static final Tensor X = Tensor.of(new float[] {1, -2, 0.5f, 0.3f, 0.7f, -1.1f}, 2, 3);

  private final GraphModule model;

  DynamicTrainingTest() {
    GraphModels g = new GraphModels();
    Linear linear =
        new Linear(
            Tensor.of(new float[] {0.5f, -1, 0.25f, 2, 0.1f, -0.3f}, 2, 3),
            Tensor.of(new float[] {0.1f, -0.2f}, 2));
    model = g.returning(g.call("fc", linear, g.input("x")));
    model.train(true);
  }

  private static BackendConfig backend(ModuleType qatModule) {
    DTypeConfig dynamic =
        DTypeConfig.fromMap(
            Map.of(
                "input_dtype", DType.QUINT8,
                "output_dtype", DType.FLOAT32,
                "weight_dtype", DType.QINT8,
                "bias_dtype", DType.FLOAT32,
                "is_dynamic", true));
    ModuleType reference = new ModuleType("torch.ao.nn.quantized.reference.Linear");
    return BackendConfigs.nativeBackend()
        .with(
            BackendPatternConfig.builder(LINEAR)
                .dtypeConfig(dynamic)
                .rootModule(LINEAR)
                .referenceQuantizedModule(reference)
                .qatModule(qatModule)
                .build())
        .with(
            BackendPatternConfig.builder(DYNAMIC)
                .dtypeConfig(dynamic)
                .rootModule(LINEAR)
                .referenceQuantizedModule(reference)
                .build());
  }

  private GraphModule prepare(BackendConfig backend, QConfig qconfig) {
    QConfigMapping mapping = QConfigMapping.empty().withGlobal(qconfig);
    return QuantizeFx.prepare(model, PrepareOptions.of(mapping).withBackend(backend).forTraining());
  }

  @Test
  void theNativeBackendTrainsTheStaticForm() {
    GraphModule prepared = prepare(BackendConfigs.nativeBackend(), QConfigs.DEFAULT_DYNAMIC_QAT);
    assertThat(prepared.module("fc").type().name()).isEqualTo("torch.ao.nn.qat.Linear");
    assertTrainsAndConverts(prepared);
  }

  @Test
  void aBackendMayAskForTheDynamicForm() {
    GraphModule prepared = prepare(backend(DYNAMIC), QConfigs.DEFAULT_DYNAMIC_QAT);
    assertThat(prepared.module("fc").type()).isEqualTo(DYNAMIC);
    assertTrainsAndConverts(prepared);
  }

  private static void assertTrainsAndConverts(GraphModule prepared) {
    assertThat(prepared.runTensor(X).floats())
        .containsExactly(
            new float[] {2.733817816f, 1.456655264f, -0.732664406f, 0.805398047f}, offset(1e-6f));
    prepared.train(false);
    GraphModule converted = QuantizeFx.convert(prepared);
    assertThat(converted.module("fc").type().name())
        .isEqualTo("torch.ao.nn.quantized.dynamic.Linear");
    assertThat(converted.runTensor(X).floats())
        .containsExactly(
            new float[] {2.738258600f, 1.439648032f, -0.735942602f, 0.809356213f}, offset(1e-6f));
  }

  @Test
  void theDynamicFormWantsObserversWithoutMemory() {
    assertThatThrownBy(() -> prepare(backend(DYNAMIC), QConfigs.DEFAULT_QAT))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("requires a memoryless observer")
        .hasMessageContaining("expected a moving average with averaging constant 1");
    QConfig minMax = QConfigs.DEFAULT_QAT.withActivation(QConfigs.DEFAULT.activation());
    assertThatThrownBy(() -> prepare(backend(DYNAMIC), minMax))
        .hasMessageContaining("MinMaxObserver");
  }

  @Test
  void otherFormsThanTheModulesAreRefused() {
    ModuleType conv = new ModuleType("torch.ao.nn.qat.Conv2d");
    assertThatThrownBy(() -> prepare(backend(conv), QConfigs.DEFAULT_DYNAMIC_QAT))
        .isInstanceOf(OctantException.class)
        .hasMessage(
            "Cannot make a quantization-aware module of torch.nn.Linear: torch.ao.nn.qat.Conv2d,"
                + " expected torch.ao.nn.qat.Linear");
  }
}
