package io.octant.kernels.plan;

import io.octant.graph.Ellipsis;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.nn.activation.CELU;
import io.octant.nn.activation.ELU;
import io.octant.nn.convolution.Conv1d;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.Conv3d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose1d;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.convolution.ConvTranspose3d;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.BatchNorm3d;
import io.octant.nn.normalization.GroupNorm;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.normalization.RMSNorm;
import io.octant.nn.recurrent.GRU;
import io.octant.nn.recurrent.LSTM;
import io.octant.nn.recurrent.RecurrentSettings;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws one operator after the other for a {@link RandomNetwork}. */
final class RandomOperators {
  private static final String F = "torch.nn.functional.";
  private static final Object NONE = None.NONE;

  /** One kind of operator; false where the value that was drawn does not take it. */
  private interface Kind {
    boolean draw(Node x, Shape shape);
  }

  private final SplittableRandom random;
  private final RandomNetwork network;
  private final List<Kind> kinds = new ArrayList<>();
  private int names;

  RandomOperators(
      SplittableRandom random, RandomNetwork network, boolean quantizable, boolean hostile) {
    this.random = random;
    this.network = network;
    add(6, this::convolution);
    add(2, this::linear);
    add(5, this::activation);
    add(3, this::pool);
    add(2, this::joined);
    add(2, this::cut);
    add(3, this::pair);
    add(1, this::scaled);
    add(2, this::moved);
    add(1, this::padded);
    add(1, this::meaned);
    if (!quantizable) {
      // Its zeros between the taps of a phase multiply what is not finite.
      add(hostile ? 0 : 1, this::transposedConvolution);
      add(2, this::product);
      add(1, this::attention);
      add(2, this::norm);
      add(1, this::batchNorm);
      add(1, this::softmax);
      add(1, this::reduced);
      add(1, this::resized);
      add(1, this::recurrent);
      add(1, this::quantized);
    }
  }

  private void add(int weight, Kind kind) {
    for (int i = 0; i < weight; i++) {
      kinds.add(kind);
    }
  }

  /** Tries an operator. */
  void next() {
    Node x = network.any();
    kinds.get(random.nextInt(kinds.size())).draw(x, network.shape(x));
  }

  // ---- making nodes

  private boolean function(String name, Object... args) {
    return network.keep(network.graph().function(name, args));
  }

  private boolean method(String name, Object... args) {
    return network.keep(network.graph().method(name, args));
  }

  private boolean module(Module module, Object... args) {
    return network.keep(network.graph().module("m" + names++, module, args));
  }

  private Node parameter(int... dims) {
    return network.graph().parameter("p" + names++, dims);
  }

  private boolean coin() {
    return random.nextBoolean();
  }

  /** From 1 to {@code most}. */
  private int upTo(int most) {
    return 1 + random.nextInt(Math.max(1, most));
  }

  private int[] each(int rank, int least, int most) {
    int[] out = new int[rank];
    for (int i = 0; i < rank; i++) {
      out[i] = least + random.nextInt(most - least + 1);
    }
    return out;
  }

  /** An axis that is not that of the samples. */
  private int axis(Shape shape) {
    return 1 + random.nextInt(shape.rank() - 1);
  }

  private static String spatial(Shape shape) {
    return shape.rank() - 2 + "d";
  }

  private static boolean isImage(Shape shape) {
    return shape.rank() >= 3 && shape.rank() <= 5;
  }

  private static List<Object> longs(int... values) {
    List<Object> out = new ArrayList<>();
    for (int v : values) {
      out.add((long) v);
    }
    return out;
  }

  // ---- layers

  private int kernel(int size) {
    return network.pick(1, 1, 3, 3, 3, 2, 5, Math.min(7, size));
  }

  private boolean convolution(Node x, Shape shape) {
    if (!isImage(shape)) {
      return false;
    }
    int rank = shape.rank() - 2;
    int in = shape.dim(1);
    int groups = network.pick(1, 1, 1, in, in, divisor(in));
    int out = groups == 1 ? network.channels() : groups * network.pick(1, 1, 2, 3);
    boolean square = random.nextInt(3) > 0;
    int size = kernel(shape.dim(2));
    int[] kernel = new int[rank];
    int[] padding = new int[rank];
    for (int i = 0; i < rank; i++) {
      kernel[i] = square ? size : kernel(shape.dim(i + 2));
      padding[i] = square ? size / 2 : random.nextInt(kernel[i]);
    }
    ConvSettings settings =
        ConvSettings.of(in, out, kernel)
            .withPadding(padding)
            .withStride(random.nextInt(3) == 0 ? each(rank, 1, 3) : new int[] {1})
            .withDilation(random.nextInt(6) == 0 ? each(rank, 1, 2) : new int[] {1})
            .withGroups(groups);
    Module module =
        rank == 1 ? new Conv1d(settings) : rank == 2 ? new Conv2d(settings) : new Conv3d(settings);
    return module(module, x);
  }

