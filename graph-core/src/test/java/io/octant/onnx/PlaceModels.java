package io.octant.onnx;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;

/** For {@link OperatorAttributesTest}: attention, normalization, scatters and sampling. */
final class PlaceModels {
  private final Map<String, BiFunction<Integer, Object[], TinyModel>> models =
      new LinkedHashMap<>();

  private final Map<String, List<Object>> values = new LinkedHashMap<>();

  private PlaceModels() {}

  static PlaceModels all() {
    PlaceModels out = new PlaceModels();
    out.attention();
    out.normalization();
    out.scatters();
    out.sampling();
    out.pools();
    return out;
  }

  Map<String, BiFunction<Integer, Object[], TinyModel>> models() {
    return models;
  }

  Map<String, List<Object>> values() {
    return values;
  }

  private static Tensor normal(int... dims) {
    return Tensors.normal(new Random(37), dims);
  }

  private static Tensor longs(Shape shape, long... values) {
    return Tensor.of(DType.INT64, shape, values);
  }

  /** A node over {@code x} and constants by name, with attributes that a case may replace. */
  private void add(
      String op, Tensor x, Map<String, Tensor> constants, List<String> inputs, Object... base) {
    models.put(
        op,
        (opset, given) -> {
          TinyModel tiny = TinyModel.of(opset, op, inputs, merged(base, given)).input("x", x);
          constants.forEach(tiny::constant);
          return tiny;
        });
  }

  private static Object[] merged(Object[] base, Object[] given) {
    Map<Object, Object> all = new LinkedHashMap<>();
    for (Object[] list : List.of(base, given)) {
      for (int i = 0; i < list.length; i += 2) {
        all.put(list[i], list[i + 1]);
      }
    }
    return all.entrySet().stream()
        .flatMap(e -> Arrays.stream(new Object[] {e.getKey(), e.getValue()}))
        .toArray();
  }

  private void attention() {
    add(
        "Attention",
        normal(2, 3, 8),
        Map.of(),
        List.of("x", "x", "x"),
        "q_num_heads",
        2,
        "kv_num_heads",
        2);
    values.put("Attention.q_num_heads", List.of(2));
    values.put("Attention.kv_num_heads", List.of(2));
    values.put("Attention.qk_matmul_output_mode", List.of(1, 2, 3));
    values.put("Attention.softmax_precision", List.of(1));
    models.put(
        "RotaryEmbedding",
        (opset, given) ->
            new TinyModel(opset)
                .input("x", normal(2, 3, 8))
                .input("p", longs(Shape.of(2, 3), 0, 1, 2, 4, 3, 2))
                .constant("cos", normal(5, 2))
                .constant("sin", normal(5, 2))
                .node(
                    "RotaryEmbedding",
                    List.of("x", "cos", "sin", "p"),
                    List.of("y"),
                    merged(new Object[] {"num_heads", 2}, given))
                .output("y"));
    values.put("RotaryEmbedding.num_heads", List.of(2));
    values.put("RotaryEmbedding.rotary_embedding_dim", List.of(4));
  }

  private void normalization() {
    add("RMSNormalization", normal(2, 3, 4), Map.of("s", normal(4)), List.of("x", "s"));
    values.put("RMSNormalization.stash_type", List.of(10));
    values.put("RMSNormalization.axis", List.of(2, -1));
    add("LRN", normal(2, 6, 3, 4), Map.of(), List.of("x"), "size", 3);
    values.put("LRN.size", List.of(1, 5, 7));
  }

  private void scatters() {
    Tensor x = normal(2, 3, 4);
    models.put(
        "GatherND",
        (opset, given) ->
            TinyModel.of(opset, "GatherND", List.of("x", "i"), given)
                .input("x", x)
                .input("i", longs(Shape.of(2, 1), 0, 1)));
    values.put("GatherND.batch_dims", List.of(1));
    for (String op : List.of("Scatter", "ScatterElements")) {
      models.put(
          op,
          (opset, given) ->
              TinyModel.of(
                      opset, op, List.of("x", "i", "u"), merged(new Object[] {"axis", 1}, given))
                  .input("x", normal(2, 3))
                  .input("i", longs(Shape.of(2, 3), 0, -1, 1, 2, 0, -2))
                  .input("u", normal(2, 3)));
      values.put(op + ".axis", List.of(-1));
    }
    values.put("ScatterElements.reduction", List.of("add", "mul", "max", "min"));
    models.put(
        "ScatterND",
        (opset, given) ->
            TinyModel.of(opset, "ScatterND", List.of("x", "i", "u"), given)
                .input("x", normal(2, 3))
                .constant("i", longs(Shape.of(4, 2), 0, 1, 1, 2, 0, 1, 0, 0))
                .constant("u", normal(4)));
    values.put("ScatterND.reduction", List.of("add", "mul", "max", "min"));
    models.put(
        "ReverseSequence",
        (opset, given) ->
            TinyModel.of(
                    opset,
                    "ReverseSequence",
                    List.of("x", "n"),
                    merged(new Object[] {"batch_axis", 0, "time_axis", 1}, given))
                .input("x", normal(2, 5, 3))
                .input("n", longs(Shape.of(2), 3, 5)));
    values.put("ReverseSequence.batch_axis", List.of(0));
    values.put("ReverseSequence.time_axis", List.of(1));
  }

