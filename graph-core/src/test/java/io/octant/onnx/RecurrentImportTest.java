package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.graph.Tuple;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LSTM, GRU and RNN over the table of their options. */
class RecurrentImportTest {
  private static final int TIME = 4;
  private static final int BATCH = 3;
  private static final int INPUT = 3;
  private static final int HIDDEN = 2;
  private static final List<String> OPERATORS = List.of("LSTM", "GRU", "RNN");
  private static final List<String> DIRECTIONS = List.of("forward", "reverse", "bidirectional");

  /** What a node is given besides input and weights. */
  private enum Given {
    NOTHING,
    BIAS,
    LENGTHS,
    STATES,
    PEEPHOLES,
    ALL
  }

  /** A model of one node. Its input has the batch first; layout 0 gets it transposed. */
  private record Case(
      String type, String direction, Given given, int opset, List<Object> attributes) {
    private static final Map<String, Integer> GATES = Map.of("LSTM", 4, "GRU", 3, "RNN", 1);

    private int dirs() {
      return direction.equals("bidirectional") ? 2 : 1;
    }

    TinyModel model(int layout) {
      Random random = new Random(31);
      int gates = GATES.get(type);
      TinyModel tiny =
          new TinyModel(opset)
              .input("x", Tensors.normal(random, BATCH, TIME, INPUT))
              .constant("W", Tensors.normal(random, dirs(), gates * HIDDEN, INPUT))
              .constant("R", Tensors.normal(random, dirs(), gates * HIDDEN, HIDDEN));
      List<String> inputs = new ArrayList<>(List.of(layout == 1 ? "x" : "x_time", "W", "R"));
      inputs.addAll(List.of("", "", ""));
      inputs.addAll(type.equals("LSTM") ? List.of("", "") : List.of());
      boolean all = given == Given.ALL;
      if (all || given == Given.BIAS) {
        inputs.set(3, "B");
        tiny.constant("B", Tensors.normal(random, dirs(), 2 * gates * HIDDEN));
      }
      if (all || given == Given.LENGTHS) {
        inputs.set(4, "lengths");
        tiny.input("lengths", Tensor.of(DType.INT32, Shape.of(BATCH), new int[] {4, 0, 3}));
      }
      if (all || given == Given.STATES) {
        state(tiny, random, inputs, 5, "h", layout);
        if (type.equals("LSTM")) {
          state(tiny, random, inputs, 6, "c", layout);
        }
      }
      if (type.equals("LSTM") && (all || given == Given.PEEPHOLES)) {
        inputs.set(7, "P");
        tiny.constant("P", Tensors.normal(random, dirs(), 3 * HIDDEN));
      }
      if (layout == 0) {
        tiny.node("Transpose", List.of("x"), List.of("x_time"), "perm", new int[] {1, 0, 2});
      }
      List<Object> a = new ArrayList<>(List.of("hidden_size", HIDDEN, "direction", direction));
      a.addAll(attributes);
      if (layout == 1) {
        a.addAll(List.of("layout", 1));
      }
      List<String> outputs =
          type.equals("LSTM") ? List.of("y_raw", "h_raw", "c_raw") : List.of("y_raw", "h_raw");
      tiny.node(type, inputs, outputs, a.toArray());
      for (String out : outputs) { // batch first, whatever the layout
        String name = out.replace("_raw", "_out");
        int[] perm = out.equals("y_raw") ? new int[] {2, 0, 1, 3} : new int[] {1, 0, 2};
        if (layout == 0) {
          tiny.node("Transpose", List.of(out), List.of(name), "perm", perm);
        } else {
          tiny.node("Identity", List.of(out), List.of(name));
        }
        tiny.output(name);
      }
      return tiny;
    }

    private void state(
        TinyModel tiny, Random random, List<String> inputs, int index, String name, int layout) {
      tiny.input(name, Tensors.normal(random, BATCH, dirs(), HIDDEN));
      inputs.set(index, layout == 1 ? name : name + "_dirs");
      if (layout == 0) {
        tiny.node("Transpose", List.of(name), List.of(name + "_dirs"), "perm", new int[] {1, 0, 2});
      }
    }
  }

  static Stream<Case> options() {
    return OPERATORS.stream()
        .flatMap(
            type ->
                DIRECTIONS.stream()
                    .flatMap(
                        d -> {
                          List<Case> out = new ArrayList<>();
                          for (Given g : Given.values()) {
                            out.add(new Case(type, d, g, 14, List.of()));
                          }
                          out.add(new Case(type, d, Given.ALL, 7, List.of("clip", 0.5)));
                          out.add(new Case(type, d, Given.BIAS, 22, List.of("clip", 0.3)));
                          String own = type.equals("LSTM") ? "input_forget" : "linear_before_reset";
                          if (!type.equals("RNN")) {
                            out.add(new Case(type, d, Given.ALL, 22, List.of(own, 1)));
                            out.add(new Case(type, d, Given.BIAS, 7, List.of(own, 1)));
                            out.add(new Case(type, d, Given.STATES, 14, List.of(own, 1)));
                          }
                          return out.stream();
                        }));
  }

  @ParameterizedTest
  @MethodSource("options")
  void asOnnxRuntimeHasThem(Case c) {
    OperatorCheck.againstOnnxRuntime(c.model(0));
  }

