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

  public static Value relu(Value input) {
    return activation("relu", input);
  }

  public static Value relu6(Value input) {
    return activation("relu6", input);
  }

  public static Value hardswish(Value input) {
    return activation("hardswish", input);
  }

  public static Value silu(Value input) {
    return activation("silu", input);
  }

  public static Value mish(Value input) {
    return activation("mish", input);
  }

  public static Value hardsigmoid(Value input) {
    return activation("hardsigmoid", input);
  }

  public static Value gelu(Value input) {
    return call("gelu", input);
  }

  public static Value leakyRelu(Value input, double negativeSlope) {
    return call(
        "leaky_relu", List.of(input), kwargs("negative_slope", negativeSlope, "inplace", false));
  }

  public static Value elu(Value input, double alpha) {
    return call("elu", List.of(input), kwargs("alpha", alpha, "inplace", false));
  }

  public static Value hardtanh(Value input, double min, double max) {
    return call(
        "hardtanh", List.of(input), kwargs("min_val", min, "max_val", max, "inplace", false));
  }

  public static Value threshold(Value input, double threshold, double value) {
    return call("threshold", List.of(input, threshold, value), kwargs("inplace", false));
  }

  public static Value softmax(Value input, int axis) {
    return call(
        "softmax", List.of(input), kwargs("dim", axis, "_stacklevel", 3, "dtype", None.NONE));
  }

  public static Value logSoftmax(Value input, int axis) {
    return call(
        "log_softmax", List.of(input), kwargs("dim", axis, "_stacklevel", 3, "dtype", None.NONE));
  }

  public static Value linear(Value input, Value weight) {
    return call("linear", input, weight);
  }

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

  public static Value maxPool1d(Value input, int kernelSize) {
    return maxPool("max_pool1d", input, kernelSize);
  }

  public static Value avgPool1d(Value input, int kernelSize) {
    return call("avg_pool1d", input, kernelSize);
  }

  public static Value adaptiveAvgPool1d(Value input, int... outputSize) {
    return call("adaptive_avg_pool1d", input, oneOrTuple(outputSize));
  }

  public static Value maxPool2d(Value input, int kernelSize) {
    return maxPool("max_pool2d", input, kernelSize);
  }

  public static Value avgPool2d(Value input, int kernelSize) {
    return call("avg_pool2d", input, kernelSize);
  }

  public static Value adaptiveAvgPool2d(Value input, int... outputSize) {
    return call("adaptive_avg_pool2d", input, oneOrTuple(outputSize));
  }

  public static Value maxPool3d(Value input, int kernelSize) {
    return maxPool("max_pool3d", input, kernelSize);
  }

  public static Value avgPool3d(Value input, int kernelSize) {
    return call("avg_pool3d", input, kernelSize);
  }

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

  public static Value pixelShuffle(Value input, int upscaleFactor) {
    return call("pixel_shuffle", input, upscaleFactor);
  }

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
