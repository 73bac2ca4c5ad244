package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.nn.quantized.QuantizedModule;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;

/**
 * Compares module trees: the same paths, types, sharing, settings, parameters, buffers, integer
 * weights and nested graphs. Float tensors compare within 1e-5 of their largest value, integers of
 * weights exactly.
 */
final class ModuleComparison {
  /**
   * Settings that are recorded but that nothing reads: the quantized norms normalize with the
   * statistics of their input.
   */
  private static final Map<String, Set<String>> UNUSED =
      Map.of(
          "torch.ao.nn.quantized.InstanceNorm1d",
              Set.of("momentum", "affine", "track_running_stats"),
          "torch.ao.nn.quantized.InstanceNorm2d",
              Set.of("momentum", "affine", "track_running_stats"),
          "torch.ao.nn.quantized.InstanceNorm3d",
              Set.of("momentum", "affine", "track_running_stats"));

  /** Parameters that PyTorch draws at random and never uses. */
  private static final Map<String, Set<String>> RANDOM =
      Map.of("torch.ao.nn.quantizable.MultiheadAttention", Set.of("in_proj_weight"));

  private static final Tolerance TENSORS = Tolerance.FLOAT;

  private final GoldenValues values;
  private final WeightTies ties;
  private final BinaryOperator<Tensor> buffers;

  ModuleComparison(GoldenValues values) {
    this(values, WeightTies.NONE, (recorded, actual) -> recorded);
  }

  /**
   * Integer weights may go either way at a rounding tie.
   *
   * @param buffers from a recorded buffer and an actual one to what is to be expected
   */
  ModuleComparison(GoldenValues values, WeightTies ties, BinaryOperator<Tensor> buffers) {
    this.values = values;
    this.ties = ties;
    this.buffers = buffers;
  }

  /**
   * Compares a tree with the entries of a stage.
   *
   * @throws Difference at the first difference
   */
  void compare(String stage, JsonNode expected, Module actual) {
    Set<String> extra = new LinkedHashSet<>();
    actual.forEachModule((path, module) -> extra.add(path));
    expected
        .fields()
        .forEachRemaining(
            e -> {
              String where = stage + " module '" + e.getKey() + "'";
              Module module = actual.findModule(e.getKey());
              if (module == null) {
                throw new Difference(
                    where,
                    e.getValue().path("type").asText("the same as " + e.getValue().path("same_as")),
                    "none");
              }
              extra.remove(e.getKey());
              compareEntry(where, e.getKey(), e.getValue(), module, actual);
            });
    if (!extra.isEmpty()) {
      throw new Difference(stage + " modules", "no more", extra);
    }
  }

  private void compareEntry(
      String where, String path, JsonNode expected, Module actual, Module root) {
    if (expected.has("same_as")) {
      if (root.findModule(expected.get("same_as").asText()) != actual) {
        throw new Difference(
            where, "the same object as " + expected.get("same_as").asText(), "another object");
      }
      return;
    }
    String type = expected.get("type").asText();
    if (!type.equals(actual.type().name())) {
      throw new Difference(where + " type", type, actual.type().name());
    }
    compareHyper(where, expected.path("hyper"), actual);
    Set<String> random = RANDOM.getOrDefault(type, Set.of());
    compareTensors(
        where + " parameter ", expected.path("params"), actual.parameters(), random, (r, a) -> r);
    compareTensors(
        where + " buffer ", expected.path("buffers"), actual.buffers(), Set.of(), buffers);
    if (expected.has("quantized")) {
      compareQuantized(where, path, expected.get("quantized"), actual);
    }
    if (expected.has("graph")) {
      if (!(actual instanceof GraphModule nested)) {
        throw new Difference(where, "a graph module", actual.type());
      }
      new GraphComparison(values).compareNodes(where, expected.get("graph"), nested);
    }
  }

  /**
   * Settings that both sides know; a setting that Octant's module lacks must be one that its type
   * does not use.
   */
  private void compareHyper(String where, JsonNode expected, Module actual) {
    Map<String, Object> settings = actual.hyperparameters();
    expected
        .fields()
        .forEachRemaining(
            e -> {
              Object value = settings.get(e.getKey());
              if (UNUSED.getOrDefault(actual.type().name(), Set.of()).contains(e.getKey())) {
                return;
              }
              if (value == null) {
                throw new Difference(
                    where + " setting " + e.getKey(),
                    values.decode(e.getValue()),
                    "none of that name");
              }
              Object want = values.decode(e.getValue());
              if (!GraphComparison.sameValue(want, value) && !sameNumber(want, value)) {
                throw new Difference(where + " setting " + e.getKey(), want, value);
              }
            });
  }

  private static boolean sameNumber(Object expected, Object actual) {
    return expected instanceof Number e
        && actual instanceof Number a
        && Math.abs(e.doubleValue() - a.doubleValue()) <= 1e-5 * Math.abs(e.doubleValue());
  }

  private void compareTensors(
      String where,
      JsonNode expected,
      Map<String, Tensor> actual,
      Set<String> random,
      BinaryOperator<Tensor> settled) {
    Set<String> names = new LinkedHashSet<>(actual.keySet());
    expected
        .fields()
        .forEachRemaining(
            e -> {
              Tensor tensor = actual.get(e.getKey());
              if (tensor == null) {
                throw new Difference(where + e.getKey(), "a tensor", "none");
              }
              names.remove(e.getKey());
              if (!random.contains(e.getKey())) {
                Tensor recorded = values.tensor(e.getValue().asText());
                TENSORS.compare(where + e.getKey(), settled.apply(recorded, tensor), tensor);
              }
            });
    if (!expected.isMissingNode() && !names.isEmpty()) {
      throw new Difference(where + "names", "no more", names);
    }
  }

  private void compareQuantized(String where, String path, JsonNode expected, Module actual) {
    Map<String, Object> state = actual instanceof QuantizedModule q ? q.quantizedState() : Map.of();
    expected
        .fields()
        .forEachRemaining(
            e -> {
              Object want = decodeState(e.getValue());
              Object have = state.getOrDefault(e.getKey(), None.NONE);
              TENSORS.compare(
                  where + " quantized " + e.getKey(), ties.settle(path, want, have), have);
            });
  }

  /** A value, or a dictionary by parameter name as recurrent modules have it. */
  private Object decodeState(JsonNode json) {
    if (json.isObject() && !json.has("qtensor") && !json.has("tensor")) {
      Map<Object, Object> out = new LinkedHashMap<>();
      json.fields().forEachRemaining(f -> out.put(f.getKey(), values.decode(f.getValue())));
      return out;
    }
    return values.decode(json);
  }
}
