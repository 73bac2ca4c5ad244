package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.onnx.operator.OnnxOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every attribute of every version of every operator of the table, set to something else than its
 * default: the imported graph computes what ONNX Runtime computes, or the import is refused with
 * the node's name and the attribute's. Operators, versions, attributes and defaults come from
 * {@code schemas.txt}; models to put them on from {@link #MODELS}; values from {@link #VALUES}.
 */
class OperatorAttributesTest {
  private static final int OLDEST = 7;

  /** A node of an operator with the inputs that it needs, {@code x} being the computed one. */
  private record Model(BiFunction<Integer, Object[], TinyModel> build, Object... attributes) {}

  private static final Map<String, Model> MODELS = new LinkedHashMap<>();

  /** Values worth trying where those made from the type and the default would be invalid. */
  private static final Map<String, List<Object>> VALUES = new LinkedHashMap<>();

  private static Tensor normal(int... dims) {
    return Tensors.normal(new Random(31), dims);
  }

  private static Model unary(String op, Tensor x, Object... attributes) {
    return new Model(
        (opset, a) -> TinyModel.of(opset, op, List.of("x"), a).input("x", x), attributes);
  }

  private static void one(String op, Tensor x, Object... attributes) {
    MODELS.put(op, unary(op, x, attributes));
  }

  private static void two(String op, Tensor x, String name, Tensor constant, Object... attributes) {
    MODELS.put(
        op,
        new Model(
            (opset, a) ->
                TinyModel.of(opset, op, List.of("x", name), a)
                    .input("x", x)
                    .constant(name, constant),
            attributes));
  }

  private static void typed(
      String op,
      DType result,
      List<String> inputs,
      Map<String, Tensor> constants,
      Tensor x,
      Object... attributes) {
    MODELS.put(
        op,
        new Model(
            (opset, a) -> {
              TinyModel tiny =
                  new TinyModel(opset)
                      .input("x", x)
                      .node(op, inputs, List.of("y"), a)
                      .output("y", result);
              constants.forEach(tiny::constant);
              return tiny;
            },
            attributes));
  }

  private static Tensor filled(float from, float step, int... dims) {
    float[] out = new float[Shape.of(dims).numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = from + step * i;
    }
    return Tensor.of(out, dims);
  }

  static {
    Tensor image = normal(2, 4, 6, 8);
    for (String op : List.of("Elu", "Celu", "LeakyRelu", "Selu", "HardSigmoid", "Gelu", "Clip")) {
      one(op, normal(2, 5));
    }
    for (String op : List.of("ThresholdedRelu", "Shrink", "LpNormalization")) {
      one(op, normal(2, 5));
    }
    one("MeanVarianceNormalization", normal(2, 3, 4), "axes", new int[] {1});
    positions();
    for (String op : List.of("Softmax", "LogSoftmax", "Hardmax", "Flatten", "Transpose")) {
      one(op, normal(2, 3, 4));
    }
    for (String op :
        List.of(
            "ReduceMean",
            "ReduceSum",
            "ReduceMax",
            "ReduceMin",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceSumSquare")) {
      MODELS.put(
          op,
          new Model(
              (opset, a) -> {
                boolean named = a.length > 0 && a[0].equals("axes");
                boolean byInput =
                    opset >= (op.equals("ReduceSum") ? 13 : 18) && !has(a, "noop_with_empty_axes");
                Object[] all = byInput || named ? a : with(a, "axes", new int[] {1});
                if (has(a, "noop_with_empty_axes")) {
                  all = a;
                }
                TinyModel tiny =
                    TinyModel.of(opset, op, byInput ? List.of("x", "axes") : List.of("x"), all)
                        .input("x", filled(0.1f, 0.2f, 2, 3, 4));
                return byInput ? tiny.constant("axes", Tensors.longs(1)) : tiny;
              }));
    }
    typed("ArgMax", DType.INT64, List.of("x"), Map.of(), twiceTheSame(), "axis", 1);
    typed("ArgMin", DType.INT64, List.of("x"), Map.of(), twiceTheSame(), "axis", 1);
    one("MaxPool", image, "kernel_shape", new int[] {3, 2}, "strides", new int[] {2, 2});
    one(
        "AveragePool",
        image,
        "kernel_shape",
        new int[] {3, 2},
        "pads",
        new int[] {1, 0, 1, 0},
        "strides",
        new int[] {2, 2});
    two("Conv", image, "w", normal(4, 4, 3, 3));
    two("ConvTranspose", image, "w", normal(4, 4, 3, 3), "strides", new int[] {2, 2});
    typed(
        "ConvInteger",
        DType.INT32,
        List.of("x", "w"),
        Map.of("w", Tensors.integers(DType.INT8, 4, 4, 3, 3)),
        Tensors.integers(DType.UINT8, 2, 4, 6, 8));
    one("DepthToSpace", image, "blocksize", 2);
    one("SpaceToDepth", image, "blocksize", 2);
    two("Gather", normal(2, 3, 4), "i", Tensors.longs(0, 1, -1), "axis", 1);
    MODELS.put(
        "GatherElements",
        new Model(
            (opset, a) ->
                TinyModel.of(opset, "GatherElements", List.of("x", "i"), a)
                    .input("x", normal(2, 3))
                    .input("i", Tensor.of(DType.INT64, Shape.of(2, 2), new long[] {0, 1, 1, 0})),
            "axis",
            1));
    MODELS.put(
        "Gemm",
        new Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", normal(3, 4))
                    .node("Transpose", List.of("x"), List.of("t"))
                    .node("Gemm", List.of(has(a, "transA") ? "t" : "x", "w", "b"), List.of("y"), a)
                    .output("y")
                    .constant("w", normal(4, 4))
                    .constant("b", normal(4))));
    MODELS.put(
        "BatchNormalization",
        new Model(
            (opset, a) ->
                TinyModel.of(opset, "BatchNormalization", List.of("x", "s", "b", "m", "v"), a)
                    .input("x", image)
                    .constant("s", normal(4))
                    .constant("b", filled(0, 0.3f, 4))
                    .constant("m", filled(0.1f, 0.2f, 4))
                    .constant("v", filled(0.5f, 0.25f, 4))));
    for (String op : List.of("InstanceNormalization", "GroupNormalization")) {
      MODELS.put(
          op,
          new Model(
              (opset, a) ->
                  TinyModel.of(opset, op, List.of("x", "s", "b"), a)
                      .input("x", image)
                      .constant("s", normal(4))
                      .constant("b", filled(0, 0.3f, 4)),
              op.startsWith("G") ? new Object[] {"num_groups", 2} : new Object[0]));
    }
    MODELS.put(
        "LayerNormalization",
        new Model(
            (opset, a) ->
                TinyModel.of(opset, "LayerNormalization", List.of("x", "s", "b"), a)
                    .input("x", normal(2, 3, 4))
                    .constant("s", has(a, "axis") ? normal(3, 4) : normal(4))
                    .constant("b", normal(4))));
    MODELS.put(
        "Cast",
        new Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", filled(-2.5f, 0.75f, 2, 4))
                    .node("Cast", List.of("x"), List.of("c"), a)
                    .node("Cast", List.of("c"), List.of("y"), "to", 1)
                    .output("y"),
            "to",
            1));
    two("CastLike", normal(2, 3), "like", normal(1));
    MODELS.put(
        "Concat",
        new Model(
            (opset, a) ->
                TinyModel.of(opset, "Concat", List.of("x", "z"), a)
                    .input("x", normal(2, 3, 3))
                    .input("z", normal(2, 3, 3)),
            "axis",
            1));
    MODELS.put(
        "Constant",
        new Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", normal(2, 3))
                    .node(
                        "Constant",
                        List.of(),
                        List.of("c"),
                        a.length > 2 ? Arrays.copyOfRange(a, 2, 4) : a)
                    .node("Cast", List.of("c"), List.of("f"), "to", 1)
                    .node("Mul", List.of("x", "f"), List.of("y"))
                    .output("y"),
            "value",
            filled(0.5f, 0, 1)));
    MODELS.put(
        "ConstantOfShape",
        new Model(
            (opset, a) ->
                TinyModel.of(opset, "ConstantOfShape", List.of("s"), a)
                    .input("x", normal(2, 3))
                    .constant("s", Tensors.longs(1, 3))
                    .node("Mul", List.of("x", "y"), List.of("z"))
                    .output("z")));
    Tensor bytes = Tensor.of(DType.INT8, Shape.of(3), new int[] {1, -2, 3});
    MODELS.put(
        "QuantizeLinear",
        new Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", normal(2, 3, 3))
                    .constant("s", filled(0.02f, 0.01f, 3))
                    .constant("z", bytes)
                    .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"), a)
                    .node("DequantizeLinear", List.of("q", "s", "z"), List.of("y"), onlyAxis(a))
                    .output("y")));
    MODELS.put(
        "DequantizeLinear",
        new Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", normal(2, 3, 3))
                    .constant(
                        "q",
                        Tensor.of(
                            DType.INT8, Shape.of(3, 3), new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}))
                    .constant("s", filled(0.02f, 0.01f, 3))
                    .constant("z", bytes)
                    .node("DequantizeLinear", List.of("q", "s", "z"), List.of("d"), a)
                    .node("Mul", List.of("x", "d"), List.of("y"))
                    .output("y")));
    one("Dropout", normal(2, 5));
    Tensor integers = Tensor.of(DType.INT32, Shape.of(2, 3), new int[] {7, -7, 5, -5, 3, -3});
    typed(
        "Mod",
        DType.INT32,
        List.of("x", "m"),
        Map.of("m", Tensor.of(DType.INT32, Shape.of(3), new int[] {3, 3, -4})),
        integers);
    MODELS.put(
        "Pad",
        new Model(
            (opset, a) ->
                opset < 11
                    ? TinyModel.of(
                            opset,
                            "Pad",
                            List.of("x"),
                            has(a, "pads")
                                ? a
                                : with(a, "pads", new int[] {0, 0, 1, 2, 0, 0, 2, 1}))
                        .input("x", image)
                    : TinyModel.of(opset, "Pad", List.of("x", "p"), a)
                        .input("x", image)
                        .constant("p", Tensors.longs(0, 0, 1, 2, 0, 0, 2, 1))));
    MODELS.put(
        "Reshape",
        new Model(
            (opset, a) ->
                TinyModel.of(opset, "Reshape", List.of("x", "s"), a)
                    .input("x", normal(2, 3, 4))
                    .constant("s", Tensors.longs(0, 4, 3))));
    MODELS.put("Resize", new Model(OperatorAttributesTest::resize));
    MODELS.put(
        "Upsample",
        new Model(
            (opset, a) ->
                opset < 9
                    ? TinyModel.of(
                            opset,
                            "Upsample",
                            List.of("x"),
                            has(a, "scales") ? a : with(a, "scales", new float[] {1, 1, 2, 2}))
                        .input("x", image)
                    : TinyModel.of(opset, "Upsample", List.of("x", "s"), a)
                        .input("x", image)
                        .constant("s", Tensor.of(new float[] {1, 1, 2, 2}, 4))));
    MODELS.put(
        "Shape",
        new Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", normal(2, 3, 4))
                    .constant("rest", Tensors.longs(-1))
                    .node("Shape", List.of("x"), List.of("s"), a)
                    .node("Concat", List.of("s", "rest"), List.of("t"), "axis", 0)
                    .node("Reshape", List.of("x", "t"), List.of("y"))
                    .output("y")));
    MODELS.put(
        "Slice",
        new Model(
            (opset, a) ->
                TinyModel.of(
                        opset,
                        "Slice",
                        List.of("x"),
                        merge(
                            new Object[] {
                              "axes",
                              new int[] {1, 2},
                              "starts",
                              new int[] {0, 1},
                              "ends",
                              new int[] {2, 3}
                            },
                            a))
                    .input("x", normal(2, 3, 4))));
    MODELS.put(
        "Split",
        new Model(
            (opset, a) ->
                TinyModel.of(
                        opset,
                        "Split",
                        List.of("x"),
                        a.length > 0 && opset >= 18 && !has(a, "num_outputs")
                            ? with(a, "num_outputs", 2)
                            : a)
                    .input("x", normal(2, 4, 4))));
    MODELS.put(
        "Split",
        new Model(
            (opset, a) -> {
              Object[] all = opset >= 18 && !has(a, "num_outputs") ? with(a, "num_outputs", 2) : a;
              Object[] axis = has(all, "axis") ? all : with(all, "axis", 1);
              return new TinyModel(opset)
                  .input("x", normal(2, 4, 4))
                  .node("Split", List.of("x"), List.of("y", "z"), axis)
                  .output("y")
                  .output("z");
            }));
    one("Squeeze", normal(2, 1, 3, 1));
    one("Unsqueeze", normal(2, 3), "axes", new int[] {1});

    List<Object> windows = List.of("VALID", "SAME_UPPER", "SAME_LOWER");
    for (String op : List.of("Conv", "ConvInteger", "ConvTranspose", "MaxPool", "AveragePool")) {
      VALUES.put(op + ".auto_pad", windows);
      VALUES.put(op + ".dilations", List.of(new int[] {2, 1}, new int[] {2, 2}));
      VALUES.put(
          op + ".pads",
          List.of(new int[] {1, 0, 0, 1}, new int[] {1, 1, 1, 1}, new int[] {0, 1, 1, 0}));
      VALUES.put(op + ".strides", List.of(new int[] {1, 2}, new int[] {3, 3}));
      VALUES.put(op + ".kernel_shape", List.of(new int[] {2, 3}, new int[] {3, 3}));
      VALUES.put(op + ".group", List.of(2));
      VALUES.put(op + ".output_padding", List.of(new int[] {1, 0}, new int[] {1, 1}));
      VALUES.put(op + ".output_shape", List.of(new int[] {12, 16}, new int[] {13, 17}));
    }
    VALUES.put("Conv.group", List.of(3));
    VALUES.put("ConvInteger.group", List.of(3));
    VALUES.put("ConvTranspose.group", List.of(2, 4));
    VALUES.put("BatchNormalization.epsilon", List.of(0.1));
    VALUES.put("Cast.to", List.of(11, 6, 7, 9, 3, 2, 10));
    VALUES.put("Cast.saturate", List.of(0));
    VALUES.put("Cast.round_mode", List.of("down"));
    VALUES.put("CastLike.round_mode", List.of("down"));
    VALUES.put("Concat.axis", List.of(-1, 2));
    VALUES.put("Constant.value_floats", List.of(new float[] {1, 2, 3}));
    VALUES.put("Constant.value_ints", List.of(new int[] {1, 2, 3}));
    VALUES.put("Constant.value_int", List.of(3));
    VALUES.put("Constant.value", List.of(filled(2, 1, 3)));
    VALUES.put("ConstantOfShape.value", List.of(filled(2, 1, 1)));
    VALUES.put("DepthToSpace.mode", List.of("CRD"));
    VALUES.put("DepthToSpace.blocksize", List.of(1));
    VALUES.put("SpaceToDepth.blocksize", List.of(1));
    VALUES.put("DequantizeLinear.axis", List.of(0, -2));
    VALUES.put("DequantizeLinear.block_size", List.of(1));
    VALUES.put("DequantizeLinear.output_dtype", List.of(10));
    VALUES.put("QuantizeLinear.axis", List.of(2, -2));
    VALUES.put("QuantizeLinear.block_size", List.of(1));
    VALUES.put("QuantizeLinear.output_dtype", List.of(2, 3));
    VALUES.put("QuantizeLinear.precision", List.of(10, 1));
    VALUES.put("Flatten.axis", List.of(0, 2, 3, -1));
    VALUES.put("Gather.axis", List.of(2, -1));
    VALUES.put("GatherElements.axis", List.of(-1));
    VALUES.put("Gelu.approximate", List.of("tanh"));
    VALUES.put("GroupNormalization.num_groups", List.of(1, 4));
    VALUES.put("GroupNormalization.stash_type", List.of(10));
    VALUES.put("LayerNormalization.stash_type", List.of(10));
    VALUES.put("LayerNormalization.axis", List.of(1, -2));
    VALUES.put("ArgMax.axis", List.of(2, -1));
    VALUES.put("ArgMin.axis", List.of(2, -1));
    VALUES.put("MeanVarianceNormalization.axes", List.of(new int[] {2}, new int[] {1, -1}));
    VALUES.put("LpNormalization.axis", List.of(1));
    VALUES.put("Hardmax.axis", List.of(1, 2, -2));
    VALUES.put("TopK.axis", List.of(2, -2));
    VALUES.put("TopK.k", List.of(1, 3));
    VALUES.put("OneHot.axis", List.of(1, 2, -2));
    VALUES.put("BitShift.direction", List.of("LEFT", "RIGHT"));
    VALUES.put("EyeLike.dtype", List.of(1, 6, 7));
    VALUES.put("Einsum.equation", List.of("ij->i", "ij->ij"));
    VALUES.put("Softmax.axis", List.of(1, 2, -2));
    VALUES.put("LogSoftmax.axis", List.of(1, 2, -2));
    VALUES.put("Pad.mode", List.of("reflect", "edge", "wrap"));
    VALUES.put("Pad.pads", List.of(new int[] {0, 1, 0, 1, 0, 0, 2, 0}));
    VALUES.put("Resize.mode", List.of("linear", "cubic"));
    VALUES.put(
        "Resize.coordinate_transformation_mode",
        List.of("asymmetric", "align_corners", "pytorch_half_pixel", "tf_crop_and_resize"));
    VALUES.put("Resize.nearest_mode", List.of("floor", "ceil", "round_prefer_ceil"));
    VALUES.put("Resize.keep_aspect_ratio_policy", List.of("not_larger", "not_smaller"));
    VALUES.put("Resize.axes", List.of(new int[] {3, 2}, new int[] {-2, -1}));
    VALUES.put("Upsample.mode", List.of("linear"));
    VALUES.put("Upsample.scales", List.of(new float[] {1, 1, 3, 1.5f}));
    VALUES.put("Shape.start", List.of(1, -1));
    VALUES.put("Shape.end", List.of(2, -1));
    VALUES.put("Slice.axes", List.of(new int[] {2, 1}, new int[] {-1, -2}));
    VALUES.put("Slice.starts", List.of(new int[] {-2, 1}));
    VALUES.put("Slice.ends", List.of(new int[] {-1, 100}));
    VALUES.put("Split.axis", List.of(2, -1));
    VALUES.put("Split.split", List.of(new int[] {1, 3}));
    VALUES.put("Split.num_outputs", List.of(3));
    VALUES.put("Squeeze.axes", List.of(new int[] {1}, new int[] {-1, 1}));
    VALUES.put("Unsqueeze.axes", List.of(new int[] {0}, new int[] {-1, 1}));
    VALUES.put("Transpose.perm", List.of(new int[] {0, 2, 1}, new int[] {0, 1, 2}));
    for (String op :
        List.of(
            "ReduceMean",
            "ReduceSum",
            "ReduceMax",
            "ReduceMin",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceSumSquare")) {
      VALUES.put(op + ".axes", List.of(new int[] {1, 2}, new int[] {-1}));
    }
    PlaceModels places = PlaceModels.all();
    places.models().forEach((op, build) -> MODELS.put(op, new Model(build)));
    VALUES.putAll(places.values());
    VALUES.put("Clip.min", List.of(-0.3, 0.5));
    VALUES.put("Clip.max", List.of(0.3, -0.5));
  }

  private static void positions() {
    typed(
        "IsInf",
        DType.BOOL,
        List.of("x"),
        Map.of(),
        Tensor.of(new float[] {1, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0}, 2, 2));
    Tensor bytes = Tensor.of(DType.UINT8, Shape.of(2, 2), new int[] {16, 4, 255, 129});
    Map<String, Tensor> by = Map.of("by", Tensor.of(DType.UINT8, Shape.of(2), new int[] {1, 4}));
    typed("BitShift", DType.UINT8, List.of("x", "by"), by, bytes, "direction", "LEFT");
    two("CumSum", normal(2, 3), "a", Tensor.scalar(1L));
    two("CumProd", normal(2, 3), "a", Tensor.scalar(1L));
    one("Swish", normal(2, 3));
    one("Trilu", normal(2, 3, 4));
    one("Einsum", normal(2, 3), "equation", "ij->i");
    MODELS.put(
        "TopK",
        new Model(
            (opset, a) -> {
              boolean byInput = opset >= 10;
              Object[] axis = has(a, "axis") ? a : with(a, "axis", 1);
              TinyModel tiny =
                  new TinyModel(opset)
                      .input("x", normal(2, 3, 4))
                      .node(
                          "TopK",
                          byInput ? List.of("x", "k") : List.of("x"),
                          List.of("y", "i"),
                          byInput || has(a, "k") ? axis : with(axis, "k", 2))
                      .output("y")
                      .output("i", DType.INT64);
              int k = has(a, "sorted") ? 1 : 2; // in any order where they need not be in order
              return byInput ? tiny.constant("k", Tensors.longs(k)) : tiny;
            }));
    typed(
        "Compress",
        DType.FLOAT32,
        List.of("x", "c"),
        Map.of("c", Tensor.of(DType.BOOL, Shape.of(3), new int[] {1, 0, 1})),
        normal(2, 3));
    one("Unique", Tensor.of(new float[] {3, 1, 3, 2, 0, 2}, 2, 3));
    MODELS.put(
        "NonMaxSuppression",
        new Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input(
                        "x",
                        Tensor.of(
                            new float[] {0, 0, 4, 4, 1, 1, 4, 4, 0, 0, 4, 3, 5, 5, 1, 1}, 1, 4, 4))
                    .constant("most", Tensor.scalar(3L))
                    .constant("overlap", Tensor.scalar(0.3f))
                    .node(
                        "ReduceMax", List.of("x"), List.of("r"), "axes", new int[] {2})
                    .node("Transpose", List.of("r"), List.of("s"), "perm", new int[] {0, 2, 1})
                    .node(
                        "NonMaxSuppression",
                        List.of("x", "s", "most", "overlap"),
                        List.of("y"),
                        a)
                    .output("y", DType.INT64)));
    MODELS.put(
        "OneHot",
        new Model(
            (opset, a) ->
                TinyModel.of(opset, "OneHot", List.of("x", "d", "v"), a)
                    .input("x", Tensor.of(DType.INT64, Shape.of(2, 2), new long[] {0, 1, -1, 2}))
                    .constant("d", Tensors.longs(3))
                    .constant("v", normal(2))));
    MODELS.put(
        "EyeLike",
        new Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", normal(2, 3, 4))
                    .constant("like", normal(3, 4))
                    .node("EyeLike", List.of("like"), List.of("e"), a)
                    .node("Cast", List.of("e"), List.of("f"), "to", 1)
                    .node("Mul", List.of("x", "f"), List.of("y"))
                    .output("y")));
  }

  /** By scales before operator set 18, by sizes of named axes since. */
  private static TinyModel resize(int opset, Object[] attributes) {
    boolean named = opset >= 18;
    Object[] all =
        named && !has(attributes, "axes") ? with(attributes, "axes", new int[] {2, 3}) : attributes;
    List<String> inputs =
        opset < 11
            ? List.of("x", "s")
            : named ? List.of("x", "roi", "", "s") : List.of("x", "roi", "s");
    TinyModel tiny = TinyModel.of(opset, "Resize", inputs, all).input("x", normal(2, 4, 6, 8));
    if (opset >= 11) {
      float[] roi =
          named ? new float[] {0, 0.2f, 1, 1.2f} : new float[] {0, 0, 0, 0.2f, 1, 1, 1, 1.2f};
      tiny.constant("roi", Tensor.of(roi, roi.length));
    }
    return tiny.constant(
        "s", named ? Tensors.longs(9, 16) : Tensor.of(new float[] {1, 1, 1.5f, 2}, 4));
  }

  private static Tensor twiceTheSame() {
    return Tensor.of(
        new float[] {1, 3, 3, 0, 0, 2, 4, 4, 1, -1, -1, 0, 5, 5, 2, 2, -3, -3}, 2, 3, 3);
  }

  private static Object[] onlyAxis(Object[] attributes) {
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i].equals("axis")) {
        return new Object[] {"axis", attributes[i + 1]};
      }
    }
    return new Object[0];
  }

  private static boolean has(Object[] attributes, String name) {
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i].equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static Object[] with(Object[] attributes, String name, Object value) {
    return merge(attributes, new Object[] {name, value});
  }

  /** Later values replace earlier ones of the same name. */
  private static Object[] merge(Object[] base, Object[] more) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Object[] list : new Object[][] {base, more}) {
      for (int i = 0; i < list.length; i += 2) {
        out.put((String) list[i], list[i + 1]);
      }
    }
    return out.entrySet().stream().flatMap(e -> Stream.of(e.getKey(), e.getValue())).toArray();
  }

  /** One attribute of one version of an operator. */
  private record Case(String op, int opset, String attribute, String type, String missing) {
    String name() {
      return op + "." + attribute;
    }

    TinyModel model(Object value) {
      Model model = Objects.requireNonNull(MODELS.get(op), op);
      return model.build().apply(opset, merge(model.attributes(), new Object[] {attribute, value}));
    }

    List<Object> values() {
      List<Object> given = VALUES.get(name());
      if (given != null) {
        return given;
      }
      return switch (type) {
        case "INT" -> List.of(missing.equals("0") ? 1 : missing.equals("1") ? 0 : 1);
        case "FLOAT" -> List.of(0.37);
        default -> List.of();
      };
    }
  }

  /** Whose attributes depend on one another; tests of their own try them. */
  private static final Set<String> RECURRENT = Set.of("GRU", "LSTM", "RNN");

  /** The newest operator set that ONNX Runtime has; ONNX's own cases try what is newer. */
  private static final int NEWEST_OF_RUNTIME = 26;

  private static List<Case> cases() throws IOException {
    List<Case> out = new ArrayList<>();
    List<String> known = OnnxOperators.types();
    var stream = Objects.requireNonNull(OnnxOperators.class.getResourceAsStream("schemas.txt"));
    try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      List<String[]> all = lines.lines().map(line -> line.split(" ")).toList();
      for (int i = 0; i < all.size(); i++) {
        String[] parts = all.get(i);
        boolean replaced =
            i + 1 < all.size()
                && all.get(i + 1)[0].equals(parts[0])
                && Integer.parseInt(all.get(i + 1)[1]) <= OLDEST;
        boolean tooNew = Integer.parseInt(parts[1]) > NEWEST_OF_RUNTIME;
        if (replaced || tooNew || !known.contains(parts[0]) || RECURRENT.contains(parts[0])) {
          continue;
        }
        for (String a : Arrays.asList(parts).subList(5, parts.length)) {
          String name = a.substring(0, a.indexOf(':'));
          String type = a.substring(a.indexOf(':') + 1, a.indexOf('='));
          String missing = a.substring(a.indexOf('=') + 1);
          out.add(
              new Case(
                  parts[0], Math.max(OLDEST, Integer.parseInt(parts[1])), name, type, missing));
        }
      }
    }
    return out;
  }

  /** The models that can be imported, each attribute set to each of its values. */
  static List<GraphModule> imported() throws IOException {
    List<GraphModule> out = new ArrayList<>();
    for (Case c : cases()) {
      for (Object value : MODELS.containsKey(c.op()) ? c.values() : List.of()) {
        try {
          out.add(OnnxImporter.run(c.model(value).build(), ImportOptions.none()));
        } catch (OnnxException e) {
          // what may be refused is tested below
        }
      }
    }
    return out;
  }

  /** Attributes that no value is tried of: they hold what the table does not list. */
  private static final Set<String> NOT_IN_TABLE =
      Set.of("Constant.sparse_value", "Constant.value_string", "Constant.value_strings");

  @TestFactory
  Stream<DynamicTest> everyAttributeIsUnderstoodOrRefused() throws IOException {
    Set<String> refused = new TreeSet<>();
    List<DynamicTest> tests = new ArrayList<>();
    for (Case c : cases()) {
      if (NOT_IN_TABLE.contains(c.name())) {
        continue;
      }
      for (Object value : c.values()) {
        tests.add(
            DynamicTest.dynamicTest(
                c.name() + " = " + show(value) + ", operator set " + c.opset(),
                () -> check(c, value, refused)));
      }
    }
    tests.add(
        DynamicTest.dynamicTest(
            "nothing else is refused",
            () -> assertThat(refused).isEqualTo(new TreeSet<>(REFUSED))));
    return tests.stream();
  }

  @Test
  void everyAttributeHasAModelAndAValue() throws IOException {
    List<String> without =
        cases().stream()
            .filter(c -> !NOT_IN_TABLE.contains(c.name()))
            .filter(c -> !MODELS.containsKey(c.op()) || c.values().isEmpty())
            .map(Case::name)
            .distinct()
            .toList();
    assertThat(without).isEmpty();
  }

  /** What ONNX Runtime computes and the importer refuses. */
  private static final Set<String> REFUSED =
      Set.of(
          "GroupNormalization.stash_type = 10",
          "LayerNormalization.stash_type = 10",
          "RMSNormalization.stash_type = 10",
          "QuantizeLinear.precision = 10",
          "RoiAlign.output_height = 0",
          "RoiAlign.output_width = 0",
          "Split.num_outputs = 3"); // of two that the node has

  /**
   * What ONNX Runtime has no kernel for, or (CastLike) expands without its attribute; ONNX's own
   * cases try these.
   */
  private static final Set<String> NOT_IN_RUNTIME =
      Set.of("Attention 25", "CastLike", "GlobalLpPool 22", "GroupNormalization 18", "RoiAlign 22");

  private static void check(Case c, Object value, Set<String> refused) {
    TinyModel tiny = c.model(value);
    boolean runs = true;
    try {
      OnnxRuntime.run(tiny.build(), tiny.samples());
    } catch (AssertionError e) {
      runs = false; // it refuses the value, or has no kernel for it
    }
    try {
      OnnxImporter.run(tiny.build(), ImportOptions.none());
    } catch (OnnxException e) {
      assertThat(e).hasMessageContaining(c.op() + "_").hasMessageContaining("tiny.onnx");
      if (runs) {
        assertThat(e.getMessage())
            .containsAnyOf(c.attribute(), "operator set " + c.opset() + ", expected");
        refused.add(c.name() + " = " + show(value));
      }
      return;
    }
    if (!runs
        && NOT_IN_RUNTIME.contains(c.op().equals("CastLike") ? c.op() : c.op() + " " + c.opset())) {
      return;
    }
    assertThat(runs).as("ONNX Runtime runs what is imported").isTrue();
    OperatorCheck.againstOnnxRuntime(tiny, 1e-4);
  }

  private static String show(Object value) {
    AttributeProto a = TinyModel.attribute("a", value);
    return switch (a.getType()) {
      case INTS -> a.getIntsList().toString();
      case FLOATS -> a.getFloatsList().toString();
      case TENSOR -> value.toString();
      default -> value.toString();
    };
  }
}
