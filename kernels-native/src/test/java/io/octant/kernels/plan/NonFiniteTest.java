package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.kernels.NativeEngine;
import io.octant.nn.Bias;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.pooling.AvgPool2d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.PoolSettings;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * NaN, infinities and zeros of both signs through every function that a plan gives to a native
 * kernel, alone and joined to a convolution: what the reference operators give.
 */
class NonFiniteTest {
  private static final float[] VALUES = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    1.5f,
    -1.5f,
    7f,
    -7f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    1e-30f,
    3e38f,
    -3e38f
  };

  private final NativeEngine engine = new NativeEngine();

  /** Calls by name. */
  private static Map<String, Object[]> functions() {
    Map<String, Object[]> out = new LinkedHashMap<>();
    String f = "torch.nn.functional.";
    for (String name :
        List.of(
            "relu",
            "relu6",
            "hardswish",
            "hardsigmoid",
            "silu",
            "mish",
            "gelu",
            "leaky_relu",
            "elu")) {
      out.put(f + name, new Object[0]);
    }
    for (String name : List.of("sigmoid", "tanh", "exp", "sqrt", "abs", "neg", "relu")) {
      out.put("torch." + name, new Object[0]);
    }
    out.put("torch.clamp", new Object[] {-1.0, 2.0});
    out.put(f + "hardtanh", new Object[] {-2.0, 3.0});
    out.put("torch.add", new Object[] {1.5});
    out.put("torch.mul", new Object[] {2.0});
    out.put("torch.div", new Object[] {4.0});
    out.put("torch.sub", new Object[] {0.5});
    return out;
  }

  private static Tensor input() {
    return Tensor.of(VALUES.clone(), 1, 1, 4, 4);
  }

  private static Node identity(TestGraph g, Node x) {
    Module conv = new Conv2d(ConvSettings.of(1, 1, 1).withBias(Bias.WITHOUT));
    Node y = g.module("identity", conv, x);
    conv.setParameter("weight", Tensor.of(new float[] {1}, 1, 1, 1, 1));
    return y;
  }

  private List<String> differences(String what, TestGraph g, Tensor input) {
    GraphModule model = g.model();
    float[] expected = model.runTensor(input).floats();
    List<String> out = new ArrayList<>();
    try (Session session = engine.compile(model, g.inputs());
        ExecutionContext context = session.newContext()) {
      float[] actual = context.run(List.of(input), 1).get(0).floats();
      for (int i = 0; i < expected.length; i++) {
        boolean close =
            Float.isNaN(expected[i])
                ? Float.isNaN(actual[i])
                : expected[i] == actual[i]
                    || Math.abs(expected[i] - actual[i]) <= 1e-4f * Math.abs(expected[i]) + 1e-44f;
        if (!close) {
          out.add(
              what
                  + (input.numel() == expected.length ? " of " + input.floats()[i] : " at " + i)
                  + ": "
                  + actual[i]
                  + ", expected "
                  + expected[i]);
        }
      }
    }
    return out;
  }

  @Test
  void functionsGiveWhatTheReferenceGives() {
    List<String> wrong = new ArrayList<>();
    functions()
        .forEach(
            (name, args) -> {
              for (int form = 0; form < 4; form++) {
                boolean joined = form % 2 > 0;
                boolean clamped = form > 1;
                TestGraph g = new TestGraph();
                Node x = g.input(1, 1, 4, 4);
                Object[] all = new Object[args.length + 1];
                all[0] = joined ? identity(g, x) : x;
                System.arraycopy(args, 0, all, 1, args.length);
                Node y = g.function(name, all);
                g.output(clamped ? g.function("torch.relu", y) : y);
                String what = name + (joined ? " joined" : "") + (clamped ? ", clamped" : "");
                wrong.addAll(differences(what, g, input()));
              }
            });
    assertThat(wrong).isEmpty();
  }

  /** exp(x) − 1 has no digits left of a small x. */
  @Test
  void eluOfSmallValuesKeepsItsDigits() {
    TestGraph g = new TestGraph();
    Node elu = g.function("torch.nn.functional.elu", g.input(1, 1, 1, 6), 1.5);
    g.output(g.function("torch.mul", elu, 1e30));
    float[] values = {-1e-30f, -1e-20f, -1e-6f, -0.5e-2f, -1.1e-2f, 1e-30f};
    assertThat(differences("elu", g, Tensor.of(values, 1, 1, 1, 6))).isEmpty();
  }

  @Test
  void poolsAndReductionsGiveWhatTheReferenceGives() {
    List<String> wrong = new ArrayList<>();
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    List<Tensor> inputs =
        List.of(
            input(),
            Tensor.of(new float[] {nan, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, nan}, 1, 1, 4, 4),
            Tensor.of(
                new float[] {-inf, -inf, -inf, -inf, -inf, -inf, 1, 2, inf, 1, 2, 3, -1, -2, -3, 4},
                1,
                1,
                4,
                4),
            Tensor.of(
                new float[] {1, nan, 2, 3, nan, -1, inf, 7, 8, 9, 1, 2, -inf, nan, nan, nan},
                1,
                1,
                4,
                4));
    for (Tensor input : inputs) {
      for (int kernel : new int[] {2, 3}) {
        TestGraph max = new TestGraph();
        max.output(max.module("p", new MaxPool2d(PoolSettings.of(kernel)), max.input(1, 1, 4, 4)));
        wrong.addAll(differences("max_pool " + kernel, max, input));
        TestGraph average = new TestGraph();
        average.output(
            average.module("p", new AvgPool2d(PoolSettings.of(kernel)), average.input(1, 1, 4, 4)));
        wrong.addAll(differences("avg_pool " + kernel, average, input));
      }
      for (String name : List.of("torch.mean", "torch.sum", "torch.amax", "torch.amin")) {
        TestGraph g = new TestGraph();
        g.output(g.function(name, g.input(1, 1, 4, 4), 3L));
        wrong.addAll(differences(name, g, input));
      }
      for (String name : List.of("torch.softmax", "torch.nn.functional.log_softmax")) {
        TestGraph g = new TestGraph();
        g.output(g.function(name, g.input(1, 1, 4, 4), 3L));
        wrong.addAll(differences(name, g, input));
      }
      for (String name : List.of("torch.maximum", "torch.minimum", "torch.add", "torch.mul")) {
        TestGraph g = new TestGraph();
        Node x = g.input(1, 1, 4, 4);
        g.output(g.function(name, x, g.function("torch.neg", x)));
        wrong.addAll(differences(name, g, input));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void quantizingMakesTheZeroPointOfNaNAndSaturatesInfinities() {
    for (DType dtype : List.of(DType.QUINT8, DType.QINT8)) {
      TestGraph g = new TestGraph();
      Node q = g.function("torch.quantize_per_tensor", g.input(1, 1, 4, 4), 0.1, 3L, dtype);
      g.output(g.method("dequantize", q));
      assertThat(differences("quantize", g, input())).isEmpty();
    }
  }
}
