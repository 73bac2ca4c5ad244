package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.onnx.operator.OnnxOperators;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every attribute of every version of every operator of the table, set to something else than its
 * default: the imported graph computes what ONNX Runtime computes, or the import is refused with
 * the node's name and the attribute's. Operators, versions, attributes and defaults come from
 * {@code schemas.txt}; models to put them on from {@link AttributeModels}; values from {@link
 * AttributeValues}.
 */
class OperatorAttributesTest {
  private static final int OLDEST = 7;

  private static final Map<String, AttributeModels.Model> MODELS = AttributeModels.all();

  private static final Map<String, List<Object>> VALUES = AttributeValues.all();

  /**
   * One attribute of one version of an operator.
   *
   * @param runtime an operator set of ONNX Runtime that has it, 0 if none has
   */
  private record Case(
      String op, int opset, int runtime, String attribute, String type, String missing) {
    String name() {
      return op + "." + attribute;
    }

    private AttributeModels.Model model() {
      return Objects.requireNonNull(MODELS.get(op), op);
    }

    TinyModel model(Object value) {
      return model().of(opset, attribute, value);
    }

    /** The same of the newest operator set that ONNX Runtime has. */
    TinyModel forRuntime(Object value) {
      return model().of(runtime, attribute, value);
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

  /** The newest operator set that ONNX Runtime has. */
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
        if (replaced || !known.contains(parts[0])) {
          continue;
        }
        int since = Math.max(OLDEST, Integer.parseInt(parts[1]));
        for (String a : Arrays.asList(parts).subList(5, parts.length)) {
          String name = a.substring(0, a.indexOf(':'));
          String type = a.substring(a.indexOf(':') + 1, a.indexOf('='));
          String missing = a.substring(a.indexOf('=') + 1);
          boolean older =
              all.subList(0, i).stream()
                  .anyMatch(p -> p[0].equals(parts[0]) && Arrays.toString(p).contains(name + ":"));
          int runtime = since <= NEWEST_OF_RUNTIME ? since : older ? NEWEST_OF_RUNTIME : 0;
          out.add(new Case(parts[0], since, runtime, name, type, missing));
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

  /** Of operator sets that ONNX Runtime has not: what matters to 16-bit floats only. */
  private static final Set<String> WITHOUT_EFFECT = Set.of("Range.stash_type");

  /**
   * What ONNX Runtime has no kernel for, or (CastLike) expands without its attribute; ONNX's own
   * cases try these.
   */
  private static final Set<String> NOT_IN_RUNTIME =
      Set.of(
          "Attention 25",
          "CastLike.round_mode",
          "CastLike.saturate",
          "GlobalLpPool 22",
          "GroupNormalization 18",
          "GRU.layout",
          "LSTM.layout",
          "RNN.layout",
          "RoiAlign 22");

  private static void check(Case c, Object value, Set<String> refused) {
    TinyModel tiny = c.model(value);
    boolean runs = c.runtime() > 0 && runs(c.forRuntime(value));
    GraphModule graph;
    try {
      graph = OnnxImporter.run(tiny.build(), ImportOptions.none());
    } catch (OnnxException e) {
      assertThat(e).hasMessageContaining(c.op() + "_").hasMessageContaining("tiny.onnx");
      if (runs) {
        assertThat(e.getMessage())
            .containsAnyOf(c.attribute(), "operator set " + c.opset() + ", expected");
        refused.add(c.name() + " = " + show(value));
      }
      return;
    }
    if (WITHOUT_EFFECT.contains(c.name())) {
      return;
    }
    if (c.runtime() == 0) {
      assertThat(graph.run(tiny.samples().values().toArray()))
          .as("a result that the attribute changes")
          .isNotEqualTo(
              OnnxImporter.run(c.model().of(c.opset()).build(), ImportOptions.none())
                  .run(tiny.samples().values().toArray()));
      return;
    }
    if (!runs
        && (NOT_IN_RUNTIME.contains(c.name())
            || NOT_IN_RUNTIME.contains(c.op() + " " + c.runtime()))) {
      return;
    }
    assertThat(runs).as("ONNX Runtime runs what is imported").isTrue();
    OperatorCheck.againstOnnxRuntime(tiny, c.forRuntime(value), 1e-4);
  }

  /** Whether ONNX Runtime takes the value, and has a kernel for it. */
  private static boolean runs(TinyModel tiny) {
    try {
      OnnxRuntime.run(tiny.build(), tiny.samples());
      return true;
    } catch (AssertionError e) {
      return false;
    }
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
