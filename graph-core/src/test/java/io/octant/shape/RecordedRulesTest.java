package io.octant.shape;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.MethodType;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments.ArgumentSet;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the rows of the operator table say of shapes and samples, against the calls that are
 * recorded of PyTorch: there are some of nearly every row.
 */
class RecordedRulesTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("operators.json");

  /** A recorded call. */
  private record Call(String name, List<Object> args, Map<String, Object> kwargs, Object result) {
    static Call of(JsonNode json) {
      return new Call(
          json.get("name").asText(),
          FIXTURES.list(json.get("args")),
          FIXTURES.map(json.path("kwargs")),
          FIXTURES.value(json.get("result")));
    }

    TargetType type() {
      return name.startsWith(".") ? new MethodType(name.substring(1)) : FunctionType.of(name);
    }

    OperatorRow row() {
      return Objects.requireNonNull(Operators.standard().find(type()), name);
    }

    /** The tensors of the shape of the first one hold the samples on axis 0. */
    List<Tensor> samples() {
      List<Tensor> all = Arguments.all(List.of(args, List.copyOf(kwargs.values())), Tensor.class);
      return all.stream().filter(t -> t.shape().equals(all.get(0).shape())).distinct().toList();
    }

    GraphModule model() {
      Graph graph = new Graph();
      Map<Tensor, Node> nodes = new HashMap<>();
      List<Tensor> samples = samples();
      samples.forEach(t -> nodes.put(t, graph.placeholder("x" + nodes.size())));
      GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
      List<Object> in = new ArrayList<>();
      args.forEach(a -> in.add(replaced(a, nodes, graph, model)));
      Map<String, Object> keywords = new HashMap<>();
      kwargs.forEach((k, v) -> keywords.put(k, replaced(v, nodes, graph, model)));
      graph.output(
          name.startsWith(".")
              ? graph.callMethod(name.substring(1), in, keywords)
              : graph.callFunction(FunctionType.of(name), in, keywords));
      return model;
    }

    private static Object replaced(
        Object value, Map<Tensor, Node> nodes, Graph graph, GraphModule model) {
      return Arguments.map(
          value,
          Tensor.class,
          t ->
              nodes.computeIfAbsent(
                  t,
                  c -> {
                    model.setBuffer("c" + nodes.size(), c);
                    return graph.getAttr("c" + nodes.size());
                  }));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<ArgumentSet> calls() {
    List<JsonNode> cases = FIXTURES.cases();
    return IntStream.range(0, cases.size()).mapToObj(i -> argumentSet(i, Call.of(cases.get(i))));
  }

  private static ArgumentSet argumentSet(int i, Call call) {
    return org.junit.jupiter.params.provider.Arguments.argumentSet(i + " " + call.name(), call);
  }

  /** A rule gives the shape and type that PyTorch does, or leaves the call to its kernel. */
  @ParameterizedTest
  @MethodSource("calls")
  void shapesAreAsTheRowSays(Call call) {
    Object rule = ShapeRules.call(call.type(), call.args(), call.kwargs());
    if (rule != null) {
      assertThat(layouts(rule)).as(call.row().toString()).isEqualTo(layouts(call.result()));
    }
  }

  private static List<String> layouts(Object value) {
    return Arguments.all(value, Tensor.class).stream()
        .map(t -> t.dtype() + " " + t.shape())
        .toList();
  }

  /** Another first sample changes no other sample of the result, on the axis where it has them. */
  @ParameterizedTest
  @MethodSource("calls")
  void samplesAreWhereTheRowSays(Call call) {
    BatchAxis axis = axis(call);
    if (axis == null) {
      return;
    }
    List<Tensor> samples = call.samples();
    int batch = samples.get(0).shape().dim(0);
    List<Tensor> others = samples.stream().map(t -> chosen(t, BatchAxis.of(0), batch)).toList();
    Tensor result = (Tensor) call.model().evaluate(List.copyOf(others), Map.of());

    Tensor expected = (Tensor) call.result();
    TorchFixtures.assertSame(kept(result, axis, batch), kept(expected, axis, batch));
  }

  private static Tensor kept(Tensor t, BatchAxis axis, int batch) {
    return axis.exists() ? chosen(t, axis, batch) : t;
  }

  /** Where the samples of a call's result are; null if it has none or mixes them. */
  private static @Nullable BatchAxis axis(Call call) {
    List<Tensor> samples = call.samples();
    if (!(call.result() instanceof Tensor)
        || samples.isEmpty()
        || samples.get(0).shape().rank() == 0
        || samples.get(0).shape().dim(0) < 2) {
      return null;
    }
    GraphModule model = call.model();
    try {
      return BatchAxes.of(
              model, samples.stream().map(t -> new TensorSpec("x", t.dtype(), t.shape())).toList())
          .axis((Node) model.graph().outputNode().arg(0));
    } catch (OctantException e) {
      return null;
    }
  }

  /** A tensor with the second sample in the place of the first. */
  private static Tensor chosen(Tensor t, BatchAxis axis, int batch) {
    long[] indices = new long[t.shape().dim(axis.axis())];
    for (int i = 0; i < indices.length; i++) {
      boolean first = i / axis.rowsPerSample() % batch == 0;
      indices[i] = first ? i + (long) axis.rowsPerSample() : i;
    }
    Tensor picked = Tensor.of(DType.INT64, Shape.of(indices.length), indices);
    return (Tensor) call("torch.index_select", t, (long) axis.axis(), picked);
  }

  private static Object call(String name, Object... args) {
    return ReferenceOperators.standard()
        .callFunction(FunctionType.of(name), List.of(args), Map.of());
  }
}
