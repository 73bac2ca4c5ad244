package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * QuantizeLinear and DequantizeLinear by their formulas, on plain integers: where parameters are
 * computed or stand for blocks of an axis, and for integers that no quantized tensor has.
 */
final class QuantizationFormulas {
  private static final DType REAL = DType.FLOAT32;

  private QuantizationFormulas() {}

  /** {@code saturate(round(x / scale) + zero_point)}, halves to the even number. */
  static Value quantize(OnnxNode node, Inputs in, DType integers, ImportGraph graph) {
    Value x = in.get(0);
    Value scaled =
        graph.function("operator.truediv", x, graph.scalarOr(parameter(node, in, 1, graph)));
    Value rounded = graph.function("torch.round", scaled);
    if (in.has(2)) {
      Value zero = graph.method("to", parameter(node, in, 2, graph), REAL);
      rounded = graph.function("operator.add", rounded, graph.scalarOr(zero));
    }
    double[] range = range(node, integers);
    return graph.method("to", graph.function("torch.clamp", rounded, range[0], range[1]), integers);
  }

  private static double[] range(OnnxNode node, DType integers) {
    return switch (integers) {
      case INT8 -> new double[] {-128, 127};
      case UINT8 -> new double[] {0, 255};
      case INT16 -> new double[] {-32768, 32767};
      case UINT16 -> new double[] {0, 65535};
      default ->
          throw node.error("integers of " + integers + ", expected int8, uint8, int16 or uint16");
    };
  }

  /**
   * The parameters of DynamicQuantizeLinear as tensors.
   *
   * @param scale of 255 steps from the least to the largest value and 0
   * @param zeroPoint as uint8
   */
  record Dynamic(Value scale, Value zeroPoint) {}

  /** The parameters that DynamicQuantizeLinear finds for a tensor. */
  static Dynamic dynamic(Value x, ImportGraph graph) {
    Value least = graph.function("torch.amin", x);
    least = graph.function("torch.clamp", List.of(least), Map.of("max", 0.0));
    Value most = graph.function("torch.clamp", graph.function("torch.amax", x), 0.0);
    Value range = graph.function("operator.sub", most, least);
    Value scale = graph.function("operator.truediv", range, 255.0);
    scale = graph.function("torch.where", graph.function("operator.eq", scale, 0.0), 1.0, scale);
    Value below = graph.function("operator.neg", least);
    Value steps = graph.function("operator.truediv", below, scale);
    Value point = graph.function("torch.round", graph.function("torch.clamp", steps, 0.0, 255.0));
    return new Dynamic(scale, graph.method("to", point, DType.UINT8));
  }

  /** {@code (x − zero_point) · scale} in float32. */
  static Value dequantize(OnnxNode node, Inputs in, ImportGraph graph) {
    requireIntegers(node, in.get(0));
    Value x = graph.method("to", in.get(0), REAL);
    boolean zero = in.isConstant(2) && isZero(in.constant(2));
    if (in.has(2) && !zero) {
      Value point = graph.method("to", parameter(node, in, 2, graph), REAL);
      x = graph.function("operator.sub", x, graph.scalarOr(point));
    }
    return graph.function("operator.mul", x, graph.scalarOr(parameter(node, in, 1, graph)));
  }

  private static boolean isZero(Tensor t) {
    for (int i = 0; i < t.numel(); i++) {
      if (t.doubleAt(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static void requireIntegers(OnnxNode node, Value x) {
    if (Dtypes.of(x).isFloatingPoint()) {
      throw node.error("elements of " + Dtypes.of(x) + ", expected integers");
    }
  }

  /** Scales or zero points in a shape that broadcasts to the tensor's. */
  private static Value parameter(OnnxNode node, Inputs in, int index, ImportGraph graph) {
    Value given = in.get(index);
    Value x = in.get(0);
    int block = (int) node.integer("block_size", 0);
    if (block == 0 && given.shape().numel() == 1) {
      node.ignore("axis");
      return graph.function("torch.reshape", given, List.of());
    }
    int axis = x.shape().axis(node.integer("axis", 1));
    if (block > 0) {
      Value each =
          graph.function(
              "torch.repeat_interleave", List.of(given, (long) block), Map.of("dim", (long) axis));
      int size = x.fixedDim(axis);
      return size < 0 || each.shape().dim(axis) == size
          ? each
          : IndexingImports.range(each, axis, 0, size, graph);
    }
    if (given.rank() != 1 || given.shape().dim(0) != x.shape().dim(axis)) {
      throw node.error(
          "input "
              + index
              + " of shape "
              + given.shape()
              + ", expected one number or one for each of axis "
              + axis
              + " of "
              + x.shape());
    }
    return along(given, x.rank() - axis, graph);
  }

  /** A list as the first of several axes, the others of size 1. */
  private static Value along(Value list, int axes, ImportGraph graph) {
    Object[] sizes = new Object[axes];
    Arrays.fill(sizes, 1L);
    sizes[0] = -1L;
    return graph.function("torch.reshape", list, List.of(sizes));
  }

  /**
   * Integers as int32, the stored ones of a quantized tensor, less their zero point.
   *
   * @param axis that of a list of zero points; −1 for one that all elements share
   */
  static Value integers(Inputs in, int index, int zeroPoint, int axis, ImportGraph graph) {
    Value x = in.get(index);
    Value plain = Dtypes.isQuantized(x) ? graph.method("int_repr", x) : x;
    Value wide = graph.method("to", plain, DType.INT32);
    if (!in.has(zeroPoint) || (in.isConstant(zeroPoint) && isZero(in.constant(zeroPoint)))) {
      return wide;
    }
    Value centre = graph.method("to", in.get(zeroPoint), DType.INT32);
    if (centre.rank() == 1 && axis >= 0) {
      centre = along(centre, x.rank() - axis, graph);
    }
    return graph.function("operator.sub", wide, centre);
  }
}
