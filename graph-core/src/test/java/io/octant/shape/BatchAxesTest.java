package io.octant.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.nn.activation.Softmax;
import io.octant.nn.convolution.Conv1d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.recurrent.GRU;
import io.octant.nn.recurrent.RecurrentSettings;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Input {@code x} is float32 [N, 3, 4], {@code ids} int64 [N, 3]; {@code c} a constant [4, 5]. */
class BatchAxesTest {
  private static final Slice ALL = new Slice(None.NONE, None.NONE, None.NONE);

  private static GraphModule model(Function<Graph, Node> build) {
    Graph g = new Graph();
    g.placeholder("x");
    g.placeholder("ids");
    g.output(build.apply(g));
    GraphModule model = new GraphModule(g, ReferenceOperators.standard());
    model.setBuffer("c", Zeros.of(DType.FLOAT32, Shape.of(4, 5)));
    model.setBuffer("token", Zeros.of(DType.FLOAT32, Shape.of(1, 1, 4)));
    model.setChild("fc", new Linear(4, 6));
    model.setChild("norm", new LayerNorm(4));
    model.setChild("conv", new Conv1d(ConvSettings.of(3, 2, 1)));
    model.setChild("softmax0", new Softmax(0));
    model.setChild("gru", new GRU(RecurrentSettings.of(4, 5)));
    return model;
  }

  private static BatchAxis axisOf(int batch, Function<Graph, Node> build) {
    GraphModule model = model(build);
    Node out = (Node) model.graph().outputNode().arg(0);
    return BatchAxes.of(
            model,
            List.of(
                new TensorSpec("x", DType.FLOAT32, Shape.of(batch, 3, 4)),
                new TensorSpec("ids", DType.INT64, Shape.of(batch, 3))))
        .axis(out);
  }

  private static Node x(Graph g) {
    return g.placeholders().get(0);
  }

  private static Node ids(Graph g) {
    return g.placeholders().get(1);
  }

  private static Node f(Graph g, String name, Object... args) {
    return g.callFunction(FunctionType.of(name), args);
  }

  /** A parameter, expanded to the batch. */
  private static Node tokens(Graph g) {
    return g.callMethod("expand", g.getAttr("token"), g.callMethod("size", x(g), 0L), -1L, -1L);
  }

  private static Node timeMajorZeros(Graph g) {
    return f(g, "torch.transpose", f(g, "torch.zeros_like", x(g)), 0L, 1L);
  }

  private static Node timeMajor(Graph g) {
    return f(g, "torch.transpose", x(g), 0L, 1L);
  }

