package io.octant.onnx;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** For {@link AttributeModels}: types, shapes, parts, sizes, quantization. */
final class LayoutModels {
  private LayoutModels() {}

  static void add(AttributeModels models) {
    Tensor image = AttributeModels.normal(2, 4, 6, 8);
    models.put(
        "Cast",
        new AttributeModels.Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", AttributeModels.filled(-2.5f, 0.75f, 2, 4))
                    .node("Cast", List.of("x"), List.of("c"), a)
                    .node("Cast", List.of("c"), List.of("y"), "to", 1)
                    .output("y"),
            "to",
            1));
    models.typed(
        "CastLike",
        DType.INT32,
        List.of("x", "like"),
        Map.of("like", Tensor.of(DType.INT32, Shape.of(1), new int[] {7})),
        AttributeModels.filled(-2.5f, 0.75f, 2, 3));
    models.put(
        "Concat",
        new AttributeModels.Model(
            (opset, a) ->
                TinyModel.of(opset, "Concat", List.of("x", "z"), a)
                    .input("x", AttributeModels.normal(2, 3, 3))
                    .input("z", AttributeModels.normal(2, 3, 3)),
            "axis",
            1));
    models.put(
        "Constant",
        new AttributeModels.Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", AttributeModels.normal(2, 3))
                    .node(
                        "Constant",
                        List.of(),
                        List.of("c"),
                        a.length > 2 ? Arrays.copyOfRange(a, 2, 4) : a)
                    .node("Cast", List.of("c"), List.of("f"), "to", 1)
                    .node("Mul", List.of("x", "f"), List.of("y"))
                    .output("y"),
            "value",
            AttributeModels.filled(0.5f, 0, 1)));
    models.put(
        "ConstantOfShape",
        new AttributeModels.Model(
            (opset, a) ->
                TinyModel.of(opset, "ConstantOfShape", List.of("s"), a)
                    .input("x", AttributeModels.normal(2, 3))
                    .constant("s", Tensors.longs(1, 3))
                    .node("Mul", List.of("x", "y"), List.of("z"))
                    .output("z")));
    Tensor bytes = Tensor.of(DType.INT8, Shape.of(3), new int[] {1, -2, 3});
    models.put(
        "QuantizeLinear",
        new AttributeModels.Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", AttributeModels.normal(2, 3, 3))
                    .constant("s", AttributeModels.filled(0.02f, 0.01f, 3))
                    .constant("z", bytes)
                    .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"), a)
                    .node("DequantizeLinear", List.of("q", "s", "z"), List.of("y"), onlyAxis(a))
                    .output("y")));
    models.put(
        "DequantizeLinear",
        new AttributeModels.Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", AttributeModels.normal(2, 3, 3))
                    .constant(
                        "q",
                        Tensor.of(
                            DType.INT8, Shape.of(3, 3), new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}))
                    .constant("s", AttributeModels.filled(0.02f, 0.01f, 3))
                    .constant("z", bytes)
                    .node("DequantizeLinear", List.of("q", "s", "z"), List.of("d"), a)
                    .node("Mul", List.of("x", "d"), List.of("y"))
                    .output("y")));
    models.one("Dropout", AttributeModels.normal(2, 5));
    Tensor integers = Tensor.of(DType.INT32, Shape.of(2, 3), new int[] {7, -7, 5, -5, 3, -3});
    models.typed(
        "Mod",
        DType.INT32,
        List.of("x", "m"),
        Map.of("m", Tensor.of(DType.INT32, Shape.of(3), new int[] {3, 3, -4})),
        integers);
    models.put(
        "Pad",
        new AttributeModels.Model(
            (opset, a) ->
                opset < 11
                    ? TinyModel.of(
                            opset,
                            "Pad",
                            List.of("x"),
                            AttributeModels.has(a, "pads")
                                ? a
                                : AttributeModels.with(
                                    a, "pads", new int[] {0, 0, 1, 2, 0, 0, 2, 1}))
                        .input("x", image)
                    : TinyModel.of(opset, "Pad", List.of("x", "p"), a)
                        .input("x", image)
                        .constant("p", Tensors.longs(0, 0, 1, 2, 0, 0, 2, 1))));
    models.put(
        "Reshape",
        new AttributeModels.Model(
            (opset, a) ->
                TinyModel.of(opset, "Reshape", List.of("x", "s"), a)
                    .input("x", AttributeModels.normal(2, 3, 4))
                    .constant("s", Tensors.longs(0, 4, 3))));
    models.put("Resize", new AttributeModels.Model(LayoutModels::resize));
    models.put(
        "Upsample",
        new AttributeModels.Model(
            (opset, a) ->
                opset < 9
                    ? TinyModel.of(
                            opset,
                            "Upsample",
                            List.of("x"),
                            AttributeModels.has(a, "scales")
                                ? a
                                : AttributeModels.with(a, "scales", new float[] {1, 1, 2, 2}))
                        .input("x", image)
                    : TinyModel.of(opset, "Upsample", List.of("x", "s"), a)
                        .input("x", image)
                        .constant("s", Tensor.of(new float[] {1, 1, 2, 2}, 4))));
    models.put(
        "Range",
        new AttributeModels.Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", AttributeModels.normal(2, 3))
                    .constant("from", Tensor.scalar(1f))
                    .constant("to", Tensor.scalar(4f))
                    .constant("step", Tensor.scalar(1f))
                    .node("Range", List.of("from", "to", "step"), List.of("r"), a)
                    .node("Mul", List.of("x", "r"), List.of("y"))
                    .output("y")));
    models.put(
        "Shape",
        new AttributeModels.Model(
            (opset, a) ->
                new TinyModel(opset)
                    .input("x", AttributeModels.normal(2, 3, 4))
                    .constant("rest", Tensors.longs(-1))
                    .node("Shape", List.of("x"), List.of("s"), a)
                    .node("Concat", List.of("s", "rest"), List.of("t"), "axis", 0)
                    .node("Reshape", List.of("x", "t"), List.of("y"))
                    .output("y")));
    models.put(
        "Slice",
        new AttributeModels.Model(
            (opset, a) ->
                TinyModel.of(
                        opset,
                        "Slice",
                        List.of("x"),
                        AttributeModels.merge(
                            new Object[] {
                              "axes",
                              new int[] {1, 2},
                              "starts",
                              new int[] {0, 1},
                              "ends",
                              new int[] {2, 3}
                            },
                            a))
                    .input("x", AttributeModels.normal(2, 3, 4))));
    models.put(
        "Split",
        new AttributeModels.Model(
            (opset, a) ->
                TinyModel.of(
                        opset,
                        "Split",
                        List.of("x"),
                        a.length > 0 && opset >= 18 && !AttributeModels.has(a, "num_outputs")
                            ? AttributeModels.with(a, "num_outputs", 2)
                            : a)
                    .input("x", AttributeModels.normal(2, 4, 4))));
    models.put(
        "Split",
        new AttributeModels.Model(
            (opset, a) -> {
              Object[] all =
                  opset >= 18 && !AttributeModels.has(a, "num_outputs")
                      ? AttributeModels.with(a, "num_outputs", 2)
                      : a;
              Object[] axis =
                  AttributeModels.has(all, "axis") ? all : AttributeModels.with(all, "axis", 1);
              return new TinyModel(opset)
                  .input("x", AttributeModels.normal(2, 4, 4))
                  .node("Split", List.of("x"), List.of("y", "z"), axis)
                  .output("y")
                  .output("z");
            }));
    models.one("Squeeze", AttributeModels.normal(2, 1, 3, 1));
    models.one("Unsqueeze", AttributeModels.normal(2, 3), "axes", new int[] {1});
  }

  /** By scales before operator set 18, by sizes of named axes since. */
  private static TinyModel resize(int opset, Object[] attributes) {
    boolean named = opset >= 18;
    Object[] all =
        named && !AttributeModels.has(attributes, "axes")
            ? AttributeModels.with(attributes, "axes", new int[] {2, 3})
            : attributes;
    List<String> inputs =
        opset < 11
            ? List.of("x", "s")
            : named ? List.of("x", "roi", "", "s") : List.of("x", "roi", "s");
    TinyModel tiny =
        TinyModel.of(opset, "Resize", inputs, all).input("x", AttributeModels.normal(2, 4, 6, 8));
    if (opset >= 11) {
      float[] roi =
          named ? new float[] {0, 0.2f, 1, 1.2f} : new float[] {0, 0, 0, 0.2f, 1, 1, 1, 1.2f};
      tiny.constant("roi", Tensor.of(roi, roi.length));
    }
    return tiny.constant(
        "s", named ? Tensors.longs(9, 16) : Tensor.of(new float[] {1, 1, 1.5f, 2}, 4));
  }

  private static Object[] onlyAxis(Object[] attributes) {
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i].equals("axis")) {
        return new Object[] {"axis", attributes[i + 1]};
      }
    }
    return new Object[0];
  }
}
