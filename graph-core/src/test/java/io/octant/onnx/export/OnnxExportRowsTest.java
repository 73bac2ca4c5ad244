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
    Tensor boxes = Tensor.of(new float[] {0, 0, 3, 2, 1, 1, 4, 4}, 2, 4);
    Tensor lengths = Tensor.of(DType.INT64, Shape.of(2), new long[] {2, 3});
    List<Example> out = new ArrayList<>();
    out.add(call("", f + "adaptive_avg_pool1d", List.of(random(1, 2, 8), 4L), Map.of()));
    out.add(call("", f + "adaptive_avg_pool3d", List.of(random(1, 2, 4, 4, 4), 2L), Map.of()));
    out.add(call("", f + "adaptive_max_pool3d", List.of(random(1, 2, 4, 4, 4), 2L), Map.of()));
    for (int n = 1; n <= 3; n++) {
      int[] dims = new int[n + 2];
      java.util.Arrays.fill(dims, 4);
      String name = f + "adaptive_max_pool" + n + "d_with_indices";
      out.add(call("", name, List.of(random(dims), 2L), Map.of()));
    }
    out.add(call("", f + "grid_sample", List.of(random(1, 2, 4, 5), grid), Map.of()));
    out.add(call("", "torch.det", List.of(random(2, 3, 3)), Map.of()));
    out.add(call("", "octant.gather_nd", List.of(random(2, 3), places), Map.of()));
    for (String reduction : List.of("none", "add", "mul", "max", "min")) {
      List<Object> args = List.of(random(2, 3), places, random(2, 3), reduction);
      out.add(call("", "octant.scatter_nd", args, Map.of()));
    }
    for (String reduction : List.of("sum", "prod", "amax", "amin")) {
      Tensor index = Tensor.of(DType.INT64, Shape.of(2, 2), new long[] {1, 1, 0, 2});
      List<Object> args = List.of(random(2, 3), 1L, index, random(2, 2), reduction);
      out.add(call("", "torch.scatter_reduce", args, Map.of()));
    }
    out.add(
        call("", "octant.reverse_sequence", List.of(random(2, 4, 3), lengths, 0L, 1L), Map.of()));
    for (boolean aligned : new boolean[] {false, true}) {
      List<Object> args =
          List.of(random(2, 3, 6, 6), boxes, places(0, 1), "avg", 2L, 2L, 2L, 0.5, aligned);
      out.add(call("", "octant.roi_align", args, Map.of()));
    }
    out.add(resized(8, 2, "linear", "half_pixel"));
    out.add(resized(7, 1.9, "cubic", "align_corners"));
    out.add(resized(9, 2.25, "nearest", "asymmetric"));
    out.add(call("", ".resize_", List.of(random(2, 3), 3L, 2L), Map.of()));
    out.addAll(recurrent());
    return out;
  }

  /** Two axes of 4 in a new size. */
  private static Example resized(long size, double scale, String mode, String coordinates) {
    Tuple roi = new Tuple(List.of(0.0, 0.0, 1.0, 1.0));
    Tuple axes = new Tuple(List.of(2L, 3L));
    Tuple sizes = new Tuple(List.of(size, size));
    Tuple scales = new Tuple(List.of(scale, scale));
    List<Object> args =
        List.of(
            random(1, 2, 4, 4),
            axes,
            sizes,
            scales,
            mode,
            coordinates,
            "floor",
            -0.5,
            0L,
            0L,
            roi,
            0.0);
    return call("", "octant.resize", args, Map.of());
  }

  /** ONNX's own recurrent operators with all that they have. */
  private static List<Example> recurrent() {
    Tensor x = random(4, 2, 3);
    Tensor steps = Tensor.of(DType.INT32, Shape.of(2), new int[] {4, 2});
    Map<String, Object> both = Map.of("direction", "bidirectional");
    return List.of(
        call(
            "",
            "octant.lstm",
            List.of(
                x,
                random(1, 20, 3),
                random(1, 20, 5),
                random(1, 40),
                steps,
                random(1, 2, 5),
                random(1, 2, 5),
                random(1, 15)),
            Map.of("direction", "reverse", "clip", 0.3)),
        call("", "octant.lstm", List.of(x, random(2, 20, 3), random(2, 20, 5)), both),
        call(
            "",
            "octant.gru",
            List.of(x, random(1, 15, 3), random(1, 15, 5), random(1, 30), steps),
            Map.of()),
        call(
            "",
            "octant.rnn",
            List.of(x, random(1, 5, 3), random(1, 5, 5)),
            Map.of(
                "activations",
                new Tuple(List.of("LeakyRelu")),
                "activation_alpha",
                new Tuple(List.of(0.2)))));
  }

  private static Tensor places(long... values) {
    return Tensor.of(DType.INT64, Shape.of(values.length), values);
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
    List<Object> parts = new ArrayList<>();
    try (Graph.InsertionPoint at = model.graph().insertingBefore(output)) {
      addParts(model.graph(), call, value, parts);
    }
    output.setArg(0, new Tuple(parts));
  }

  private static void addParts(Graph graph, Node node, Object value, List<Object> out) {
    if (value instanceof Tensor) {
      out.add(node);
      return;
    }
    List<?> items =
        value instanceof Tuple t ? t.items() : value instanceof List<?> l ? l : List.of();
    for (int i = 0; i < items.size(); i++) {
      Node item = graph.callFunction(FunctionType.of("operator.getitem"), node, (long) i);
      addParts(graph, item, items.get(i), out);
    }
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