  private void sampling() {
    models.put(
        "GridSample",
        (opset, given) ->
            TinyModel.of(opset, "GridSample", List.of("x", "g"), given)
                .input("x", normal(2, 3, 4, 5))
                .input("g", normal(2, 3, 6, 2)));
    values.put("GridSample.mode", List.of("nearest", "bicubic", "cubic"));
    values.put("GridSample.padding_mode", List.of("border", "reflection"));
    models.put(
        "AffineGrid",
        (opset, given) ->
            new TinyModel(opset)
                .input("x", normal(2, 2, 3))
                .node("Shape", List.of("x"), List.of("s"), "start", 0, "end", 1)
                .constant("rest", Tensors.longs(1, 4, 5))
                .node("Concat", List.of("s", "rest"), List.of("size"), "axis", 0)
                .node("AffineGrid", List.of("x", "size"), List.of("y"), given)
                .output("y"));
    models.put(
        "RoiAlign",
        (opset, given) ->
            new TinyModel(opset)
                .input("x", normal(2, 3, 8, 9))
                .constant("r", Tensor.of(new float[] {0, 0, 4, 5, 1.5f, 2, 7, 7.5f}, 2, 4))
                .constant("i", Tensors.longs(0, 1))
                .node(
                    "RoiAlign",
                    List.of("x", "r", "i"),
                    List.of("y"),
                    merged(new Object[] {"output_height", 2, "output_width", 3}, given))
                .output("y"));
    values.put("RoiAlign.mode", List.of("max"));
    values.put(
        "RoiAlign.coordinate_transformation_mode", List.of("output_half_pixel", "half_pixel"));
    values.put("RoiAlign.sampling_ratio", List.of(2));
    add(
        "CenterCropPad",
        normal(2, 3, 7, 4),
        Map.of("s", Tensors.longs(4, 7)),
        List.of("x", "s"),
        "axes",
        new int[] {2, 3});
    values.put("CenterCropPad.axes", List.of(new int[] {3, 2}, new int[] {-2, -1}));
    add(
        "Col2Im",
        normal(2, 12, 12),
        Map.of("s", Tensors.longs(5, 5), "k", Tensors.longs(2, 3)),
        List.of("x", "s", "k"));
    values.put("Col2Im.dilations", List.of(new int[] {1, 1}));
    values.put("Col2Im.pads", List.of(new int[] {0, 0, 0, 0}));
    values.put("Col2Im.strides", List.of(new int[] {1, 1}));
  }

  private void pools() {
    Tensor image = normal(2, 4, 6, 8);
    add("LpPool", image, Map.of(), List.of("x"), "kernel_shape", new int[] {3, 2});
    values.put("LpPool.auto_pad", List.of("VALID", "SAME_UPPER", "SAME_LOWER"));
    values.put("LpPool.dilations", List.of(new int[] {2, 1}));
    values.put("LpPool.pads", List.of(new int[] {1, 0, 0, 1}, new int[] {1, 1, 1, 1}));
    values.put("LpPool.strides", List.of(new int[] {1, 2}, new int[] {3, 3}));
    values.put("LpPool.kernel_shape", List.of(new int[] {2, 3}));
    values.put("LpPool.p", List.of(1, 3, 4));
    add("GlobalLpPool", image, Map.of(), List.of("x"));
    values.put("GlobalLpPool.p", List.of(1, 3));
    models.put(
        "MaxUnpool",
        (opset, given) ->
            new TinyModel(opset)
                .input("x", image)
                .node(
                    "MaxPool",
                    List.of("x"),
                    List.of("m", "i"),
                    "kernel_shape",
                    new int[] {2, 2},
                    "strides",
                    new int[] {2, 2})
                .node(
                    "MaxUnpool",
                    List.of("m", "i"),
                    List.of("y"),
                    merged(
                        new Object[] {
                          "kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2}
                        },
                        given))
                .output("y"));
    values.put("MaxUnpool.kernel_shape", List.of(new int[] {2, 2}));
    values.put("MaxUnpool.pads", List.of(new int[] {0, 0, 0, 0}));
    values.put("MaxUnpool.strides", List.of(new int[] {2, 2}));
  }
}