  private int divisor(int n) {
    int d = upTo(n);
    while (n % d != 0) {
      d--;
    }
    return d;
  }

  private boolean transposedConvolution(Node x, Shape shape) {
    if (!isImage(shape)) {
      return false;
    }
    int rank = shape.rank() - 2;
    int in = shape.dim(1);
    int groups = network.pick(1, 1, in, divisor(in));
    int[] kernel = each(rank, 1, 4);
    int[] padding = new int[rank];
    for (int i = 0; i < rank; i++) {
      padding[i] = random.nextInt(kernel[i]);
    }
    int stride = upTo(3);
    ConvSettings settings =
        ConvSettings.of(in, groups * upTo(4), kernel)
            .withPadding(padding)
            .withStride(stride)
            .withOutputPadding(random.nextInt(stride))
            .withDilation(network.pick(1, 1, 2))
            .withGroups(groups);
    Module module =
        rank == 1
            ? new ConvTranspose1d(settings)
            : rank == 2 ? new ConvTranspose2d(settings) : new ConvTranspose3d(settings);
    return module(module, x);
  }

  private boolean linear(Node x, Shape shape) {
    return module(new Linear(shape.dim(-1), network.channels()), x);
  }

  private boolean product(Node x, Shape shape) {
    int rank = shape.rank();
    int depth = shape.dim(-1);
    return switch (random.nextInt(4)) {
      case 0 -> function("torch.matmul", x, parameter(depth, network.channels()));
      case 1 ->
          rank >= 3
              && function(
                  "torch.matmul",
                  x,
                  network.graph().method("transpose", network.like(x), -2L, -1L));
      case 2 -> rank == 4 && function("torch.matmul", x, parameter(shape.dim(1), depth, upTo(20)));
      default -> rank >= 3 && function("torch.matmul", parameter(upTo(9), shape.dim(-2)), x);
    };
  }

  private boolean attention(Node x, Shape shape) {
    return shape.rank() >= 3
        && shape.rank() <= 4
        && function(
            F + "scaled_dot_product_attention",
            x,
            network.like(x),
            network.like(x),
            NONE,
            0.0,
            coin());
  }

  private boolean recurrent(Node x, Shape shape) {
    if (shape.rank() != 3) {
      return false;
    }
    RecurrentSettings settings =
        RecurrentSettings.of(shape.dim(2), upTo(9)).withBatchFirst().withLayers(upTo(2));
    settings = coin() ? settings.withBothDirections() : settings;
    Module module = coin() ? new LSTM(settings) : new GRU(settings);
    Node both = network.graph().module("m" + names++, module, x);
    return network.keep(both) && function("operator.getitem", both, 0L);
  }

  // ---- element by element

  private boolean activation(Node x, Shape shape) {
    int which = random.nextInt(28);
    return switch (which) {
      case 0, 1, 2 -> function(F + "relu", x);
      case 3, 4 -> function(F + "relu6", x);
      case 5 -> function(F + "sigmoid", x);
      case 6 -> function(F + "tanh", x);
      case 7 -> function(F + "hardsigmoid", x);
      case 8, 9 -> function(F + "hardswish", x);
      case 10 -> function(F + "silu", x);
      case 11 -> function(F + "mish", x);
      case 12 -> function(F + "selu", x);
      case 13 -> function(F + "softsign", x);
      case 14 -> function(F + "logsigmoid", x);
      case 15 -> function(F + "gelu", x);
      case 16 -> function(F + "hardtanh", x, -random.nextDouble(), random.nextDouble() * 2);
      case 17 -> function("torch.clamp", x, coin() ? -0.5 : NONE, 0.75);
      case 18 -> function(F + "leaky_relu", x, random.nextDouble() * 0.3);
      case 19 -> module(new ELU(0.5 + random.nextDouble()), x);
      case 20 -> module(new CELU(0.5 + random.nextDouble()), x);
      case 21 -> function(F + "softplus", x, 0.5 + random.nextDouble(), 3.0);
      case 22 -> function(F + "prelu", x, parameter(coin() ? 1 : shape.dim(1)));
      case 23 -> function(F + "softshrink", x, 0.3);
      case 24 -> function("torch.clamp_min", x, random.nextDouble() - 0.5);
      case 25 -> function("torch.abs", x);
      case 26 -> function("torch.neg", x);
      default -> function(network.pick(0, 1) == 0 ? "torch.square" : "torch.sin", x);
    };
  }

