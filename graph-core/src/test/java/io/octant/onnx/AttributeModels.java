package io.octant.onnx;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** A node of each operator with attributes, with the inputs that it needs. */
final class AttributeModels {
  /** A node whose attributes a case may replace, {@code x} being the computed input. */
  record Model(BiFunction<Integer, Object[], TinyModel> build, Object... attributes) {
    TinyModel of(int opset, Object... given) {
      return build.apply(opset, merge(attributes, given));
    }
  }

  private final Map<String, Model> models = new LinkedHashMap<>();

  private AttributeModels() {}

  /** By operator. */
  static Map<String, Model> all() {
    AttributeModels out = new AttributeModels();
    ArithmeticModels.add(out);
    LayoutModels.add(out);
    RecurrentModels.add(out);
    PlaceModels.all().models().forEach((op, build) -> out.put(op, new Model(build)));
    return out.models;
  }

  void put(String op, Model model) {
    models.put(op, model);
  }

  static Tensor normal(int... dims) {
    return Tensors.normal(new Random(31), dims);
  }

  private static Model unary(String op, Tensor x, Object... attributes) {
    return new Model(
        (opset, a) -> TinyModel.of(opset, op, List.of("x"), a).input("x", x), attributes);
  }

  void one(String op, Tensor x, Object... attributes) {
    put(op, unary(op, x, attributes));
  }

  void two(String op, Tensor x, String name, Tensor constant, Object... attributes) {
    put(
        op,
        new Model(
            (opset, a) ->
                TinyModel.of(opset, op, List.of("x", name), a)
                    .input("x", x)
                    .constant(name, constant),
            attributes));
  }

  void typed(
      String op,
      DType result,
      List<String> inputs,
      Map<String, Tensor> constants,
      Tensor x,
      Object... attributes) {
    put(
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

  static Tensor filled(float from, float step, int... dims) {
    float[] out = new float[Shape.of(dims).numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = from + step * i;
    }
    return Tensor.of(out, dims);
  }

  static boolean has(Object[] attributes, String name) {
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i].equals(name)) {
        return true;
      }
    }
    return false;
  }

  static Object[] with(Object[] attributes, String name, Object value) {
    return merge(attributes, new Object[] {name, value});
  }

  /** Later values replace earlier ones of the same name. */
  static Object[] merge(Object[] base, Object[] more) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Object[] list : new Object[][] {base, more}) {
      for (int i = 0; i < list.length; i += 2) {
        out.put((String) list[i], list[i + 1]);
      }
    }
    return out.entrySet().stream().flatMap(e -> Stream.of(e.getKey(), e.getValue())).toArray();
  }
}
