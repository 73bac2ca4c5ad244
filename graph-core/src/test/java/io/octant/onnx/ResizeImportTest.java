package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resize and Upsample in all their modes, against ONNX Runtime. */
class ResizeImportTest {
  private static final Random RANDOM = new Random(12);
  private static final List<String> COORDINATES =
      List.of(
          "half_pixel",
          "half_pixel_symmetric",
          "pytorch_half_pixel",
          "align_corners",
          "asymmetric");
  private static final List<String> NEAREST =
      List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil");

  /** Factors of the two spatial axes of [2, 3, 4, 5]: whole, fractional, shrinking, to one. */
  private static final float[][] SCALES = {
    {2, 2},
    {3, 3},
    {4, 4},
    {2, 1},
    {1, 3},
    {1.5f, 1.5f},
    {2.6f, 1.3f},
    {0.5f, 0.5f},
    {0.6f, 0.8f},
    {0.25f, 0.2f},
    {3, 0.4f}
  };

  static Stream<Arguments> ways() {
    return COORDINATES.stream()
        .flatMap(c -> Stream.of("nearest", "linear", "cubic").map(m -> Arguments.of(c, m)));
  }

  private static TinyModel byScales(int opset, float[] scales, Object... attributes) {
    return TinyModel.of(opset, "Resize", List.of("x", "", "scales"), attributes)
        .input("x", Tensors.normal(RANDOM, 2, 3, 4, 5))
        .constant("scales", Tensor.of(scales, scales.length));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("ways")
  void everyTransformationAndMode(String coordinates, String mode) {
    for (String nearest : mode.equals("nearest") ? NEAREST : List.of("floor")) {
      for (float[] s : SCALES) {
        Object[] way = {
          "coordinate_transformation_mode", coordinates, "mode", mode, "nearest_mode", nearest
        };
        OperatorCheck.againstOnnxRuntime(byScales(19, new float[] {1, 1, s[0], s[1]}, way), 1e-4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void sizesInsteadOfScales(String coordinates, String mode) {
    for (long[] size : new long[][] {{8, 10}, {7, 3}, {4, 1}, {1, 13}, {5, 5}}) {
      TinyModel tiny =
          TinyModel.of(
                  18,
                  "Resize",
                  List.of("x", "", "", "sizes"),
                  "axes",
                  new int[] {2, 3},
                  "coordinate_transformation_mode",
                  coordinates,
                  "mode",
                  mode)
              .input("x", Tensors.normal(RANDOM, 2, 3, 4, 5))
              .constant("sizes", Tensors.longs(size));
      OperatorCheck.againstOnnxRuntime(tiny, 1e-4);
    }
  }

  @Test
  void nearestForTensorFlowModels() {
    for (float[] s : SCALES) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(
                  11,
                  "Resize",
                  List.of("x", "roi", "scales"),
                  "coordinate_transformation_mode",
                  "tf_half_pixel_for_nn",
                  "nearest_mode",
                  "floor")
              .input("x", Tensors.normal(RANDOM, 2, 3, 4, 5))
              .constant("roi", Tensor.of(new float[0], 0))
              .constant("scales", Tensor.of(new float[] {1, 1, s[0], s[1]}, 4)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nearest", "linear", "cubic"})
  void cropsTheRegionOfInterest(String mode) {
    for (double beyond : new double[] {0, -1.5}) {
      TinyModel tiny =
          TinyModel.of(
                  17,
                  "Resize",
                  List.of("x", "roi", "scales"),
                  "coordinate_transformation_mode",
                  "tf_crop_and_resize",
                  "mode",
                  mode,
                  "extrapolation_value",
                  beyond)
              .input("x", Tensors.normal(RANDOM, 2, 3, 4, 5))
              .constant("roi", Tensor.of(new float[] {0, 0, 0.3f, -0.2f, 1, 1, 0.8f, 1.3f}, 8))
              .constant("scales", Tensor.of(new float[] {1, 1, 1.5f, 2}, 4));
      OperatorCheck.againstOnnxRuntime(tiny, 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "cubic"})
  void antialias(String mode) {
    for (int exclude : new int[] {0, 1}) {
      for (float[] s : SCALES) {
        Object[] way = {"antialias", 1, "mode", mode, "exclude_outside", exclude};
        OperatorCheck.againstOnnxRuntime(byScales(19, new float[] {1, 1, s[0], s[1]}, way), 1e-4);
      }
    }
  }

  @Test
  void cubicCoefficientAndWeightsOutside() {
    for (float[] s : SCALES) {
      Object[] way = {"mode", "cubic", "cubic_coeff_a", -0.5, "exclude_outside", 1};
      OperatorCheck.againstOnnxRuntime(byScales(17, new float[] {1, 1, s[0], s[1]}, way), 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nearest", "linear"})
  void anyAxes(String mode) {
    Object[] way = {"mode", mode, "coordinate_transformation_mode", "half_pixel"};
    OperatorCheck.againstOnnxRuntime(byScales(17, new float[] {1, 2, 1.5f, 1}, way), 1e-4);
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(18, "Resize", List.of("x", "", "scales"), "axes", new int[] {-2}, "mode", mode)
            .input("x", Tensors.normal(RANDOM, 2, 6, 4))
            .constant("scales", Tensor.of(new float[] {2.5f}, 1)),
        1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stretch", "not_larger", "not_smaller"})
  void aspectRatio(String policy) {
    TinyModel tiny =
        TinyModel.of(
                18,
                "Resize",
                List.of("x", "", "", "sizes"),
                "axes",
                new int[] {2, 3},
                "keep_aspect_ratio_policy",
                policy,
                "mode",
                "linear")
            .input("x", Tensors.normal(RANDOM, 2, 3, 4, 5))
            .constant("sizes", Tensors.longs(6, 11));
    OperatorCheck.againstOnnxRuntime(tiny, 1e-4);
  }

  @Test
  void theVersionBeforeEleven() {
    for (float[] s : SCALES) {
      for (String mode : List.of("nearest", "linear")) {
        TinyModel tiny =
            TinyModel.of(10, "Resize", List.of("x", "scales"), "mode", mode)
                .input("x", Tensors.normal(RANDOM, 2, 3, 4, 5))
                .constant("scales", Tensor.of(new float[] {1, 1, s[0], s[1]}, 4));
        OperatorCheck.againstOnnxRuntime(tiny, 1e-4);
      }
    }
  }

  @Test
  void whatInterpolateComputesIsInterpolate() {
    Map<String, Object[]> ways =
        Map.of(
            "nearest",
            new Object[] {"coordinate_transformation_mode", "asymmetric", "nearest_mode", "floor"},
            "bilinear",
            new Object[] {"mode", "linear"},
            "nearest-exact",
            new Object[] {"nearest_mode", "round_prefer_ceil"});
    List<String> modes = new ArrayList<>();
    ways.forEach(
        (mode, way) -> {
          float[] scales =
              mode.equals("nearest-exact")
                  ? new float[] {1, 1, 0.5f, 0.4f}
                  : new float[] {1, 1, 2, 3};
          GraphModule graph =
              OnnxImporter.run(byScales(17, scales, way).build(), ImportOptions.none());
          assertThat(OperatorCheck.calls(graph)).containsExactly("torch.nn.functional.interpolate");
          graph.graph().forEach(n -> modes.add(String.valueOf(n.kwargs().get("mode"))));
        });
    assertThat(modes).contains("nearest", "bilinear");
  }

  @Test
  void refusesWhatNoModeIs() {
    assertThatThrownBy(
            () ->
                OnnxImporter.run(
                    byScales(17, new float[] {1, 1, 2, 2}, "mode", "lanczos").build(),
                    ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Resize_0")
        .hasMessageContaining("mode: lanczos, expected one of");
    assertThatThrownBy(
            () ->
                OnnxImporter.run(
                    byScales(17, new float[] {2, 1, 2, 2}).build(), ImportOptions.none()))
        .hasMessageContaining("resizes axis 0, which depends on the batch");
  }
}
