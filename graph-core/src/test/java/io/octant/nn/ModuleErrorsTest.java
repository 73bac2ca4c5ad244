package io.octant.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.GraphException;
import io.octant.nn.activation.GLU;
import io.octant.nn.activation.RReLU;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.Softmax2d;
import io.octant.nn.activation.Softshrink;
import io.octant.nn.container.ModuleDict;
import io.octant.nn.distance.PairwiseDistance;
import io.octant.nn.dropout.AlphaDropout;
import io.octant.nn.factory.ModuleFactories;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.RMSNorm;
import io.octant.nn.padding.CircularPad1d;
import io.octant.nn.padding.ReflectionPad1d;
import io.octant.nn.padding.ReflectionPad2d;
import io.octant.nn.padding.ZeroPad2d;
import io.octant.nn.pooling.AdaptiveMaxPool2d;
import io.octant.nn.pooling.LPPool1d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.PoolSettings;
import io.octant.nn.shape.Fold;
import io.octant.nn.shape.FoldSettings;
import io.octant.nn.shape.Upsample;
import io.octant.nn.shape.UpsampleSettings;
import io.octant.nn.shape.UpsamplingBilinear2d;
import io.octant.nn.shape.UpsamplingNearest2d;
import io.octant.reference.kernel.Interpolation;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings and inputs that do not fit are refused with what was given and what is expected. */
class ModuleErrorsTest {
  private static final Tensor MATRIX = Tensor.of(new float[6], 2, 3);
  private static final Tensor IMAGE = Tensor.of(new float[12], 1, 1, 3, 4);

  private static Arguments refused(String message, ThrowingCallable call) {
    return Arguments.of(message, call);
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        refused(
            "Cannot configure padding: [1, 2, 3], expected one amount or 4",
            () -> new ZeroPad2d(1, 2, 3)),
        refused("expected rank 3 or 4", () -> new ReflectionPad2d(1).forward(MATRIX)),
        refused("by torch.nn.CircularPad1d", () -> new CircularPad1d(1).forward(IMAGE)),
        refused(
            "expected 0 to 3", () -> new ReflectionPad1d(4).forward(IMAGE.reshape(shape(3, 4)))),
        refused(
            "Cannot configure output size of an adaptive pool: [2, 2, 2], expected one number or 2",
            () -> new AdaptiveMaxPool2d(2, 2, 2)),
        refused("Cannot configure kernel size of a pool: [2, 2]", () -> new LPPool1d(2, 2, 2)),
        refused(
            "Cannot configure stride of a pool: [1, 1, 1], expected one number or 2",
            () -> new MaxPool2d(PoolSettings.of(2).withStride(1, 1, 1)).forward(IMAGE)),
        refused("softshrink: -1.0, expected 0 or more", () -> new Softshrink(-1).forward(MATRIX)),
        refused("expected [N, C, H, W] or [C, H, W]", () -> new Softmax2d().forward(MATRIX)),
        refused("expected an even size", () -> new GLU().forward(MATRIX)),
        refused("expected a weight or nothing", RMS_WITH_BIAS),
        refused("expected the last axes to be [2]", () -> new RMSNorm(2).forward(MATRIX)),
        refused("probability 2.0, expected 0 to 1", () -> new AlphaDropout(2)),
        refused("expected 4 windows", () -> new Fold(FoldSettings.of(1), 2).forward(MATRIX)),
        refused(
            "size null and scale factor null, expected one of them",
            () -> new UpsampleSettings(null, null, "nearest", null, null)),
        refused(
            "expected one factor or 2", () -> UpsamplingNearest2d.by(1., 2., 3.).forward(IMAGE)),
        refused(
            "Cannot configure size of a resizing: [1, 2, 3], expected one number or 2",
            () -> UpsamplingBilinear2d.to(1, 2, 3).forward(IMAGE)),
        refused("mode: cubic", () -> Upsample.by(2, "cubic", Interpolation.Corners.ALIGNED)),
        refused(
            "Cannot call a ModuleDict", () -> new ModuleDict().evaluate(List.of(MATRIX), Map.of())),
        refused(
            "argument x2 is missing",
            () -> new PairwiseDistance().evaluate(List.of(MATRIX), Map.of())));
  }

  private static final ThrowingCallable RMS_WITH_BIAS =
      () -> new RMSNorm(shape(3), 1e-5, Affine.WEIGHT_AND_BIAS);

  private static Shape shape(int... dims) {
    return Shape.of(dims);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void isRefused(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(message);
  }

  @Test
  void unknownTypeLeadsToTheNearest() {
    assertThatThrownBy(
            () ->
                ModuleFactories.create(
                    ModuleFactories.all(), "torch.nn.Conv2D", Map.of(), Map.of(), Map.of()))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "Cannot create module: torch.nn.Conv2D, expected one of "
                + ModuleFactories.all().size()
                + " types, such as torch.nn.Conv2d, torch.nn.Conv1d or torch.nn.Conv3d");
  }

  @Test
  void randomSlopesAreRefusedInTraining() {
    RReLU module = new RReLU();
    module.train(true);
    assertThatThrownBy(() -> module.forward(MATRIX))
        .hasMessage("Cannot run RReLU in training: its slopes are random, expected evaluation");
  }

  @Test
  void moduleDictKeepsItsModulesInOrder() {
    ModuleDict dict = new ModuleDict(Map.of("act", new ReLU()));
    dict.setChild("fc", new Linear(3, 2));
    assertThat(dict.size()).isEqualTo(2);
    assertThat(dict.children().keySet()).containsExactly("act", "fc");
    assertThat(dict.module("act")).isInstanceOf(ReLU.class);
  }
}
