package io.octant.autograd;

import static io.octant.autograd.Derivatives.check;
import static io.octant.autograd.Derivatives.graph;
import static io.octant.autograd.Derivatives.values;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Derivative rules against central differences in double. */
abstract class DerivativeCases {
  static final String F = "torch.nn.functional.";

  /** One case: a call with the inputs {@code x0}, {@code x1}, … in the place of {@link #X}. */
  private record Case(String name, GraphModule model, Tensor... inputs) {}

  private final List<Case> cases = new ArrayList<>();

  /** Stands for the next input. */
  static final Object X = new Tuple(List.of("input"));

  final void add(String function, List<?> args, Map<String, ?> kwargs, Tensor... inputs) {
    int[] next = {0};
    GraphModule model =
        graph(
            inputs.length,
            (g, x) -> {
              List<Object> placed = args.stream().<Object>map(a -> place(a, x, next)).toList();
              return function.startsWith(".")
                  ? g.callMethod(function.substring(1), placed, kwargs)
                  : g.callFunction(FunctionType.of(function), placed, kwargs);
            });
    add(function + args + kwargs, model, inputs);
  }

  private static Object place(Object a, List<io.octant.graph.Node> x, int[] next) {
    if (a == X) {
      return x.get(next[0]++);
    }
    return a instanceof List<?> list
        ? list.stream().<Object>map(item -> place(item, x, next)).toList()
        : a;
  }

  final void add(String function, List<?> args, Tensor... inputs) {
    add(function, args, Map.of(), inputs);
  }

  final void unary(Tensor input, String... functions) {
    for (String f : functions) {
      add(f, List.of(X), input);
    }
  }

  static Tensor longs(int[] dims, long... values) {
    return Tensor.of(DType.INT64, Shape.of(dims), values);
  }

  static int[] dims(int... d) {
    return d;
  }

  static List<Long> ints(long... v) {
    return Arrays.stream(v).boxed().toList();
  }

  /** The item of a tuple that has a gradient. */
  final void firstItem(String function, Tensor x, Object... args) {
    GraphModule model =
        graph(
            1,
            (g, in) -> {
              List<Object> all = new ArrayList<>(List.of(in.get(0)));
              all.addAll(List.of(args));
              var both = g.callFunction(FunctionType.of(function), all, Map.of());
              return g.callFunction(FunctionType.of("operator.getitem"), both, 0L);
            });
    add(function + List.of(args), model, x);
  }

  final void add(String name, GraphModule model, Tensor... inputs) {
    cases.add(new Case(name, model, inputs));
  }

  /** Adds the cases. */
  abstract void define();

  @TestFactory
  Stream<DynamicTest> agreesWithCentralDifferences() {
    define();
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.name, () -> check(c.model, c.inputs)));
  }
}