  /** ONNX Runtime has no layout 1. */
  @ParameterizedTest
  @MethodSource("options")
  void layoutsAgree(Case c) {
    if (c.opset() < 14) {
      return;
    }
    TinyModel one = c.model(1);
    GraphModule graph = OnnxImporter.run(one.build(), ImportOptions.none());
    ImportedRows.of(graph).check();
    Object[] samples = one.samples().values().toArray();
    Object expected = OnnxImporter.run(c.model(0).build(), ImportOptions.none()).run(samples);
    assertThat(((Tuple) graph.run(samples)).items()).isEqualTo(((Tuple) expected).items());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Affine",
        "Elu",
        "HardSigmoid",
        "LeakyRelu",
        "Relu",
        "ScaledTanh",
        "Sigmoid",
        "Softplus",
        "Softsign",
        "Tanh",
        "ThresholdedRelu",
        "softsign"
      })
  void activations(String name) {
    List<Object> numbers =
        switch (name) {
          case "Affine", "HardSigmoid", "ScaledTanh" ->
              List.of(
                  "activation_alpha", new float[] {0.4f}, "activation_beta", new float[] {0.6f});
          case "Elu", "LeakyRelu", "ThresholdedRelu" ->
              List.of("activation_alpha", new float[] {0.2f});
          default -> List.of();
        };
    boolean anyCase = name.equals("softsign"); // which ONNX Runtime's RNN does not take
    for (String type : anyCase ? List.of("LSTM", "GRU") : OPERATORS) {
      List<String> names = new ArrayList<>(List.of(name));
      for (int i = 1; i < (type.equals("LSTM") ? 3 : type.equals("GRU") ? 2 : 1); i++) {
        names.add(i == 1 ? "Tanh" : "Softsign");
      }
      List<Object> a = new ArrayList<>(numbers);
      a.addAll(List.of("activations", names.toArray(String[]::new)));
      OperatorCheck.againstOnnxRuntime(new Case(type, "forward", Given.BIAS, 14, a).model(0));
    }
  }

  @Test
  void numbersOfActivationsAreTakenInOrder() {
    for (String type : OPERATORS) {
      int each = type.equals("LSTM") ? 3 : type.equals("GRU") ? 2 : 1;
      String[] names = new String[2 * each];
      Arrays.setAll(
          names,
          i -> List.of("HardSigmoid", "LeakyRelu", "Elu", "HardSigmoid", "Tanh", "Elu").get(i));
      OperatorCheck.againstOnnxRuntime(
          new Case(
                  type,
                  "bidirectional",
                  Given.STATES,
                  14,
                  List.of(
                      "activations",
                      names,
                      "activation_alpha",
                      each == 1 ? new float[] {0.3f, 0.1f} : new float[] {0.3f, 0.1f, 0.4f},
                      "activation_beta",
                      new float[] {0.6f}))
              .model(0));
    }
  }

  private static List<String> calls(Case c, int layout) {
    return OperatorCheck.calls(OnnxImporter.run(c.model(layout).build(), ImportOptions.none()));
  }

  @Test
  void whatTorchComputesIsItsModule() {
    for (Given given : List.of(Given.NOTHING, Given.BIAS, Given.STATES)) {
      for (String direction : List.of("forward", "bidirectional")) {
        for (int layout = 0; layout < 2; layout++) {
          assertThat(calls(new Case("LSTM", direction, given, 14, List.of()), layout))
              .contains("torch.nn.LSTM");
          assertThat(
                  calls(
                      new Case("GRU", direction, given, 14, List.of("linear_before_reset", 1)),
                      layout))
              .contains("torch.nn.GRU");
          assertThat(calls(new Case("RNN", direction, given, 14, List.of()), layout))
              .contains("torch.nn.RNN");
        }
      }
    }
    List<Object> relu = List.of("activations", new String[] {"Relu"});
    assertThat(calls(new Case("RNN", "forward", Given.BIAS, 14, relu), 0)).contains("torch.nn.RNN");
  }

  @Test
  void whatItDoesNotComputeIsAnOperator() {
    assertThat(calls(new Case("LSTM", "forward", Given.PEEPHOLES, 14, List.of()), 0))
        .contains("octant.lstm");
    assertThat(calls(new Case("LSTM", "reverse", Given.BIAS, 14, List.of()), 0))
        .contains("octant.lstm");
    assertThat(calls(new Case("GRU", "forward", Given.BIAS, 14, List.of()), 0))
        .contains("octant.gru");
    assertThat(calls(new Case("RNN", "forward", Given.LENGTHS, 14, List.of()), 0))
        .contains("octant.rnn");
    assertThat(calls(new Case("RNN", "forward", Given.BIAS, 14, List.of("clip", 1.0)), 0))
        .contains("octant.rnn");
  }

  @Test
  void whatDoesNotFitIsRefusedByName() {
    refused(List.of("activations", new String[] {"Tanh"}), "activations [Tanh], expected 3");
    refused(List.of("activations", new String[] {"Tanh", "Tan", "Tanh"}), "activation: Tan,");
    refused(List.of("activations", new String[] {"Affine", "Tanh", "Tanh"}), "Affine without");
    refused(List.of("activation_alpha", new float[] {1}), "without activations");
    refused(List.of("clip", -1.0), "clip = -1.0");
    refused(List.of("hidden_size", 5), "hidden_size = 5");
    refused(List.of("output_sequence", 1), "output_sequence");
    assertThatThrownBy(() -> calls(new Case("LSTM", "sideways", Given.NOTHING, 14, List.of()), 0))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("direction: sideways");
  }

  private static void refused(List<Object> attributes, String why) {
    assertThatThrownBy(() -> calls(new Case("LSTM", "forward", Given.NOTHING, 14, attributes), 0))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("LSTM node 'LSTM_1'")
        .hasMessageContaining(why);
  }
}
