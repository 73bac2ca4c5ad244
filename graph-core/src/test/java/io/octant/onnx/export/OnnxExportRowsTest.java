package io.octant.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.graph.Container;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.nn.Initialization;
import io.octant.nn.factory.ModuleFactories;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxRuntime;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.InputRole;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every recorded call of every row, exported, run in ONNX Runtime and imported again. */
class OnnxExportRowsTest {
  private static final TorchFixtures OPERATORS = TorchFixtures.load("operators.json");
  private static final TorchFixtures MODULES = TorchFixtures.load("modules.json");

  /** A graph of one call, and its inputs. */
  private record Example(String name, String row, GraphModule graph, List<Object> inputs) {}

  /** Types that ONNX Runtime, or its Java interface, takes in few operators. */
  private static final Set<DType> RARE =
      Set.of(DType.FLOAT16, DType.BFLOAT16, DType.INT16, DType.FLOAT64);

  /** Rows whose ONNX operators do not tell what becomes of NaN. */
  private static final Set<String> NUMBERS_ONLY = Set.of("hardshrink", "softshrink", "topk");

  private final Map<String, Integer> agreed = new TreeMap<>();
  private final Map<String, String> refused = new TreeMap<>();
  private final List<String> failed = new ArrayList<>();

  @Test
  void everyRowThatIsExportedAgreesWithOnnxRuntimeAndComesBack() {
    List<JsonNode> calls = OPERATORS.cases();
    for (int i = 0; i < calls.size(); i++) {
      check(call(i, calls.get(i)));
    }
    more().forEach(this::check);
    List<JsonNode> modules = MODULES.cases();
    for (int i = 0; i < modules.size(); i++) {
      if (!modules.get(i).path("train").asBoolean()) {
        check(module(i, modules.get(i)));
      }
    }
    Set<String> untested = new TreeSet<>(ExportRules.rows());
    untested.removeAll(agreed.keySet());
    if (Boolean.getBoolean("octant.verbose")) {
      refused.forEach((name, why) -> System.out.println("refused " + name + ": " + why));
    }

    assertThat(String.join("\n", failed)).isEmpty();
    assertThat(untested).isEmpty();
  }

  @Test
  void thePageListsTheRowsThatAreNotExported() throws IOException {
    String rows =
        Operators.standard().rows().stream()
            .filter(r -> !r.family().matches("quantize.*|decomposed|.*gradient.*|number"))
            .map(OperatorRow::name)
            .filter(name -> !name.startsWith("quantized.") && !OnnxExport.rows().contains(name))
            .map(name -> "`" + name + "`")
            .collect(Collectors.joining(", "));

    assertThat(Files.readString(Path.of("../docs/onnx.md")))
        .contains("<!-- rows without export -->\n" + rows + "\n<!-- end -->");
  }

  private static Example call(int index, JsonNode recorded) {
    return call(
        index + " ",
        recorded.get("name").asText(),
        OPERATORS.list(recorded.get("args")),
        OPERATORS.map(recorded.path("kwargs")));
  }

  /** Calls of rows of which no recorded one can be said in ONNX. */
  private static List<Example> more() {
    String f = "torch.nn.functional.";
    Tensor grid = random(1, 3, 3, 2);
    Tensor places = Tensor.of(DType.INT64, Shape.of(2, 1), new long[] {1, 0});
    return List.of(
        call("", f + "adaptive_avg_pool1d", List.of(random(1, 2, 8), 4L), Map.of()),
        call("", f + "adaptive_avg_pool3d", List.of(random(1, 2, 4, 4, 4), 2L), Map.of()),
        call("", f + "adaptive_max_pool3d", List.of(random(1, 2, 4, 4, 4), 2L), Map.of()),
        call("", f + "grid_sample", List.of(random(1, 2, 4, 5), grid), Map.of()),
        call("", "torch.det", List.of(random(2, 3, 3)), Map.of()),
        call("", "octant.gather_nd", List.of(random(2, 3), places), Map.of()),
        call("", ".resize_", List.of(random(2, 3), 3L, 2L), Map.of()));
  }

  private static Tensor random(int... dims) {
    return Initialization.uniform(new Random(dims.length), 1, dims);
  }