  private boolean pair(Node x, Shape shape) {
    String[] names = {"operator.add", "operator.add", "operator.mul", "torch.sub"};
    String name = names[random.nextInt(names.length)];
    return function(name, x, other(x, shape));
  }

  private Node other(Node x, Shape shape) {
    int rank = shape.rank();
    int[] dims = shape.toArray();
    dims[0] = 1;
    return switch (random.nextInt(7)) {
      case 0 -> parameter(1);
      case 1 -> parameter(shape.dim(-1));
      case 2 -> {
        for (int i = 2; i < rank; i++) {
          dims[i] = 1;
        }
        yield parameter(dims);
      }
      case 3 -> parameter(dims);
      default -> network.like(x);
    };
  }

  private boolean scaled(Node x, Shape shape) {
    double number = random.nextDouble() * 3 - 1.5;
    return switch (random.nextInt(5)) {
      case 0 -> function("operator.add", x, number);
      case 1 -> function("operator.mul", x, number);
      case 2 -> function("torch.rsub", x, number);
      case 3 -> function("operator.truediv", x, number + (number < 0 ? -0.5 : 0.5));
      default -> function(coin() ? "torch.maximum" : "torch.minimum", x, other(x, shape));
    };
  }

  private boolean quantized(Node x, Shape shape) {
    DType dtype = coin() ? DType.QUINT8 : DType.QINT8;
    long zero = dtype == DType.QUINT8 ? 128 : 3;
    Node q = network.graph().function("torch.quantize_per_tensor", x, 0.05, zero, dtype);
    return method("dequantize", q);
  }

  // ---- windows and moves

  private boolean pool(Node x, Shape shape) {
    if (!isImage(shape)) {
      return false;
    }
    int rank = shape.rank() - 2;
    if (random.nextInt(4) == 0) {
      int[] sizes = each(rank, 1, 4);
      String name = coin() ? "adaptive_avg_pool" : "adaptive_max_pool";
      return function(F + name + spatial(shape), x, longs(sizes));
    }
    int kernel = upTo(4);
    long stride = upTo(3);
    long padding = random.nextInt(kernel / 2 + 1);
    return coin()
        ? function(
            F + "max_pool" + spatial(shape),
            x,
            (long) kernel,
            stride,
            padding,
            (long) network.pick(1, 1, 1, 2),
            coin())
        : function(
            F + "avg_pool" + spatial(shape), x, (long) kernel, stride, padding, coin(), coin());
  }

  private boolean joined(Node x, Shape shape) {
    int axis = axis(shape);
    List<Node> parts = new ArrayList<>(List.of(x));
    for (int i = upTo(2); i > 0; i--) {
      parts.add(random.nextInt(parts.size() + 1), network.besides(x, axis));
    }
    return function("torch.cat", List.copyOf(parts), (long) axis);
  }

  private boolean cut(Node x, Shape shape) {
    int axis = axis(shape);
    int size = shape.dim(axis);
    switch (random.nextInt(4)) {
      case 0 -> {
        Node parts = network.graph().function("torch.chunk", x, 2L, (long) axis);
        return network.keep(parts)
            && function("operator.getitem", parts, 0L)
            && (size < 2 || function("operator.getitem", parts, 1L));
      }
      case 1 -> {
        List<Object> index = new ArrayList<>();
        for (int i = 0; i < axis; i++) {
          index.add(new Slice(NONE, NONE, NONE));
        }
        index.add(coin() ? (Object) (long) random.nextInt(size) : new Slice(1L, NONE, 2L));
        return function("operator.getitem", x, new Tuple(index));
      }
      case 2 -> {
        Object last = new Slice((long) random.nextInt(size), NONE, NONE);
        return function("operator.getitem", x, Tuple.of(Ellipsis.ELLIPSIS, last));
      }
      default -> {
        long start = random.nextInt(size);
        return function("torch.narrow", x, (long) axis, start, (long) upTo(size - (int) start));
      }
    }
  }

