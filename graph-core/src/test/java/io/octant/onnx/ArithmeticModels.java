package io.octant.onnx;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** For {@link AttributeModels}: activations, reductions, windows, products, positions. */
final class ArithmeticModels {
  /** Operators that reduce axes. */
  static final List<String> REDUCTIONS =
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
          "ReduceSumSquare");

  private ArithmeticModels() {}

  static void add(AttributeModels models) {
    Tensor image = AttributeModels.normal(2, 4, 6, 8);
    for (String op : List.of("Elu", "Celu", "LeakyRelu", "Selu", "HardSigmoid", "Gelu", "Clip")) {
      models.one(op, AttributeModels.normal(2, 5));
    }
    for (String op : List.of("ThresholdedRelu", "Shrink", "LpNormalization")) {
      models.one(op, AttributeModels.normal(2, 5));
    }
    models.one("MeanVarianceNormalization", AttributeModels.normal(2, 3, 4), "axes", new int[] {1});
    positions(models);
    for (String op : List.of("Softmax", "LogSoftmax", "Hardmax", "Flatten", "Transpose")) {
      models.one(op, AttributeModels.normal(2, 3, 4));
    }
    for (String op : REDUCTIONS) {
      models.put(
          op,
          new AttributeModels.Model(
              (opset, a) -> {
                boolean named = a.length > 0 && a[0].equals("axes");
                boolean byInput =
                    opset >= (op.equals("ReduceSum") ? 13 : 18)
                        && !AttributeModels.has(a, "noop_with_empty_axes");
                Object[] all =
                    byInput || named ? a : AttributeModels.with(a, "axes", new int[] {1});
                if (AttributeModels.has(a, "noop_with_empty_axes")) {
                  all = a;
                }
                TinyModel tiny =
                    TinyModel.of(opset, op, byInput ? List.of("x", "axes") : List.of("x"), all)
                        .input("x", AttributeModels.filled(0.1f, 0.2f, 2, 3, 4));
                return byInput ? tiny.constant("axes", Tensors.longs(1)) : tiny;
              }));
    }
    models.typed("ArgMax", DType.INT64, List.of("x"), Map.of(), twiceTheSame(), "axis", 1);
    models.typed("ArgMin", DType.INT64, List.of("x"), Map.of(), twiceTheSame(), "axis", 1);
    models.one("MaxPool", image, "kernel_shape", new int[] {3, 2}, "strides", new int[] {2, 2});
    models.one(
        "AveragePool",
        image,
        "kernel_shape",
        new int[] {3, 2},
        "pads",
        new int[] {1, 0, 1, 0},
        "strides",
        new int[] {2, 2});
    models.two("Conv", image, "w", AttributeModels.normal(4, 4, 3, 3));
    models.two(
        "ConvTranspose",
        image,
        "w",
        AttributeModels.normal(4, 4, 3, 3),
        "strides",
        new int[] {2, 2});
    models.typed(
        "ConvInteger",
        DType.INT32,
        List.of("x", "w"),
        Map.of("w", Tensors.integers(DType.INT8, 4, 4, 3, 3)),
        Tensors.integers(DType.UINT8, 2, 4, 6, 8));
    models.one("DepthToSpace", image, "blocksize", 2);
    models.one("SpaceToDepth", image, "blocksize", 2);
    models.two("Gather", AttributeModels.normal(2, 3, 4), "i", Tensors.longs(0, 1, -1), "axis", 1);
    models.put(
        "GatherElements",
        new AttributeModels.Model(
            (opset, a) ->
                TinyModel.of(opset, "GatherElements", List.of("x", "i"), a)
                    .input("x", AttributeModels.normal(2, 3))
                    .input("i", Tensor.of(DType.INT64, Shape.of(2, 2), new long[] {0, 1, 1, 0})),
            "axis",
            1));
    models.put(
        "Gemm",
        new AttributeModels.Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", AttributeModels.normal(3, 4))
                    .node("Transpose", List.of("x"), List.of("t"))
                    .node(
                        "Gemm",
                        List.of(AttributeModels.has(a, "transA") ? "t" : "x", "w", "b"),
                        List.of("y"),
                        a)
                    .output("y")
                    .constant("w", AttributeModels.normal(4, 4))
                    .constant("b", AttributeModels.normal(4))));
    models.put(
        "BatchNormalization",
        new AttributeModels.Model(
            (opset, a) ->
                TinyModel.of(opset, "BatchNormalization", List.of("x", "s", "b", "m", "v"), a)
                    .input("x", image)
                    .constant("s", AttributeModels.normal(4))
                    .constant("b", AttributeModels.filled(0, 0.3f, 4))
                    .constant("m", AttributeModels.filled(0.1f, 0.2f, 4))
                    .constant("v", AttributeModels.filled(0.5f, 0.25f, 4))));
    for (String op : List.of("InstanceNormalization", "GroupNormalization")) {
      models.put(
          op,
          new AttributeModels.Model(
              (opset, a) ->
                  TinyModel.of(opset, op, List.of("x", "s", "b"), a)
                      .input("x", image)
                      .constant("s", AttributeModels.normal(4))
                      .constant("b", AttributeModels.filled(0, 0.3f, 4)),
              op.startsWith("G") ? new Object[] {"num_groups", 2} : new Object[0]));
    }
    models.put(
        "LayerNormalization",
        new AttributeModels.Model(
            (opset, a) ->
                TinyModel.of(opset, "LayerNormalization", List.of("x", "s", "b"), a)
                    .input("x", AttributeModels.normal(2, 3, 4))
                    .constant(
                        "s",
                        AttributeModels.has(a, "axis")
                            ? AttributeModels.normal(3, 4)
                            : AttributeModels.normal(4))
                    .constant("b", AttributeModels.normal(4))));
  }

  private static void positions(AttributeModels models) {
    models.typed(
        "IsInf",
        DType.BOOL,
        List.of("x"),
        Map.of(),
        Tensor.of(new float[] {1, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0}, 2, 2));
    Tensor bytes = Tensor.of(DType.UINT8, Shape.of(2, 2), new int[] {16, 4, 255, 129});
    Map<String, Tensor> by = Map.of("by", Tensor.of(DType.UINT8, Shape.of(2), new int[] {1, 4}));
    models.typed("BitShift", DType.UINT8, List.of("x", "by"), by, bytes, "direction", "LEFT");
    models.two("CumSum", AttributeModels.normal(2, 3), "a", Tensor.scalar(1L));
    models.two("CumProd", AttributeModels.normal(2, 3), "a", Tensor.scalar(1L));
    models.one("Swish", AttributeModels.normal(2, 3));
    models.two("SwiGLU", AttributeModels.normal(2, 3), "z", AttributeModels.normal(2, 3));
    models.one("Trilu", AttributeModels.normal(2, 3, 4));
    models.one("Einsum", AttributeModels.normal(2, 3), "equation", "ij->i");
    models.put(
        "TopK",
        new AttributeModels.Model(
            (opset, a) -> {
              boolean byInput = opset >= 10;
              Object[] axis =
                  AttributeModels.has(a, "axis") ? a : AttributeModels.with(a, "axis", 1);
              TinyModel tiny =
                  new TinyModel(opset)
                      .input("x", AttributeModels.normal(2, 3, 4))
                      .node(
                          "TopK",
                          byInput ? List.of("x", "k") : List.of("x"),
                          List.of("y", "i"),
                          byInput || AttributeModels.has(a, "k")
                              ? axis
                              : AttributeModels.with(axis, "k", 2))
                      .output("y")
                      .output("i", DType.INT64);
              int k =
                  AttributeModels.has(a, "sorted")
                      ? 1
                      : 2; // in any order where they need not be in order
              return byInput ? tiny.constant("k", Tensors.longs(k)) : tiny;
            }));
    models.typed(
        "Compress",
        DType.FLOAT32,
        List.of("x", "c"),
        Map.of("c", Tensor.of(DType.BOOL, Shape.of(3), new int[] {1, 0, 1})),
        AttributeModels.normal(2, 3));
    models.one("Unique", Tensor.of(new float[] {3, 1, 3, 2, 0, 2}, 2, 3));
    models.put(
        "NonMaxSuppression",
        new AttributeModels.Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input(
                        "x",
                        Tensor.of(
                            new float[] {0, 0, 4, 4, 1, 1, 4, 4, 0, 0, 4, 3, 5, 5, 1, 1}, 1, 4, 4))
                    .constant("most", Tensor.scalar(3L))
                    .constant("overlap", Tensor.scalar(0.3f))
                    .node("ReduceMax", List.of("x"), List.of("r"), "axes", new int[] {2})
                    .node("Transpose", List.of("r"), List.of("s"), "perm", new int[] {0, 2, 1})
                    .node(
                        "NonMaxSuppression", List.of("x", "s", "most", "overlap"), List.of("y"), a)
                    .output("y", DType.INT64)));
    models.put(
        "OneHot",
        new AttributeModels.Model(
            (opset, a) ->
                TinyModel.of(opset, "OneHot", List.of("x", "d", "v"), a)
                    .input("x", Tensor.of(DType.INT64, Shape.of(2, 2), new long[] {0, 1, -1, 2}))
                    .constant("d", Tensors.longs(3))
                    .constant("v", AttributeModels.normal(2))));
    models.put(
        "EyeLike",
        new AttributeModels.Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", AttributeModels.normal(2, 3, 4))
                    .constant("like", AttributeModels.normal(3, 4))
                    .node("EyeLike", List.of("like"), List.of("e"), a)
                    .node("Cast", List.of("e"), List.of("f"), "to", 1)
                    .node("Mul", List.of("x", "f"), List.of("y"))
                    .output("y")));
  }

  private static Tensor twiceTheSame() {
    return Tensor.of(
        new float[] {1, 3, 3, 0, 0, 2, 4, 4, 1, -1, -1, 0, 5, 5, 2, 2, -3, -3}, 2, 3, 3);
  }
}