  @Test
  void theBatchIsFoundWhereverItMoves() {
    Map<Function<Graph, Node>, BatchAxis> cases = new LinkedHashMap<>();
    cases.put(BatchAxesTest::x, BatchAxis.of(0));
    cases.put(g -> g.callMethod("permute", x(g), 1L, 2L, 0L), BatchAxis.of(2));
    cases.put(g -> g.callMethod("reshape", x(g), -1L, 2L), new BatchAxis(0, 1, 6));
    cases.put(
        g -> g.callMethod("reshape", g.callMethod("reshape", x(g), -1L, 4L), -1L, 3L, 4L),
        BatchAxis.of(0));
    cases.put(g -> f(g, "torch.matmul", x(g), g.getAttr("c")), BatchAxis.of(0));
    cases.put(g -> g.getAttr("c"), BatchAxis.NONE);
    // Time-major, and merged with time outside of the batch.
    cases.put(BatchAxesTest::timeMajor, BatchAxis.of(1));
    cases.put(g -> g.callMethod("reshape", timeMajor(g), -1L, 4L), new BatchAxis(0, 3, 1));
    cases.put(
        g -> g.callModule("fc", g.callMethod("reshape", timeMajor(g), -1L, 4L)),
        new BatchAxis(0, 3, 1));
    cases.put(
        g -> g.callMethod("reshape", g.callMethod("reshape", timeMajor(g), -1L, 4L), 3L, -1L, 4L),
        BatchAxis.of(1));
    // Heads of attention: the batch times the heads, then apart again.
    cases.put(g -> g.callMethod("reshape", timeMajor(g), 3L, -1L, 2L), new BatchAxis(1, 1, 2));
    cases.put(
        g -> {
          Node heads = g.callMethod("reshape", timeMajor(g), 3L, -1L, 2L);
          Node q = f(g, "torch.transpose", heads, 0L, 1L);
          Node scores = f(g, "torch.matmul", q, f(g, "torch.transpose", q, 1L, 2L));
          return f(g, "torch.matmul", scores, q);
        },
        new BatchAxis(0, 1, 2));
    cases.put(g -> f(g, "torch.cat", List.of(x(g), x(g)), 0L), new BatchAxis(0, 2, 1));
    cases.put(
        g ->
            f(
                g,
                "torch.cat",
                List.of(
                    g.callMethod(
                        "expand", g.getAttr("token"), g.callMethod("size", x(g), 0L), -1L, -1L),
                    x(g)),
                1L),
        BatchAxis.of(0));
    cases.put(g -> f(g, "operator.getitem", x(g), Tuple.of(ALL, 0L)), BatchAxis.of(0));
    cases.put(
        g -> f(g, "operator.getitem", f(g, "torch.split", timeMajor(g), 1L, 0L), 1L),
        BatchAxis.of(1));
    cases.put(g -> f(g, "torch.stack", List.of(x(g), x(g)), 0L), BatchAxis.of(1));
    cases.put(g -> f(g, "torch.mean", timeMajor(g), List.of(0L)), BatchAxis.of(0));
    cases.put(g -> f(g, "torch.mean", timeMajor(g), List.of(0L), true), BatchAxis.of(1));
    cases.put(g -> g.callModule("norm", timeMajor(g)), BatchAxis.of(1));
    cases.put(g -> g.callModule("conv", x(g)), BatchAxis.of(0));
    cases.put(g -> f(g, "torch.nn.functional.embedding", ids(g), g.getAttr("c")), BatchAxis.of(0));
    cases.put(
        g -> f(g, "torch.gather", x(g), 2L, g.callMethod("unsqueeze", ids(g), 2L)),
        BatchAxis.of(0));
    cases.put(
        g -> f(g, "operator.getitem", g.callModule("gru", timeMajor(g)), 0L), BatchAxis.of(1));
    cases.put(g -> f(g, "torch.einsum", "nij,jk->ink", x(g), g.getAttr("c")), BatchAxis.of(1));
    // The same for all samples, with rows for each.
    cases.put(g -> f(g, "torch.zeros_like", x(g)), BatchAxis.of(0));
    cases.put(BatchAxesTest::tokens, BatchAxis.of(0));
    cases.put(g -> f(g, "torch.transpose", tokens(g), 0L, 1L), BatchAxis.of(1));
    cases.put(g -> g.callMethod("reshape", tokens(g), -1L, 2L), new BatchAxis(0, 1, 2));
    cases.put(
        g -> f(g, "torch.neg", g.callMethod("reshape", timeMajorZeros(g), -1L, 4L)),
        new BatchAxis(0, 3, 1));
    for (int batch : new int[] {2, 3, 8}) {
      int at = 0;
      for (Map.Entry<Function<Graph, Node>, BatchAxis> e : cases.entrySet()) {
        assertThat(axisOf(batch, e.getKey()))
            .as("case %d, batch %d", at++, batch)
            .isEqualTo(e.getValue());
      }
    }
    assertThat(new BatchAxis(0, 3, 2).size(4)).isEqualTo(24);
  }

  @Test
  void whatMixesSamplesIsAnErrorThatNamesTheNodeUnlessThereIsOne() {
    Map<String, Function<Graph, Node>> cases = new LinkedHashMap<>();
    cases.put("mean", g -> f(g, "operator.sub", x(g), f(g, "torch.mean", x(g), List.of(0L), true)));
    cases.put("sum", g -> f(g, "torch.sum", x(g)));
    cases.put("softmax", g -> f(g, "torch.nn.functional.softmax", timeMajor(g), 1L));
    cases.put("softmax0", g -> g.callModule("softmax0", x(g)));
    cases.put("flip", g -> f(g, "torch.flip", x(g), List.of(0L)));
    cases.put("cumsum", g -> f(g, "torch.cumsum", x(g), 0L));
    cases.put("gru", g -> f(g, "operator.getitem", g.callModule("gru", x(g)), 0L));
    cases.put(
        "matmul",
        g -> {
          Node rows = g.callMethod("reshape", x(g), -1L, 12L);
          return f(g, "torch.matmul", rows, f(g, "torch.transpose", rows, 0L, 1L));
        });
    cases.put(
        "add",
        g ->
            f(
                g,
                "operator.add",
                g.callMethod("unsqueeze", x(g), 0L),
                g.callMethod("unsqueeze", x(g), 1L)));
    cases.put(
        "reshape",
        g -> g.callMethod("reshape", g.callMethod("permute", x(g), 1L, 2L, 0L), -1L, 3L, 4L));
    cases.put("einsum", g -> f(g, "torch.einsum", "nij,mij->nm", x(g), x(g)));
    cases.put("nonzero", g -> f(g, "torch.neg", f(g, "torch.nonzero", x(g))));
    cases.forEach(
        (name, build) -> {
          assertThatThrownBy(() -> axisOf(8, build))
              .as(name)
              .isInstanceOf(GraphException.class)
              .hasMessageContaining("Cannot tell the samples of node")
              .hasMessageMatching("(?s).*: node " + name + "(_1)?: it .*")
              .hasMessageEndingWith("or a batch of 1");
          assertThat(axisOf(1, build)).isEqualTo(BatchAxis.NONE);
        });
  }
}
