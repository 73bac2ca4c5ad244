package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Forms of operators before operator set 7, which ONNX Runtime does not read, against the form that
 * replaced them, which is held to it elsewhere.
 */
class OldOperatorSetsTest {
  private static final Random RANDOM = new Random(5);
  private static final Tensor IMAGE = Tensors.normal(RANDOM, 2, 3, 4, 5);

  private static final Tensor CHANNEL = Tensors.normal(RANDOM, 5);

  /** One operator in two operator sets. */
  private record Pair(String name, TinyModel old, TinyModel now) {}

  private static TinyModel model(
      int opset, String op, Tensor x, List<Tensor> constants, Object... attributes) {
    List<String> inputs = new ArrayList<>(List.of("x"));
    for (int i = 0; i < constants.size(); i++) {
      inputs.add("c" + i);
    }
    TinyModel tiny = TinyModel.of(opset, op, inputs, attributes).input("x", x);
    for (int i = 0; i < constants.size(); i++) {
      tiny.constant("c" + i, constants.get(i));
    }
    return tiny;
  }

  private static Object[] list(Object... items) {
    return items;
  }

  private static List<Pair> pairs() {
    List<Pair> out = new ArrayList<>();
    for (String op : List.of("Relu", "Exp", "Neg", "Sqrt", "Sigmoid", "Tanh", "Elu", "LeakyRelu")) {
      int[] none = {0};
      out.add(
          new Pair(
              op,
              model(1, op, IMAGE, List.of(), "consumed_inputs", none),
              model(13, op, IMAGE, List.of())));
    }
    Tensor channels = Tensors.normal(RANDOM, 3);
    Tensor aligned = channels.reshape(io.octant.tensor.Shape.of(3, 1, 1));
    for (String op : List.of("Add", "Sub", "Mul", "Div")) {
      for (int opset : new int[] {1, 6}) {
        out.add(
            new Pair(
                op + " along axis 1, " + opset,
                model(opset, op, IMAGE, List.of(channels), "broadcast", 1, "axis", 1),
                model(13, op, IMAGE, List.of(aligned))));
      }
      Tensor last = Tensors.normal(RANDOM, 5);
      out.add(
          new Pair(
              op + " along the last axis",
              model(6, op, IMAGE, List.of(last), "broadcast", 1),
              model(13, op, IMAGE, List.of(last))));
    }
    for (String op : List.of("Max", "Min", "Sum", "Mean")) {
      out.add(
          new Pair(
              op,
              TinyModel.of(1, op, List.of("x", "x")).input("x", IMAGE),
              TinyModel.of(13, op, List.of("x", "x")).input("x", IMAGE)));
    }
    out.add(
        new Pair(
            "PRelu",
            model(6, "PRelu", IMAGE, List.of(channels)),
            model(13, "PRelu", IMAGE, List.of(aligned))));
    out.add(
        new Pair(
            "Reshape",
            model(1, "Reshape", IMAGE, List.of(), "shape", new int[] {0, 5, -1}),
            model(13, "Reshape", IMAGE, List.of(Tensors.longs(0, 5, -1)))));
    out.add(
        new Pair(
            "Concat",
            model(1, "Concat", IMAGE, List.of()),
            model(13, "Concat", IMAGE, List.of(), "axis", 1)));
    out.add(
        new Pair(
            "Tile",
            model(1, "Tile", IMAGE, List.of(Tensors.longs(3), Tensors.longs(1))),
            model(13, "Tile", IMAGE, List.of(Tensors.longs(1, 3, 1, 1)))));
    out.add(
        new Pair(
            "Pad",
            model(1, "Pad", IMAGE, List.of(), "paddings", new int[] {0, 0, 1, 2, 0, 0, 2, 1}),
            model(2, "Pad", IMAGE, List.of(), "pads", new int[] {0, 0, 1, 2, 0, 0, 2, 1})));
    out.add(
        new Pair(
            "Upsample",
            model(1, "Upsample", IMAGE, List.of(), "height_scale", 2.0, "width_scale", 3.0),
            model(7, "Upsample", IMAGE, List.of(), "scales", new float[] {1, 1, 2, 3})));
    out.add(
        new Pair(
            "Dropout",
            model(6, "Dropout", IMAGE, List.of(), "is_test", 1),
            model(13, "Dropout", IMAGE, List.of())));
    out.add(
        new Pair(
            "Clip",
            model(1, "Clip", IMAGE, List.of(), "min", -0.5, "consumed_inputs", new int[] {0}),
            model(6, "Clip", IMAGE, List.of(), "min", -0.5)));
    out.add(
        new Pair(
            "Cast",
            model(1, "Cast", IMAGE, List.of(), "to", "FLOAT"),
            model(13, "Cast", IMAGE, List.of(), "to", 1)));
    return out;
  }

  @TestFactory
  Stream<DynamicTest> computeWhatTheFormThatReplacedThemComputes() {
    return pairs().stream()
        .map(
            p ->
                DynamicTest.dynamicTest(
                    p.name(),
                    () -> Tensors.assertClose(run(p.old()), run(p.now()), 1e-6, p.name())));
  }

  private static Tensor run(TinyModel tiny) {
    return (Tensor)
        OnnxImporter.run(tiny.build(), ImportOptions.none()).run(tiny.samples().values().toArray());
  }

  @Test
  void trainingIsRefused() {
    TinyModel tiny = model(6, "Dropout", IMAGE, List.of());
    assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
        .hasMessageContaining("Dropout_0")
        .hasMessageContaining("training mode");
  }

  @Test
  void anAxisThatDoesNotFitIsRefused() {
    TinyModel tiny =
        model(
            6,
            "Add",
            IMAGE,
            List.of(Tensors.normal(RANDOM, 4, 5)),
            list("broadcast", 1, "axis", 3));
    assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
        .hasMessageContaining("Add_0")
        .hasMessageContaining("axis 3");
    assertThatThrownBy(
            () ->
                OnnxImporter.run(
                    model(7, "Add", IMAGE, List.of(CHANNEL), "axis", 1).build(),
                    ImportOptions.none()))
        .hasMessageContaining("Add_0")
        .hasMessageContaining("attribute axis");
  }
}