  private boolean moved(Node x, Shape shape) {
    int rank = shape.rank();
    return switch (random.nextInt(8)) {
      case 0 -> function("torch.flatten", x, 1L);
      case 1 -> rank > 2 && function("torch.flatten", x, 2L);
      case 2 -> function("torch.transpose", x, (long) axis(shape), (long) axis(shape));
      case 3 -> {
        List<Integer> axes = new ArrayList<>();
        for (int i = 1; i < rank; i++) {
          axes.add(random.nextInt(axes.size() + 1), i);
        }
        axes.add(0, 0);
        yield function("torch.permute", x, longs(axes.stream().mapToInt(i -> i).toArray()));
      }
      case 4 -> rank < 5 && function("torch.unsqueeze", x, (long) upTo(rank));
      case 5 -> function("torch.flip", x, longs(axis(shape)));
      case 6 ->
          rank == 4 && shape.dim(1) % 4 == 0 && coin()
              ? function(F + "pixel_shuffle", x, 2L)
              : function("torch.roll", x, 1L, (long) axis(shape));
      default -> {
        int groups = divisor(shape.dim(1));
        yield rank == 4 && function(F + "channel_shuffle", x, (long) groups);
      }
    };
  }

  private boolean padded(Node x, Shape shape) {
    if (!isImage(shape)) {
      return false;
    }
    int rank = shape.rank() - 2;
    int[] amounts = each(2 * rank, 0, 2);
    return switch (random.nextInt(4)) {
      case 0 -> function(F + "pad", x, longs(amounts), "reflect");
      case 1 -> function(F + "pad", x, longs(amounts), "replicate");
      case 2 -> function(F + "pad", x, longs(amounts), "constant", 0.5);
      default -> function(F + "pad", x, longs(amounts));
    };
  }

  private boolean resized(Node x, Shape shape) {
    if (!isImage(shape)) {
      return false;
    }
    int rank = shape.rank() - 2;
    String[] linear = {"linear", "bilinear", "trilinear"};
    List<Object> size = longs(each(rank, 1, 9));
    return switch (random.nextInt(4)) {
      case 0 -> function(F + "interpolate", x, NONE, 2.0, "nearest");
      case 1 -> function(F + "interpolate", x, size, NONE, "nearest");
      case 2 -> rank == 2 && function(F + "interpolate", x, size, NONE, "bicubic", coin());
      default -> function(F + "interpolate", x, size, NONE, linear[rank - 1], coin());
    };
  }

  // ---- over axes

  private boolean norm(Node x, Shape shape) {
    int last = shape.dim(-1);
    return switch (random.nextInt(4)) {
      case 0 -> last > 1 && module(new LayerNorm(last), x);
      case 1 -> last > 1 && module(new RMSNorm(last), x);
      case 2 -> {
        int groups = divisor(shape.dim(1));
        boolean many = shape.numel() / shape.dim(0) / groups > 1;
        yield many && module(new GroupNorm(groups, shape.dim(1)), x);
      }
      default -> isImage(shape) && last > 1 && function(F + "instance_norm", x);
    };
  }

  private boolean batchNorm(Node x, Shape shape) {
    int channels = shape.dim(1);
    return switch (shape.rank()) {
      case 2, 3 -> module(new BatchNorm1d(channels), x);
      case 4 -> module(new BatchNorm2d(channels), x);
      case 5 -> module(new BatchNorm3d(channels), x);
      default -> false;
    };
  }

  private boolean softmax(Node x, Shape shape) {
    return function(F + (coin() ? "softmax" : "log_softmax"), x, (long) axis(shape));
  }

  private boolean meaned(Node x, Shape shape) {
    return isImage(shape)
        ? function("torch.mean", x, longs(spatialAxes(shape)), coin())
        : function("torch.mean", x, longs(axis(shape)), true);
  }

  private static int[] spatialAxes(Shape shape) {
    int[] out = new int[shape.rank() - 2];
    for (int i = 0; i < out.length; i++) {
      out[i] = i + 2;
    }
    return out;
  }

  private boolean reduced(Node x, Shape shape) {
    String[] names = {"sum", "amax", "amin", "mean", "logsumexp", "norm"};
    String name = names[random.nextInt(names.length)];
    List<Object> axes = longs(axis(shape));
    return name.equals("norm")
        ? function("torch.norm", x, 2L, axes, true)
        : function("torch." + name, x, axes, true);
  }
}
