package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Conv and ConvTranspose: modules where the weight is constant, functions where it is not. */
final class ConvolutionImports {
  private static final Set<String> WINDOW =
      Set.of("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides");

  private ConvolutionImports() {}

  static List<OperatorSpec> rows() {
    Set<String> transposed = new java.util.HashSet<>(WINDOW);
    transposed.addAll(Set.of("output_padding", "output_shape"));
    return new ImportFamily("")
        .add("Conv", 1, 2, 3, WINDOW, ConvolutionImports::conv)
        .add("ConvInteger", 10, 2, 4, WINDOW, ConvolutionImports::convInteger)
        .add("ConvTranspose", 1, 2, 3, transposed, ConvolutionImports::convTranspose)
        .rows();
  }

  /** The window, and the input padded for it where torch cannot pad both ends alike. */
  private record Padded(Value input, Padding window) {
    static Padded of(OnnxNode node, Value input, Value weight, ImportGraph graph) {
      int spatial = spatial(node, input, weight);
      Padding window = Padding.of(node, input, kernel(node, weight, spatial));
      if (window.isSymmetric()) {
        return new Padded(input, window);
      }
      int[] none = new int[spatial];
      return new Padded(
          window.pad(input, 0, graph),
          new Padding(window.kernel(), window.stride(), window.dilation(), none, none));
    }

    Value convolved(Value weight, Object bias, long groups, ImportGraph graph) {
      List<Object> args = new ArrayList<>(List.of(input, weight, bias));
      args.add(Values.tuple(window.stride()));
      args.add(Values.tuple(window.begin()));
      args.add(Values.tuple(window.dilation()));
      args.add(groups);
      String name = "torch.nn.functional.conv" + (weight.rank() - 2) + "d";
      return graph.function(name, args, Map.of());
    }
  }

  private static Value conv(OnnxNode node, Inputs in, ImportGraph graph) {
    Value weight = in.get(1);
    Padded padded = Padded.of(node, in.get(0), weight, graph);
    long groups = groups(node, weight.shape().dim(0));
    Optional<WeightValue> w = WeightValue.of(in, 1);
    if (w.isEmpty() || (in.has(2) && !in.isConstant(2))) {
      return padded.convolved(weight, in.has(2) ? in.get(2) : None.NONE, groups, graph);
    }
    int[] dims = weight.shape().toArray();
    int spatial = dims.length - 2;
    Map<String, Object> hyper =
        hyper(
            dims[1] * groups,
            dims[0],
            padded.window(),
            false,
            Values.tuple(new int[spatial]),
            groups);
    return Weighted.of(
            "Conv" + spatial + "d", hyper, w.get(), in.has(2) ? in.constant(2) : null, in, 1, 2)
        .emit(padded.input(), graph);
  }

  /** On int32; what is beyond the edges is the zero point, and 0 without it. */
  private static Value convInteger(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = QuantizationFormulas.integers(in, 0, 2, -1, graph);
    Value weight = QuantizationFormulas.integers(in, 1, 3, 0, graph);
    Padded padded = Padded.of(node, x, weight, graph);
    return padded.convolved(weight, None.NONE, groups(node, weight.shape().dim(0)), graph);
  }

  private static Value convTranspose(OnnxNode node, Inputs in, ImportGraph graph) {
    Value input = in.get(0);
    Value weight = in.get(1);
    int spatial = spatial(node, input, weight);
    TransposedWindow full = TransposedWindow.of(node, input, kernel(node, weight, spatial));
    Padding window = full.torchWindow();
    long groups = groups(node, weight.shape().dim(0));
    Tuple outputPadding = Values.tuple(full.outputPadding());
    Optional<WeightValue> w = WeightValue.of(in, 1);
    Value out;
    if (w.isEmpty() || (in.has(2) && !in.isConstant(2))) {
      List<Object> args = new ArrayList<>(List.of(input, weight));
      args.add(in.has(2) ? in.get(2) : None.NONE);
      args.add(Values.tuple(window.stride()));
      args.add(Values.tuple(window.begin()));
      args.add(outputPadding);
      args.add(groups);
      args.add(Values.tuple(window.dilation()));
      out = graph.function("torch.nn.functional.conv_transpose" + spatial + "d", args, Map.of());
    } else {
      Shape shape = weight.shape();
      Map<String, Object> hyper =
          hyper(shape.dim(0), shape.dim(1) * groups, window, true, outputPadding, groups);
      Tensor bias = in.has(2) ? in.constant(2) : null;
      out =
          Weighted.of("ConvTranspose" + spatial + "d", hyper, w.get(), bias, in, 1, 2)
              .emit(input, graph);
    }
    return full.cropped(out, graph);
  }

  private static Map<String, Object> hyper(
      long inChannels,
      long outChannels,
      Padding window,
      boolean transposed,
      Tuple outputPadding,
      long groups) {
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("in_channels", inChannels);
    hyper.put("out_channels", outChannels);
    hyper.put("kernel_size", Values.tuple(window.kernel()));
    hyper.put("stride", Values.tuple(window.stride()));
    hyper.put("padding", Values.tuple(window.begin()));
    hyper.put("dilation", Values.tuple(window.dilation()));
    hyper.put("transposed", transposed);
    hyper.put("output_padding", outputPadding);
    hyper.put("groups", groups);
    hyper.put("padding_mode", "zeros");
    return hyper;
  }

  private static int spatial(OnnxNode node, Value input, Value weight) {
    int spatial = weight.rank() - 2;
    if (spatial < 1 || spatial > 3 || input.rank() != weight.rank()) {
      throw node.error(
          "weight of shape "
              + weight.shape()
              + " for input of shape "
              + input.shape()
              + ", expected 1 to 3 spatial axes in both");
    }
    return spatial;
  }

  /** The window, which the weight's shape tells and an attribute may repeat. */
  private static int[] kernel(OnnxNode node, Value weight, int spatial) {
    int[] kernel = Arrays.copyOfRange(weight.shape().toArray(), 2, 2 + spatial);
    if (!Arrays.equals(node.integers("kernel_shape", kernel), kernel)) {
      throw node.error(
          node.describe("kernel_shape")
              + " with a weight of shape "
              + weight.shape()
              + ", expected the same window");
    }
    return kernel;
  }

  private static long groups(OnnxNode node, int channels) {
    long groups = node.integer("group", 1);
    if (groups < 1 || channels % groups != 0) {
      throw node.error("group " + groups + ", expected one that divides " + channels + " channels");
    }
    return groups;
  }
}
