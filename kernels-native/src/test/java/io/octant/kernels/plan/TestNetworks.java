package io.octant.kernels.plan;

import io.octant.graph.Ellipsis;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.nn.activation.GELU;
import io.octant.nn.activation.Hardswish;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.ReLU6;
import io.octant.nn.activation.Softmax;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.dropout.Dropout;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.pooling.AdaptiveAvgPool2d;
import io.octant.nn.pooling.AvgPool2d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.PoolSettings;
import java.util.List;

/** Small networks in the shape of real ones. */
final class TestNetworks {
  private static final String RELU = "torch.nn.functional.relu";

  private TestNetworks() {}

  /** Convolutions, residual sum with a projection, pools, classifier. */
  static TestGraph residual(int batch) {
    TestGraph g = new TestGraph();
    Node x = g.input(batch, 3, 15, 15);
    Node stem = g.module("stem", new Conv2d(ConvSettings.of(3, 16, 3).withPadding(1)), x);
    Node relu = g.module("relu", new ReLU(), stem);
    Node pool =
        g.module(
            "pool",
            new MaxPool2d(PoolSettings.of(3).withStride(2).withPadding(1).withPartialWindows()),
            relu);
    Node conv1 =
        g.module(
            "conv1", new Conv2d(ConvSettings.of(16, 24, 3).withStride(2).withPadding(1)), pool);
    Node relu1 = g.function(RELU, conv1);
    Node conv2 = g.module("conv2", new Conv2d(ConvSettings.of(24, 24, 3).withPadding(1)), relu1);
    Node down = g.module("down", new Conv2d(ConvSettings.of(16, 24, 1).withStride(2)), pool);
    Node sum = g.function("operator.add", conv2, down);
    Node relu2 = g.function(RELU, sum);
    Node average = g.module("average", new AdaptiveAvgPool2d(1), relu2);
    Node flat = g.function("torch.flatten", average, 1);
    Node drop = g.module("drop", new Dropout(), flat);
    return g.output(g.module("fc", new Linear(24, 10), drop));
  }

  /** Expand, depthwise, project with ReLU6 and hard-swish, as MobileNets have. */
  static TestGraph inverted(int batch) {
    TestGraph g = new TestGraph();
    Node x = g.input(batch, 8, 10, 10);
    Node expand = g.module("expand", new Conv2d(ConvSettings.of(8, 48, 1)), x);
    Node act = g.module("act", new ReLU6(), expand);
    Node depthwise =
        g.module(
            "depthwise", new Conv2d(ConvSettings.of(48, 48, 3).withPadding(1).withGroups(48)), act);
    Node swish = g.module("swish", new Hardswish(), depthwise);
    Node project = g.module("project", new Conv2d(ConvSettings.of(48, 8, 1)), swish);
    Node sum = g.function("operator.add", x, project);
    Node pool =
        g.module("pool", new AvgPool2d(PoolSettings.of(3).withStride(2).withPadding(1)), sum);
    Node mean = g.method("mean", pool, List.of(2L, 3L));
    return g.output(g.module("fc", new Linear(8, 5), mean));
  }

  /** Patches, class token, attention, perceptron. */
  static TestGraph attention(int batch) {
    TestGraph g = new TestGraph();
    Node x = g.input(batch, 1, 12, 12);
    Node patch = g.module("patch", new Conv2d(ConvSettings.of(1, 32, 4).withStride(4)), x);
    Node tokens = g.method("transpose", g.method("flatten", patch, 2), 1, 2);
    Node cls = g.parameter("cls", 1, 1, 32);
    Node size = g.method("size", tokens, 0);
    Node all = g.function("torch.cat", List.of(g.method("expand", cls, size, -1, -1), tokens), 1);
    Node placed = g.function("operator.add", all, g.parameter("pos", 1, 10, 32));
    Node norm = g.module("norm", new LayerNorm(32), placed);
    Node qkv =
        g.method(
            "permute",
            g.method("reshape", g.module("qkv", new Linear(32, 96), norm), size, 10, 3, 4, 8),
            2,
            0,
            3,
            1,
            4);
    Node q = g.function("operator.getitem", qkv, 0);
    Node k = g.function("operator.getitem", qkv, 1);
    Node v = g.function("operator.getitem", qkv, 2);
    Node scores = g.function("torch.matmul", q, g.method("transpose", k, -2, -1));
    Node scaled = g.function("operator.mul", scores, 0.35);
    Node weights = g.module("softmax", new Softmax(-1), scaled);
    Node mixed = g.method("transpose", g.function("torch.matmul", weights, v), 1, 2);
    Node joined = g.method("reshape", mixed, size, 10, 32);
    Node attended =
        g.function("operator.add", placed, g.module("proj", new Linear(32, 32), joined));
    Node hidden = g.module("gelu", new GELU(), g.module("fc1", new Linear(32, 64), attended));
    Node out = g.function("operator.add", attended, g.module("fc2", new Linear(64, 32), hidden));
    Slice every = new Slice(None.NONE, None.NONE, None.NONE);
    Node first = g.function("operator.getitem", out, new Tuple(List.of(every, 0L)));
    return g.output(g.module("head", new Linear(32, 10), first));
  }

  /** Batch norms behind a convolution, behind a view, with a relu, and on rows. */
  static TestGraph normalized(int batch) {
    TestGraph g = new TestGraph();
    Node x = g.input(batch, 4, 7, 6);
    Node first = g.module("bn0", new BatchNorm2d(4), x);
    Node conv = g.module("conv", new Conv2d(4, 8, 3), first);
    Node relu = g.function(RELU, g.module("bn1", new BatchNorm2d(8), conv));
    Node flat = g.method("flatten", g.function(RELU, relu), 1);
    Node fc = g.module("fc", new Linear(8 * 5 * 4, 6), flat);
    Node channels = g.module("softmax", new Softmax(null), first);
    return g.output(Tuple.of(g.module("bn2", new BatchNorm1d(6), fc), channels));
  }

  /** Views, slices, broadcasts and operators without a kernel. */
  static TestGraph odd(int batch) {
    TestGraph g = new TestGraph();
    Node x = g.input(batch, 6, 5, 7);
    Slice odd = new Slice(1L, None.NONE, 2L);
    Node sliced = g.function("operator.getitem", x, new Tuple(List.of(Ellipsis.ELLIPSIS, odd)));
    Node chunks = g.function("torch.chunk", sliced, 2, 1);
    Node a = g.function("operator.getitem", chunks, 0);
    Node b = g.function("operator.getitem", chunks, 1);
    Node product = g.function("operator.mul", a, b);
    Node channel = g.function("operator.add", product, g.parameter("shift", 3, 1, 1));
    Node powered = g.function("torch.pow", channel, 2);
    Node swapped = g.function("operator.truediv", 1.0, g.function("operator.add", powered, 1.5));
    Node twice = g.function("operator.add", swapped, swapped);
    Node joined = g.function("torch.cat", List.of(twice, a), 3);
    return g.output(Tuple.of(joined, g.method("sum", joined, List.of(-1L), true), x));
  }
}
