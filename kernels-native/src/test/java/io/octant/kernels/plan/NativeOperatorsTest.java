package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.kernels.NativeEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Single operators on the native engine: none of these may run on a reference kernel; 8-bit results
 * and integers equal the reference operator's bit for bit, floats to rounding.
 */
class NativeOperatorsTest {
  private final NativeEngine engine = new NativeEngine();

  /** Builds a graph whose outputs are compared. */
  private interface Case extends Function<TestGraph, Object> {}

  private static Named<Case> named(String name, Case c) {
    return Named.of(name, c);
  }

  static Stream<Named<Case>> cases() {
    return Stream.of(quantizedArithmetic(), floatArithmetic()).flatMap(List::stream);
  }

  // ---- arithmetic

  private static List<Named<Case>> quantizedArithmetic() {
    List<Named<Case>> out = new ArrayList<>();
    for (String f : List.of("add", "mul", "add_relu", "mul_relu")) {
      String name = "torch.ops.quantized." + f;
      for (DType dtype : List.of(DType.QUINT8, DType.QINT8)) {
        out.add(
            named(
                f + " stretches its first operand, " + dtype,
                g ->
                    g.function(
                        name,
                        quantized(g, g.input(2, 5, 1, 1), dtype),
                        quantized(g, g.input(2, 5, 3, 4), dtype),
                        0.05,
                        dtype == DType.QINT8 ? 3L : 40L)));
        out.add(
            named(
                f + " stretches both, " + dtype,
                g ->
                    g.function(
                        name,
                        quantized(g, g.input(3, 1, 4), dtype),
                        quantized(g, g.input(5, 1), dtype),
                        0.05,
                        7L)));
        out.add(
            named(
                f + " of a transposed tensor, " + dtype,
                g ->
                    g.function(
                        name,
                        g.method("transpose", quantized(g, g.input(2, 4, 5), dtype), 1, 2),
                        quantized(g, g.input(2, 5, 4), dtype),
                        0.05,
                        7L)));
        out.add(
            named(
                f + " of a constant, " + dtype,
                g ->
                    g.function(
                        name,
                        quantized(g, g.parameter("bias", 6), dtype),
                        quantized(g, g.input(2, 3, 6), dtype),
                        0.03,
                        5L)));
      }
      for (double number : new double[] {1.7, -0.6, 0}) {
        out.add(
            named(
                f + " of the number " + number,
                g -> g.function(name, number, quantized(g, g.input(4, 9), DType.QUINT8))));
      }
    }
    return out;
  }

  private static List<Named<Case>> floatArithmetic() {
    List<Named<Case>> out = new ArrayList<>();
    for (String f :
        List.of("torch.sub", "torch.div", "torch.maximum", "torch.minimum", "torch.add")) {
      out.add(named(f + " of equals", g -> g.function(f, g.input(3, 4), g.input(3, 4))));
      out.add(
          named(f + " of a stretched first", g -> g.function(f, g.input(4, 1), g.input(2, 4, 5))));
      out.add(named(f + " of two stretched", g -> g.function(f, g.input(4, 1), g.input(3))));
      out.add(
          named(
              f + " of a constant",
              g -> g.function(f, g.parameter("constant", 3, 1, 1), g.input(2, 3, 2, 2))));
    }
    for (String f : List.of("eq", "ne", "lt", "le", "gt", "ge")) {
      out.add(named(f, g -> g.function("torch." + f, g.input(4, 1), g.input(3))));
      out.add(named(f + " of a number", g -> g.function("torch." + f, g.input(4, 3), 0.25)));
    }
    for (String f : List.of("and", "or", "xor")) {
      out.add(
          named(
              "logical_" + f,
              g -> {
                Node a = g.function("torch.gt", g.input(4, 3), 0.0);
                return g.function("torch.logical_" + f, a, g.function("torch.lt", g.input(3), 0.5));
              }));
    }
    out.add(named("1 − x", g -> g.function("torch.sub", 1.0, g.input(2, 5))));
    out.add(named("pow 2", g -> g.function("torch.pow", g.input(2, 5), 2L)));
    out.add(
        named(
            "pow of a tensor",
            g -> g.function("torch.pow", g.function("torch.abs", g.input(2, 5)), g.input(5))));
    return out;
  }

  // ---- running

  /** An 8-bit tensor made at run time, or, of a parameter, when compiling. */
  private static Node quantized(TestGraph g, Node x, DType dtype) {
    return g.function(
        "torch.quantize_per_tensor", x, 0.021, dtype == DType.QINT8 ? -9L : 77L, dtype);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void runsNativelyAsTheReferenceDoes(Case built) {
    TestGraph graph = new TestGraph();
    graph.output(built.apply(graph));
    List<Tensor> inputs = graph.sample();
    List<Tensor> expected = tensors(graph.model().run(inputs.toArray()));
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan())
          .filteredOn(s -> s.kernel() == PlanStep.Kernel.REFERENCE)
          .extracting(PlanStep::operator, PlanStep::reason)
          .isEmpty();
      int batch = inputs.get(0).shape().dim(0);
      List<Tensor> actual = context.run(inputs, batch);
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertSame(actual.get(i), expected.get(i));
      }
    }
    assertThat(engine.liveObjects()).isZero();
  }

  private static List<Tensor> tensors(Object value) {
    List<Tensor> out = new ArrayList<>();
    if (value instanceof Tuple t) {
      t.items().forEach(v -> out.addAll(tensors(v)));
    } else if (value instanceof List<?> list) {
      list.forEach(v -> out.addAll(tensors(v)));
    } else {
      out.add((Tensor) value);
    }
    return out;
  }

  private static void assertSame(Tensor actual, Tensor expected) {
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    if (expected.dtype() == DType.FLOAT32) {
      NativeAgainstReferenceTest.assertClose(actual, expected);
      return;
    }
    assertThat(actual.shape()).isEqualTo(expected.shape());
    if (expected.isQuantized()) {
      QParams q = expected.qparams();
      assertThat(actual.qparams()).isEqualTo(q);
      assertThat(actual.ints()).isEqualTo(expected.ints());
      assertThat(Quantizer.dequantize(actual).floats())
          .isEqualTo(Quantizer.dequantize(expected).floats());
    } else if (expected.dtype() == DType.INT64) {
      assertThat(actual.longs()).isEqualTo(expected.longs());
    } else {
      assertThat(actual.ints()).isEqualTo(expected.ints());
    }
  }
}
