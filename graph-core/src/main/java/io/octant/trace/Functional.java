package io.octant.trace;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code torch.nn.functional} on values. Recorded arguments are positional or by keyword as PyTorch
 * records them, which is what patterns match.
 */
public final class Functional {
  private Functional() {}

  /**
   * Calls any function of {@code torch.nn.functional} that is in the operator table.
   *
   * @throws TraceException if it is not, with the nearest names
   */
  public static Value call(String name, List<?> args, Map<String, ?> kwargs) {
    return Recording.known("torch.nn.functional." + name, args, kwargs);
  }

  private static Value call(String name, Object... args) {
    return call(name, Arrays.asList(args), Map.of());
  }

  /** {@code max(0, x)}. */
  public static Value relu(Value input) {
    return activation("relu", input);
  }

  /** {@code min(max(0, x), 6)}. */
  public static Value relu6(Value input) {
    return activation("relu6", input);
  }

  /** {@code x · relu6(x + 3) / 6}. */
  public static Value hardswish(Value input) {
    return activation("hardswish", input);
  }

  /** {@code x · sigmoid(x)}, also called swish. */
  public static Value silu(Value input) {
    return activation("silu", input);
  }

  /** {@code x · tanh(softplus(x))}. */
  public static Value mish(Value input) {
    return activation("mish", input);
  }

  /** {@code relu6(x + 3) / 6}. */
  public static Value hardsigmoid(Value input) {
    return activation("hardsigmoid", input);
  }

  /** {@code x · Φ(x)} with the exact normal distribution, not its tanh approximation. */
  public static Value gelu(Value input) {
    return call("gelu", input);
  }

  /** {@code x} from 0 on, {@code negativeSlope · x} below. */
  public static Value leakyRelu(Value input, double negativeSlope) {
    return call(
        "leaky_relu", List.of(input), kwargs("negative_slope", negativeSlope, "inplace", false));
  }

  /** {@code x} above 0, {@code alpha · (exp(x) − 1)} below. */
  public static Value elu(Value input, double alpha) {
    return call("elu", List.of(input), kwargs("alpha", alpha, "inplace", false));
  }

  /** Values limited to {@code min … max}. */
  public static Value hardtanh(Value input, double min, double max) {
    return call(
        "hardtanh", List.of(input), kwargs("min_val", min, "max_val", max, "inplace", false));
  }

  /** {@code x} where it is above the threshold, elsewhere {@code value}. */
  public static Value threshold(Value input, double threshold, double value) {
    return call("threshold", List.of(input, threshold, value), kwargs("inplace", false));
  }

  /** {@code exp(x)} divided by its sum along the axis; negative axes count from the end. */
  public static Value softmax(Value input, int axis) {
    return call(
        "softmax", List.of(input), kwargs("dim", axis, "_stacklevel", 3, "dtype", None.NONE));
  }

  /** The logarithm of {@link #softmax}, computed without forming it. */
  public static Value logSoftmax(Value input, int axis) {
    return call(
        "log_softmax", List.of(input), kwargs("dim", axis, "_stacklevel", 3, "dtype", None.NONE));
  }

  /** {@code input · weightᵀ}: [*, in] by [out, in] gives [*, out]. */
  public static Value linear(Value input, Value weight) {
    return call("linear", input, weight);
  }

  /** {@code input · weightᵀ + bias}: [*, in] by [out, in] and [out] gives [*, out]. */
  public static Value linear(Value input, Value weight, Value bias) {
    return call("linear", input, weight, bias);
  }

  /** Convolution over one axis; bias may be {@link None}. */
  public static Value conv1d(Value input, Value weight, Object bias, int[] stride, int[] padding) {
    return call("conv1d", input, weight, bias, tuple(stride), tuple(padding));
  }

  /** Convolution over two axes; bias may be {@link None}. */
  public static Value conv2d(Value input, Value weight, Object bias, int[] stride, int[] padding) {
    return call("conv2d", input, weight, bias, tuple(stride), tuple(padding));
  }

  /** Convolution over three axes; bias may be {@link None}. */
  public static Value conv3d(Value input, Value weight, Object bias, int[] stride, int[] padding) {
    return call("conv3d", input, weight, bias, tuple(stride), tuple(padding));
  }

  /** Maxima of windows of [N, C, L], next to each other: the stride is the size of the window. */
  public static Value maxPool1d(Value input, int kernelSize) {
    return maxPool("max_pool1d", input, kernelSize);
  }

  /** Means of windows of [N, C, L], next to each other: the stride is the size of the window. */
  public static Value avgPool1d(Value input, int kernelSize) {
    return call("avg_pool1d", input, kernelSize);
  }

