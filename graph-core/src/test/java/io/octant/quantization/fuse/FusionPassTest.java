package io.octant.quantization.fuse;

import static io.octant.quantization.GraphModels.difference;
import static io.octant.quantization.GraphModels.random;
import static io.octant.quantization.GraphModels.targets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.nn.activation.ReLU;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.BatchNormSettings;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.backend.FuserMethod;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.report.QuantizationReport;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FusionPassTest {
  private final GraphModels g = new GraphModels();
  private final Node x = g.input("x");

  private static BatchNorm2d norm(int channels) {
    BatchNorm2d norm = new BatchNorm2d(channels);
    norm.setBuffer("running_mean", random(1, channels));
    Tensor variance = random(2, channels);
    for (int i = 0; i < channels; i++) {
      variance.floats()[i] = Math.abs(variance.floats()[i]) + 0.5f;
    }
    norm.setBuffer("running_var", variance);
    norm.setParameter("weight", random(3, channels));
    norm.setParameter("bias", random(4, channels));
    return norm;
  }

  private GraphModule convBnRelu() {
    Node conv = g.call("conv", new Conv2d(3, 4, 3), x);
    Node bn = g.call("bn", norm(4), conv);
    return g.returning(g.call("relu", new ReLU(), bn));
  }

  @Test
  void convolutionBatchNormAndReluBecomeOneModuleWithTheSameResult() {
    GraphModule model = convBnRelu();
    Tensor input = random(5, 2, 3, 6, 6);

    GraphModule fused = QuantizeFx.fuse(model);

    assertThat(targets(fused)).containsExactly("conv");
    assertThat(fused.module("conv").type().name()).isEqualTo("torch.ao.nn.intrinsic.ConvReLU2d");
    assertThat(fused.findModule("bn")).isNull();
    assertThat(difference(fused.runTensor(input), model.runTensor(input))).isLessThan(1e-5);
  }

  @Test
  void theArgumentStaysAsItWas() {
    GraphModule model = convBnRelu();
    String before = model.toString();
    Tensor weight = model.module("conv").tensor("weight");

    GraphModule unused = QuantizeFx.fuse(model);

    assertThat(unused).isNotSameAs(model);
    assertThat(model).hasToString(before);
    assertThat(model.module("conv").tensor("weight")).isSameAs(weight);
    assertThat(model.module("conv")).isInstanceOf(Conv2d.class);
  }

  @Test
  void transposedConvolutionsFoldAlongTheirOutputAxis() {
    Node conv = g.call("conv", new ConvTranspose2d(ConvSettings.of(3, 5, 2)), x);
    GraphModule model = g.returning(g.call("bn", norm(5), conv));
    Tensor input = random(6, 1, 3, 4, 4);

    GraphModule fused = QuantizeFx.fuse(model);

    assertThat(targets(fused)).containsExactly("conv");
    assertThat(difference(fused.runTensor(input), model.runTensor(input))).isLessThan(1e-5);
  }

  @Test
  void foldingNeedsEvaluationMode() {
    GraphModule model = convBnRelu();
    model.train(true);
    assertThatThrownBy(() -> QuantizeFx.fuse(model))
        .isInstanceOf(FusionException.class)
        .hasMessageContaining("in training mode, expected evaluation mode");
  }

  @Test
  void partsMustBeInTheSameMode() {
    GraphModule model = convBnRelu();
    model.module("bn").train(true);
    assertThatThrownBy(() -> QuantizeFx.fuse(model))
        .isInstanceOf(FusionException.class)
        .hasMessageContaining("must be in the same mode");
  }

  @Test
  void trainingKeepsTheBatchNorm() {
    GraphModule model = convBnRelu();
    GraphModule fused = FusionPass.fuse(model, BackendConfigs.nativeBackend(), FusionMode.QAT);
    assertThat(fused.module("conv").type().name()).isEqualTo("torch.ao.nn.intrinsic.ConvBnReLU2d");
  }

  @Test
  void trainingRefusesTransposedConvolutionsAndWrongChannels() {
    Node conv = g.call("conv", new ConvTranspose2d(ConvSettings.of(3, 5, 2)), x);
    GraphModule transposed = g.returning(g.call("bn", norm(5), conv));
    assertThatThrownBy(
            () -> FusionPass.fuse(transposed, BackendConfigs.nativeBackend(), FusionMode.QAT))
        .isInstanceOf(FusionException.class)
        .hasMessageContaining("not supported yet");

    GraphModels h = new GraphModels();
    Node linear = h.call("fc", new Linear(3, 4), h.input("x"));
    GraphModule wrong = h.returning(h.call("bn", new BatchNorm1d(5), linear));
    assertThatThrownBy(() -> FusionPass.fuse(wrong, BackendConfigs.nativeBackend(), FusionMode.QAT))
        .isInstanceOf(FusionException.class)
        .hasMessageContaining("must match num_features");
  }

  @Test
  void trainingNeedsBatchNormsWithWeightAndStatistics() {
    Map<String, BatchNormSettings> settings =
        Map.of(
            "affine", BatchNormSettings.of(4).withoutAffine(),
            "track_running_stats", BatchNormSettings.of(4).withoutRunningStats());
    settings.forEach(
        (flag, norm) -> {
          GraphModels h = new GraphModels();
          Node linear = h.call("fc", new Linear(3, 4), h.input("x"));
          GraphModule model = h.returning(h.call("bn", new BatchNorm1d(norm), linear));
          assertThatThrownBy(
                  () -> FusionPass.fuse(model, BackendConfigs.nativeBackend(), FusionMode.QAT))
              .isInstanceOf(FusionException.class)
              .hasMessageContaining("expected " + flag + "=True");
        });
  }

  @Test
  void aModuleThatIsCalledElsewhereIsNotFused() {
    Linear shared = new Linear(4, 4);
    Node first = g.call("fc", shared, x);
    Node second = g.call("fc", shared, first);
    GraphModule model = g.returning(g.call("relu", new ReLU(), second));
    Tensor input = random(7, 3, 4);

    GraphModule fused = QuantizeFx.fuse(model);

    assertThat(targets(fused)).containsExactly("fc", "fc", "relu");
    assertThat(fused.runTensor(input)).isEqualTo(model.runTensor(input));
  }

  @Test
  void aValueThatOthersReadIsNotFusedAway() {
    Node conv = g.call("conv", new Conv2d(3, 4, 1), x);
    Node bn = g.call("bn", norm(4), conv);
    GraphModule model = g.returning(List.of(conv, bn));
    assertThat(targets(QuantizeFx.fuse(model))).containsExactly("conv", "bn");
  }

  @Test
  void onednnFusesAdditionWithTheOtherOperandAsSecondInput() {
    Node y = g.input("y");
    Node conv = g.call("conv", new Conv2d(3, 3, 1), x);
    Node add = g.function("operator.add", y, conv);
    GraphModule model = g.returning(g.call("relu", new ReLU(), add));
    Tensor a = random(8, 1, 3, 4, 4);
    Tensor b = random(9, 1, 3, 4, 4);

    GraphModule fused = QuantizeFx.fuse(model, BackendConfigs.of("onednn"));

    Node call = (Node) fused.graph().outputNode().arg(0);
    assertThat(fused.moduleOf(call).type().name()).isEqualTo("torch.ao.nn.intrinsic.ConvAddReLU2d");
    assertThat(call.args()).extracting(Object::toString).containsExactly("x", "y");
    assertThat(difference((Tensor) fused.run(a, b), (Tensor) model.run(a, b))).isLessThan(1e-6);
  }

  @Test
  void onednnLosesNoFunctionBehindALinearLayer() {
    Node first = g.call("first", new Linear(4, 6), x);
    Node leaky =
        g.function("torch.nn.functional.leaky_relu", List.of(first), Map.of("negative_slope", 0.3));
    Node second = g.call("second", new Linear(6, 5), leaky);
    GraphModule model = g.returning(g.function("torch.tanh", List.of(second), Map.of()));
    Tensor input = random(8, 3, 4);

    GraphModule fused = QuantizeFx.fuse(model, BackendConfigs.of("onednn"));

    assertThat(targets(fused)).containsExactly("first", "second", "torch.tanh");
    assertThat(fused.module("first").type().name())
        .isEqualTo("torch.ao.nn.intrinsic.LinearLeakyReLU");
    assertThat(difference(fused.runTensor(input), model.runTensor(input))).isLessThan(1e-6);
  }

  @Test
  void aSumWithAFactorIsNotTakenForOneWithout() {
    Node conv = g.call("conv", new Conv2d(3, 3, 1), x);
    Node sum = g.function("torch.add", List.of(conv, x), Map.of("alpha", 2.0));

    GraphModule fused = QuantizeFx.fuse(g.returning(sum), BackendConfigs.of("onednn"));

    assertThat(targets(fused)).containsExactly("conv", "torch.add");
  }

  @Test
  void sumsWithANumberOrWithThemselvesAreNotFused() {
    Node first = g.call("first", new Conv2d(3, 3, 1), x);
    Node more = g.function("operator.add", first, 0.5);
    Node second = g.call("second", new Conv2d(3, 3, 1), more);
    GraphModule model = g.returning(g.function("operator.add", second, second));
    Tensor input = random(8, 1, 3, 4, 4);

    GraphModule fused = QuantizeFx.fuse(model, BackendConfigs.of("onednn"));

    assertThat(targets(fused)).containsExactly("first", "operator.add", "second", "operator.add");
    assertThat(difference(fused.runTensor(input), model.runTensor(input))).isLessThan(1e-6);
  }

  @Test
  void aBackendMayBringItsOwnFuser() {
    Node fc = g.call("fc", new Linear(4, 4), x);
    GraphModule model = g.returning(g.call("relu", new ReLU(), fc));
    Module replacement = new ReLU();
    FuserMethod mine =
        new FuserMethod() {
          @Override
          public String fuserName() {
            return "mine";
          }

          @Override
          public Module fuse(FusionMode mode, List<Module> parts) {
            assertThat(parts).hasSize(2);
            return replacement;
          }
        };
    BackendConfig backend =
        BackendConfig.named("mine")
            .with(
                BackendPatternConfig.builder(
                        List.of(new ModuleType("torch.nn.Linear"), new ModuleType("torch.nn.ReLU")))
                    .fuserMethod(mine)
                    .build());
    assertThat(QuantizeFx.fuse(model, backend).module("fc")).isSameAs(replacement);
  }

  @Test
  void namedAttributesArePreserved() {
    GraphModule model = convBnRelu();
    model.setAttribute("version", 3L);
    model.setAttribute("other", 4L);
    GraphModule fused =
        QuantizeFx.fuse(
            model,
            BackendConfigs.nativeBackend(),
            FuseCustomConfig.empty().withPreservedAttributes(List.of("version", "othr")));
    assertThat(fused.attributes()).containsOnlyKeys("version");
    assertThat(fused.attachment(QuantizationReport.class).orElseThrow().warnings())
        .containsExactly(
            "preserved_attributes othr fits no attribute of the model, nearest is other");
    assertThat(FuseCustomConfig.fromMap(new FuseCustomConfig(List.of("version")).toMap()))
        .isEqualTo(new FuseCustomConfig(List.of("version")));
  }
}
