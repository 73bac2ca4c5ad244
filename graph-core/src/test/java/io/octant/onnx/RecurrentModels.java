package io.octant.onnx;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** For {@link AttributeModels}: LSTM, GRU and RNN, whose attributes depend on one another. */
final class RecurrentModels {
  private static final int HIDDEN = 2;

  /** Gates of a cell, and its activations in one direction. */
  private static final Map<String, Integer> GATES = Map.of("LSTM", 4, "GRU", 3, "RNN", 1);

  private static final Map<String, Integer> ACTIVATIONS = Map.of("LSTM", 3, "GRU", 2, "RNN", 1);

  private RecurrentModels() {}

  static void add(AttributeModels models) {
    GATES.forEach(
        (op, gates) ->
            models.put(
                op,
                new AttributeModels.Model(
                    (opset, a) -> model(op, gates, opset, a), "hidden_size", 2)));
  }

  private static TinyModel model(String op, int gates, int opset, Object[] given) {
    int dirs = Arrays.asList(given).contains("bidirectional") ? 2 : 1;
    Object[] all = given;
    for (String parameter : List.of("activation_alpha", "activation_beta")) {
      if (AttributeModels.has(given, parameter)) { // of one that has it
        String[] names = new String[ACTIVATIONS.get(op)];
        Arrays.fill(names, "HardSigmoid");
        all = AttributeModels.with(all, "activations", names);
      }
    }
    return new TinyModel(opset)
        .input("x", AttributeModels.normal(4, 3, 3))
        .constant("w", AttributeModels.normal(dirs, gates * HIDDEN, 3))
        .constant("r", AttributeModels.normal(dirs, gates * HIDDEN, HIDDEN))
        .constant("b", AttributeModels.normal(dirs, 2 * gates * HIDDEN))
        .node(op, List.of("x", "w", "r", "b"), List.of("y", "h"), all)
        .output("y")
        .output("h");
  }

  static Map<String, List<Object>> values() {
    Map<String, List<Object>> values = new LinkedHashMap<>();
    ACTIVATIONS.forEach(
        (op, n) -> {
          String[] names = Arrays.copyOf(new String[] {"Relu", "Tanh", "Sigmoid"}, n);
          float[] parameters = Arrays.copyOf(new float[] {0.1f, 0.2f, 0.3f}, n);
          values.put(op + ".activations", List.of((Object) names));
          values.put(op + ".activation_alpha", List.of((Object) parameters));
          values.put(op + ".activation_beta", List.of((Object) parameters));
          values.put(op + ".clip", List.of(0.3));
          values.put(op + ".direction", List.of("reverse", "bidirectional"));
          values.put(op + ".hidden_size", List.of(3));
          values.put(op + ".layout", List.of(1));
        });
    return values;
  }
}