  /** Means over as many nearly equal parts of [N, C, L] as the output is long. */
  public static Value adaptiveAvgPool1d(Value input, int... outputSize) {
    return call("adaptive_avg_pool1d", input, oneOrTuple(outputSize));
  }

  /**
   * Maxima of square windows of [N, C, H, W], next to each other: the stride is the size of the
   * window.
   */
  public static Value maxPool2d(Value input, int kernelSize) {
    return maxPool("max_pool2d", input, kernelSize);
  }

  /**
   * Means of square windows of [N, C, H, W], next to each other: the stride is the size of the
   * window.
   */
  public static Value avgPool2d(Value input, int kernelSize) {
    return call("avg_pool2d", input, kernelSize);
  }

  /**
   * Means over a grid of nearly equal parts of [N, C, H, W].
   *
   * @param outputSize height and width of the output, or one number for both
   */
  public static Value adaptiveAvgPool2d(Value input, int... outputSize) {
    return call("adaptive_avg_pool2d", input, oneOrTuple(outputSize));
  }

  /**
   * Maxima of cubic windows of [N, C, D, H, W], next to each other: the stride is the size of the
   * window.
   */
  public static Value maxPool3d(Value input, int kernelSize) {
    return maxPool("max_pool3d", input, kernelSize);
  }

  /**
   * Means of cubic windows of [N, C, D, H, W], next to each other: the stride is the size of the
   * window.
   */
  public static Value avgPool3d(Value input, int kernelSize) {
    return call("avg_pool3d", input, kernelSize);
  }

  /**
   * Means over a grid of nearly equal parts of [N, C, D, H, W].
   *
   * @param outputSize depth, height and width of the output, or one number for all
   */
  public static Value adaptiveAvgPool3d(Value input, int... outputSize) {
    return call("adaptive_avg_pool3d", input, oneOrTuple(outputSize));
  }

  /** Weight and bias may be {@link None}. */
  public static Value layerNorm(
      Value input, int[] normalizedShape, Object weight, Object bias, double eps) {
    return call(
        "layer_norm",
        List.of(input, tuple(normalizedShape)),
        kwargs("weight", weight, "bias", bias, "eps", eps));
  }

  /** Dropout outside training, which returns its input; a graph in training has the module. */
  public static Value dropout(Value input, double p) {
    return call("dropout", List.of(input), kwargs("p", p, "training", false, "inplace", false));
  }

  /**
   * Resizes the spatial axes of [N, C, …] by a factor.
   *
   * @param mode {@code nearest}, {@code linear}, {@code bilinear}, {@code bicubic}, {@code
   *     trilinear} or {@code nearest-exact}
   */
  public static Value interpolate(Value input, double scaleFactor, String mode) {
    return call(
        "interpolate",
        List.of(input),
        kwargs(
            "size",
            None.NONE,
            "scale_factor",
            scaleFactor,
            "mode",
            mode,
            "align_corners",
            None.NONE,
            "recompute_scale_factor",
            None.NONE,
            "antialias",
            false));
  }

  /** Channels become pixels: [N, C·r², H, W] to [N, C, H·r, W·r] for a factor r. */
  public static Value pixelShuffle(Value input, int upscaleFactor) {
    return call("pixel_shuffle", input, upscaleFactor);
  }

  /**
   * The rows of {@code weight} at the indices of {@code input}: [*] by [rows, width] gives [*,
   * width].
   */
  public static Value embedding(Value input, Value weight) {
    return call(
        "embedding",
        List.of(input, weight),
        kwargs(
            "padding_idx",
            None.NONE,
            "max_norm",
            None.NONE,
            "norm_type",
            2.0,
            "scale_grad_by_freq",
            false,
            "sparse",
            false));
  }

  private static Value activation(String name, Value input) {
    return call(name, List.of(input), kwargs("inplace", false));
  }

  private static Value maxPool(String name, Value input, int kernelSize) {
    return call(
        name,
        List.of(input, kernelSize),
        kwargs(
            "stride",
            None.NONE,
            "padding",
            0,
            "dilation",
            1,
            "ceil_mode",
            false,
            "return_indices",
            false));
  }

  private static Object oneOrTuple(int... sizes) {
    return sizes.length == 1 ? sizes[0] : tuple(sizes);
  }

  private static Tuple tuple(int... sizes) {
    return new Tuple(Arrays.stream(sizes).<Object>mapToObj(s -> (long) s).toList());
  }

  private static Map<String, Object> kwargs(Object... namesAndValues) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return out;
  }
}