  private static Example call(
      String prefix, String name, List<Object> args, Map<String, Object> kwargs) {
    Container root = new Container();
    Graph graph = new Graph();
    List<Object> inputs = new ArrayList<>();
    List<Object> nodes = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      boolean given = i == 0 || name.contains("einsum");
      nodes.add(Arguments.map(args.get(i), Tensor.class, t -> node(graph, root, t, given, inputs)));
    }
    Map<String, Object> named = new LinkedHashMap<>();
    kwargs.forEach(
        (key, v) ->
            named.put(
                key,
                Arguments.map(
                    v, Tensor.class, t -> node(graph, root, t, key.equals("tensors"), inputs))));
    Node result =
        name.startsWith(".")
            ? graph.callMethod(name.substring(1), nodes, named)
            : graph.callFunction(FunctionType.of(name), nodes, named);
    OperatorRow row =
        name.startsWith(".")
            ? Operators.standard().findCall(name)
            : Operators.standard().find(FunctionType.of(name));
    return example(prefix + name, row, graph, root, result, inputs);
  }

  private static Node node(
      Graph graph, Container root, Tensor t, boolean given, List<Object> inputs) {
    if (given) {
      inputs.add(t);
      return graph.placeholder("x" + inputs.size());
    }
    String name = "w" + root.parameters().size();
    root.setParameter(name, t);
    return graph.getAttr(name);
  }

  private static Example example(
      String name, OperatorRow row, Graph graph, Container root, Node result, List<Object> inputs) {
    graph.output(result);
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    root.parameters().forEach(model::setParameter);
    root.children().forEach(model::setChild);
    return new Example(name, row == null ? "" : row.name(), model, inputs);
  }

  private static Module module(JsonNode recorded) {
    Module m =
        ModuleFactories.create(
            ModuleFactories.all(),
            recorded.get("type").asText(),
            MODULES.map(recorded.get("hyper")),
            MODULES.tensors(recorded.get("parameters")),
            MODULES.tensors(recorded.get("buffers")));
    recorded
        .path("children")
        .fields()
        .forEachRemaining(child -> m.setChild(child.getKey(), module(child.getValue())));
    return m;
  }

  private static Example module(int index, JsonNode recorded) {
    Container root = new Container();
    root.setChild("layer", module(recorded));
    Graph graph = new Graph();
    List<Object> inputs = new ArrayList<>();
    List<Object> nodes = new ArrayList<>();
    for (Object arg : MODULES.list(recorded.get("args"))) {
      nodes.add(Arguments.map(arg, Tensor.class, t -> node(graph, root, t, true, inputs)));
    }
    Map<String, Object> named = new LinkedHashMap<>();
    MODULES
        .map(recorded.path("kwargs"))
        .forEach(
            (key, v) ->
                named.put(
                    key, Arguments.map(v, Tensor.class, t -> node(graph, root, t, true, inputs))));
    Node result = graph.callModule("layer", nodes, named);
    OperatorRow row = Operators.standard().findModule(recorded.get("type").asText());
    return example(
        "module " + index + " " + recorded.get("type").asText(), row, graph, root, result, inputs);
  }

  private void check(Example e) {
    List<TensorSpec> specs = new ArrayList<>();
    Map<String, Tensor> fed = new LinkedHashMap<>();
    for (Object input : e.inputs()) {
      Tensor t = (Tensor) input;
      if (t.isQuantized() || (NUMBERS_ONLY.contains(e.row()) && hasNaN(t))) {
        return;
      }
      String name = "x" + (specs.size() + 1);
      specs.add(new TensorSpec(name, t.dtype(), t.shape(), -1));
      fed.put(name, t);
    }
    List<Tensor> expected;
    OnnxModel model;
    try {
      Object result = e.graph().run(e.inputs().toArray());
      expected = Arguments.all(result, Tensor.class);
      if (expected.isEmpty()) {
        return; // a number, which is no output of a model
      }
      unpack(e.graph(), result);
      model = OnnxExport.of(e.graph(), specs);
    } catch (OnnxException refusal) {
      refused.put(e.name(), refusal.getMessage());
      if (!refusal.getMessage().startsWith("Cannot export ")) {
        failed.add(e.name() + ": " + refusal.getMessage());
      }
      return;
    }
    try {
      if (runs(fed, expected)) {
        compare(e, "ONNX Runtime", OnnxRuntime.run(model, fed), expected);
      }
      compare(e, "import", imported(model, e.inputs()), expected);
      agreed.merge(e.row(), 1, Integer::sum);
    } catch (AssertionError | OctantException | IllegalArgumentException problem) {
      failed.add(e.name() + " [" + e.row() + "]: " + problem.getMessage());
    }
  }

  private static boolean hasNaN(Tensor t) {
    return t.dtype().isFloatingPoint()
        && IntStream.range(0, t.numel()).anyMatch(i -> Double.isNaN(t.doubleAt(i)));
  }

  private static boolean runs(Map<String, Tensor> inputs, List<Tensor> outputs) {
    return Stream.concat(inputs.values().stream(), outputs.stream())
        .noneMatch(t -> RARE.contains(t.dtype()));
  }

  /** A call of several results gives them as the outputs of the graph. */
  private static void unpack(GraphModule model, Object value) {
    if (value instanceof Tensor) {
      return;
    }
    Node output = model.graph().outputNode();
    Node call = (Node) output.arg(0);
    List<?> items = value instanceof Tuple t ? t.items() : (List<?>) value;
    List<Object> parts = new ArrayList<>();
    try (Graph.InsertionPoint at = model.graph().insertingBefore(output)) {
      for (int i = 0; i < items.size(); i++) {
        if (items.get(i) instanceof Tensor) {
          parts.add(
              model.graph().callFunction(FunctionType.of("operator.getitem"), call, (long) i));
        }
      }
    }
    output.setArg(0, new Tuple(parts));
  }

  private static List<Tensor> imported(OnnxModel model, List<Object> inputs) {
    ImportOptions options = ImportOptions.none();
    for (int i = 0; i < inputs.size(); i++) {
      options = options.withInput("x" + (i + 1), new InputRole.Whole());
    }
    GraphModule graph = OnnxImporter.run(model, options);
    return Arguments.all(graph.run(inputs.toArray()), Tensor.class);
  }

  private static void compare(Example e, String by, List<Tensor> actual, List<Tensor> expected) {
    assertThat(actual).as(by).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Tensor want = expected.get(i);
      Tensor have = actual.get(i);
      assertThat(have.shape()).as(by).isEqualTo(want.shape());
      assertThat(have.dtype().isFloatingPoint()).as(by).isEqualTo(want.dtype().isFloatingPoint());
      for (int k = 0; k < want.numel(); k++) {
        double w = want.doubleAt(k);
        double h = have.doubleAt(k);
        double allowed =
            want.dtype() == DType.FLOAT16 || want.dtype() == DType.BFLOAT16 ? 1e-2 : 2e-5;
        boolean same =
            Double.compare(w, h) == 0
                || (float) w == (float) h
                || Math.abs(w - h) <= allowed * (1 + Math.abs(w));
        assertThat(same).as(by + " element " + k + " of " + want + ": " + have).isTrue();
      }
    }
  }
}
