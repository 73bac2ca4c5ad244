package io.octant.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of attributes worth trying, where those made from type and default would be invalid. */
final class AttributeValues {
  private AttributeValues() {}

  /** By operator and attribute, {@code Conv.pads}. */
  static Map<String, List<Object>> all() {
    Map<String, List<Object>> values = new LinkedHashMap<>();
    List<Object> windows = List.of("VALID", "SAME_UPPER", "SAME_LOWER");
    for (String op : List.of("Conv", "ConvInteger", "ConvTranspose", "MaxPool", "AveragePool")) {
      values.put(op + ".auto_pad", windows);
      values.put(op + ".dilations", List.of(new int[] {2, 1}, new int[] {2, 2}));
      values.put(
          op + ".pads",
          List.of(new int[] {1, 0, 0, 1}, new int[] {1, 1, 1, 1}, new int[] {0, 1, 1, 0}));
      values.put(op + ".strides", List.of(new int[] {1, 2}, new int[] {3, 3}));
      values.put(op + ".kernel_shape", List.of(new int[] {2, 3}, new int[] {3, 3}));
      values.put(op + ".group", List.of(2));
      values.put(op + ".output_padding", List.of(new int[] {1, 0}, new int[] {1, 1}));
      values.put(op + ".output_shape", List.of(new int[] {12, 16}, new int[] {13, 17}));
    }
    values.put("Conv.group", List.of(3));
    values.put("ConvInteger.group", List.of(3));
    values.put("ConvTranspose.group", List.of(2, 4));
    values.put("BatchNormalization.epsilon", List.of(0.1));
    values.put("Cast.to", List.of(11, 6, 7, 9, 3, 2, 10));
    values.put("Cast.saturate", List.of(0));
    values.put("Cast.round_mode", List.of("down"));
    values.put("CastLike.round_mode", List.of("down"));
    values.put("Concat.axis", List.of(-1, 2));
    values.put("Constant.value_floats", List.of(new float[] {1, 2, 3}));
    values.put("Constant.value_ints", List.of(new int[] {1, 2, 3}));
    values.put("Constant.value_int", List.of(3));
    values.put("Constant.value", List.of(AttributeModels.filled(2, 1, 3)));
    values.put("ConstantOfShape.value", List.of(AttributeModels.filled(2, 1, 1)));
    values.put("DepthToSpace.mode", List.of("CRD"));
    values.put("DepthToSpace.blocksize", List.of(1));
    values.put("SpaceToDepth.mode", List.of("CRD"));
    values.put("SpaceToDepth.blocksize", List.of(1));
    values.put("DequantizeLinear.axis", List.of(0, -2));
    values.put("DequantizeLinear.block_size", List.of(1));
    values.put("DequantizeLinear.output_dtype", List.of(10));
    values.put("QuantizeLinear.axis", List.of(2, -2));
    values.put("QuantizeLinear.block_size", List.of(1));
    values.put("QuantizeLinear.output_dtype", List.of(2, 3));
    values.put("QuantizeLinear.precision", List.of(10, 1));
    values.put("Flatten.axis", List.of(0, 2, 3, -1));
    values.put("Gather.axis", List.of(2, -1));
    values.put("GatherElements.axis", List.of(-1));
    values.put("Gelu.approximate", List.of("tanh"));
    values.put("GroupNormalization.num_groups", List.of(1, 4));
    values.put("GroupNormalization.stash_type", List.of(10));
    values.put("LayerNormalization.stash_type", List.of(10));
    values.put("LayerNormalization.axis", List.of(1, -2));
    values.put("ArgMax.axis", List.of(2, -1));
    values.put("ArgMin.axis", List.of(2, -1));
    values.put("MeanVarianceNormalization.axes", List.of(new int[] {2}, new int[] {1, -1}));
    values.put("LpNormalization.axis", List.of(1));
    values.put("Hardmax.axis", List.of(1, 2, -2));
    values.put("TopK.axis", List.of(2, -2));
    values.put("TopK.k", List.of(1, 3));
    values.put("OneHot.axis", List.of(1, 2, -2));
    values.put("BitShift.direction", List.of("LEFT", "RIGHT"));
    values.put("EyeLike.dtype", List.of(1, 6, 7));
    values.put("Einsum.equation", List.of("ij->i", "ij->ij"));
    values.put("Softmax.axis", List.of(1, 2, -2));
    values.put("LogSoftmax.axis", List.of(1, 2, -2));
    values.put("Pad.mode", List.of("reflect", "edge", "wrap"));
    values.put("Pad.pads", List.of(new int[] {0, 1, 0, 1, 0, 0, 2, 0}));
    values.put("Resize.mode", List.of("linear", "cubic"));
    values.put(
        "Resize.coordinate_transformation_mode",
        List.of("asymmetric", "align_corners", "pytorch_half_pixel", "tf_crop_and_resize"));
    values.put("Resize.nearest_mode", List.of("floor", "ceil", "round_prefer_ceil"));
    values.put("Resize.keep_aspect_ratio_policy", List.of("not_larger", "not_smaller"));
    values.put("Resize.axes", List.of(new int[] {3, 2}, new int[] {-2, -1}));
    values.put("Upsample.mode", List.of("linear"));
    values.put("Upsample.scales", List.of(new float[] {1, 1, 3, 1.5f}));
    values.put("Shape.start", List.of(1, -1));
    values.put("Shape.end", List.of(2, -1));
    values.put("Slice.axes", List.of(new int[] {2, 1}, new int[] {-1, -2}));
    values.put("Slice.starts", List.of(new int[] {-2, 1}));
    values.put("Slice.ends", List.of(new int[] {-1, 100}));
    values.put("Split.axis", List.of(2, -1));
    values.put("Split.split", List.of(new int[] {1, 3}));
    values.put("Split.num_outputs", List.of(3));
    values.put("Squeeze.axes", List.of(new int[] {1}, new int[] {-1, 1}));
    values.put("Unsqueeze.axes", List.of(new int[] {0}, new int[] {-1, 1}));
    values.put("Transpose.perm", List.of(new int[] {0, 2, 1}, new int[] {0, 1, 2}));
    for (String op : ArithmeticModels.REDUCTIONS) {
      values.put(op + ".axes", List.of(new int[] {1, 2}, new int[] {-1}));
    }
    values.put("Clip.min", List.of(-0.3, 0.5));
    values.put("Clip.max", List.of(0.3, -0.5));
    values.putAll(RecurrentModels.values());
    values.putAll(PlaceModels.all().values());
    return values;
  }
}
