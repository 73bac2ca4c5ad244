package io.octant.nn.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.octant.OctantException;
import io.octant.conformance.Tolerance;
import io.octant.graph.Module;
import io.octant.nn.Initialization;
import io.octant.nn.activation.Mish;
import io.octant.nn.activation.PReLU;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose1d;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.embedding.EmbeddingBag;
import io.octant.nn.factory.ModuleFactories;
import io.octant.nn.linear.Linear;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.reference.kernel.Embedding;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A lowered module computes what its reference module computes between dequantize and quantize, to
 * one step; also where PyTorch's kernels do not.
 */
class LoweringTest {
  private static final long SEED = 43;
  private static final QParams OUTPUT = QParams.perTensor(0.05, 120);
  private static final QParams WEIGHT = QParams.perTensor(0.004, 0);

  private final Random random = new Random(SEED);

  @ParameterizedTest
  @EnumSource
  void transposedConvolutionWithoutOutputPadding(QuantizedEngine engine) {
    check(new ConvTranspose1d(3, 4, 3), engine, 2, 3, 6);
    check(new ConvTranspose2d(ConvSettings.of(4, 6, 2).withGroups(2)), engine, 1, 4, 3, 5);
  }

  @ParameterizedTest
  @EnumSource
  void paddingModes(QuantizedEngine engine) {
    for (String mode : List.of("zeros", "reflect", "replicate", "circular")) {
      check(
          new Conv2d(ConvSettings.of(2, 3, 3).withPadding(1, 2).withPaddingMode(mode)),
          engine,
          1,
          2,
          5,
          5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void namedPadding(QuantizedEngine engine) {
    ConvSettings settings = ConvSettings.of(2, 3, 3).withDilation(2);
    check(new Conv2d(settings.withPadding("same")), engine, 1, 2, 5, 6);
    check(new Conv2d(settings.withPadding("valid")), engine, 1, 2, 5, 6);
  }

  @Test
  void paddingOnOneSideIsRefused() {
    Conv2d conv = new Conv2d(ConvSettings.of(2, 3, 2).withPadding("same"));
    assertThatThrownBy(() -> check(conv, QuantizedEngine.X86, 1, 2, 5, 6))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("with padding same and kernel [3, 2, 2, 2]");
  }

  private void check(Module floatModule, QuantizedEngine engine, int... input) {
    ReferenceModule reference =
        ReferenceModule.of(
            floatModule,
            WeightQParams.of(DType.QINT8, WEIGHT),
            ReferenceModule.Form.QUANTIZED_TENSORS);
    Tensor x = quantized(input);
    Tensor real = (Tensor) reference.evaluate(List.of(Quantizer.dequantize(x)), Map.of());
    Object lowered =
        new StaticLowering(engine).lower(reference, OUTPUT).evaluate(List.of(x), Map.of());
    Tolerance.EXACT
        .withSteps(1)
        .compare(
            floatModule + " seed " + SEED, Quantizer.quantize(real, OUTPUT, DType.QUINT8), lowered);
  }

  private Tensor quantized(int... dims) {
    return Quantizer.quantize(
        Initialization.uniform(random, 3, dims), QParams.perTensor(0.03, 110), DType.QUINT8);
  }

  @ParameterizedTest
  @CsvSource({"Hardswish, false", "ELU, false", "LeakyReLU, true"})
  void onlyLeakyReluStaysInPlace(String type, boolean inplace) {
    Map<String, Object> settings = Map.of("inplace", true, "alpha", 1.0, "negative_slope", 0.1);
    Module module =
        ModuleFactories.create(
            ModuleFactories.all(), "torch.nn." + type, settings, Map.of(), Map.of());

    assertThat(RequantizedModule.of(module, OUTPUT).hyperparameters())
        .containsEntry("inplace", inplace);
  }

  @Test
  void preluKeepsPositiveValues() {
    Module prelu = new PReLU(2, 0.25);
    prelu.setParameter("weight", Tensor.of(new float[] {0.25f, 0.5f}, 2));
    Tensor x =
        Quantizer.quantize(
            Tensor.of(new float[] {2, -2, 1, -1}, 2, 2),
            QParams.perTensor(0.05, 100),
            DType.QUINT8);

    Tensor y =
        RequantizedModule.of(prelu, QParams.perTensor(0.05, 100)).evaluate(List.of(x), Map.of());

    new Tolerance(0, 0.026, 0)
        .compare("prelu", Tensor.of(new float[] {2, -1, 1, -0.5f}, 2, 2), Quantizer.dequantize(y));
  }

  @Test
  void bagsComputeTheirMode() {
    Tensor table = Tensor.of(new float[] {0, 255, 10, 20, 30, 285}, 3, 2);
    for (Embedding.Mode mode : Embedding.Mode.values()) {
      EmbeddingBag bag = new EmbeddingBag(table, new Embedding.Bags(mode, false, null));
      QParams rows =
          QParams.perChannel(
              QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS,
              new double[] {1, 1, 1},
              new double[] {0, 0, -30},
              0);
      Module lowered =
          WeightOnlyLowering.lower(
              ReferenceModule.of(
                  bag,
                  WeightQParams.of(DType.QUINT8, rows),
                  ReferenceModule.Form.QUANTIZED_TENSORS));
      Tensor indices = Tensor.of(DType.INT64, Shape.of(1, 2), new long[] {0, 2});

      assertThat(lowered.evaluate(List.of(indices), Map.of()))
          .as(mode.name())
          .isEqualTo(bag.evaluate(List.of(indices), Map.of()));
    }
  }

  @Test
  void lowerRefusesWhatHasNoQuantizedForm() {
    assertThatThrownBy(() -> new StaticLowering(QuantizedEngine.X86).lower(new Mish(), OUTPUT))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("Cannot quantize module: torch.nn.Mish");
  }

  @Test
  void aCopyOfAReferenceModuleStandsAlone() {
    ReferenceModule module =
        ReferenceModule.of(
            new Linear(Tensor.of(new float[] {0.4f, 0.8f}, 1, 2), null),
            WeightQParams.of(DType.QINT8, QParams.perTensor(0.1, 0)),
            ReferenceModule.Form.QUANTIZED_TENSORS);
    Module copy = module.copy();
    copy.setParameter("weight", Tensor.of(new float[] {0, 0}, 1, 2));
    Tensor x = Tensor.of(new float[] {1, 1}, 1, 2);

    assertThat(((Tensor) copy.evaluate(List.of(x), Map.of())).floats()).containsExactly(0);
    assertThat(((Tensor) module.evaluate(List.of(x), Map.of())).floats()[0])
        .isCloseTo(1.2f, offset(1e-6f));
    assertThat(module.floatModule().tensor("weight")).isEqualTo(module.tensor("weight"));
  }

  @Test
  void aCustomRangeBoundsTheDecomposedFormOnly() {
    WeightQParams narrow =
        new WeightQParams(
            DType.QINT8,
            QScheme.PER_TENSOR_AFFINE,
            Tensor.scalar(1f),
            Tensor.scalar(0L),
            0,
            new QRange(-127, 127));

    Tensor weight = Tensor.of(new float[] {-200, 0, 200}, 3);

    assertThat(narrow.quantize(weight).ints()).containsExactly(-128, 0, 127);
    assertThat(narrow.quantizeDequantize(weight, ReferenceModule.Form.QUANTIZED_TENSORS).floats())
        .containsExactly(-128, 0, 127);
    assertThat(narrow.quantizeDequantize(weight, ReferenceModule.Form.DECOMPOSED).floats())
        .containsExactly(-127, 0, 127);
  }
}
