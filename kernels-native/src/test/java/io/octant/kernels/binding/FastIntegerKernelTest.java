package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fastest int8 kernels, oneDNN's and our own, against the plainest of our own on random
 * geometries of those that plans give them, with the largest weights that the instruction set is
 * trusted with: any with VNNI, pairs of 128 without.
 */
class FastIntegerKernelTest {
  private static final int GEOMETRIES = 200;
  private static final String ISA = NativeLibrary.find().orElseThrow().isa();
  private static final List<String> VARIANTS =
      Stream.concat(
              NativeLibrary.find().orElseThrow().variants().stream().skip(1),
              Stream.of(Kernels.FASTEST))
          .toList();
  private static final boolean VNNI = ISA.matches(".*(vnni|bf16|fp16|amx).*");

  private final TestData data = new TestData(29);
  private final Map<String, Integer> implementations = new TreeMap<>();

  /** One layer; a linear one has no window. */
  private record Layer(
      MemoryLayout src, MemoryLayout weights, MemoryLayout dst, @Nullable Window window) {
    long depth() {
      return weights.elements() / dst.dim(1);
    }
  }

  private int pick(int... values) {
    return values[data.below(values.length)];
  }

  /** A 3×3 window over enough channels for tiles of it. */
  private Layer window(ElementType type) {
    long[] src = {1 + data.below(3), pick(32, 33, 64), 1 + data.below(20), 1 + data.below(20)};
    long padding = src[2] < 3 || src[3] < 3 ? 1 : data.below(3);
    long[] both = {padding, padding};
    Window window = new Window(new long[] {3, 3}, new long[] {1, 1}, new long[] {1, 1}, both, both);
    long out = pick(32, 33, 64);
    return new Layer(
        MemoryLayout.channelsLast(type, src),
        MemoryLayout.rowMajor(ElementType.S8, out, src[1], 3, 3),
        MemoryLayout.channelsLast(
            type, src[0], out, window.output(0, src[2]), window.output(1, src[3])),
        window);
  }

  private Layer layer(ElementType type) {
    if (data.below(6) == 0) {
      return window(type);
    }
    if (data.below(4) == 0) {
      long rows = pick(1, 2, 5, 16, 17, 64);
      long in = pick(1, 2, 3, 15, 16, 17, 64, 100, 257, 1024);
      long out = pick(1, 2, 7, 10, 16, 31, 33, 64, 65, 200);
      return new Layer(
          MemoryLayout.rowMajor(type, rows, in),
          MemoryLayout.rowMajor(ElementType.S8, out, in),
          MemoryLayout.rowMajor(type, rows, out),
          null);
    }
    int rank = pick(1, 2, 2, 2, 3);
    int groups = pick(1, 1, 1, 2, 3, 8, 16, 24, 33, 64);
    boolean depthwise = groups > 1 && data.below(2) == 0;
    int in = depthwise ? 1 : pick(2, 3, 4, 5, 8, 15, 16, 17, 32);
    int out = depthwise ? 1 : pick(1, 2, 3, 7, 8, 16, 17, 32, 33, 64, 65);
    long[] src = new long[rank + 2];
    long[] weights = new long[rank + 3];
    long[] dst = new long[rank + 2];
    src[0] = dst[0] = 1 + data.below(3);
    src[1] = (long) groups * in;
    dst[1] = (long) groups * out;
    weights[0] = groups;
    weights[1] = out;
    weights[2] = in;
    long[] kernel = new long[rank];
    long[] stride = new long[rank];
    long[] dilation = new long[rank];
    long[] padding = new long[rank];
    for (int i = 0; i < rank; i++) {
      kernel[i] = rank == 3 ? pick(1, 2, 3) : pick(1, 1, 2, 3, 3, 5, 7);
      stride[i] = pick(1, 1, 2, 3);
      dilation[i] = pick(1, 1, 1, 2);
      padding[i] = data.below((int) kernel[i]);
      src[i + 2] =
          dilation[i] * (kernel[i] - 1)
              + 1
              + data.below(rank == 1 || (i == rank - 1 && data.below(3) == 0) ? 40 : 8);
      weights[i + 3] = kernel[i];
    }
    Window window = new Window(kernel, stride, dilation, padding, padding);
    for (int i = 0; i < rank; i++) {
      dst[i + 2] = window.output(i, src[i + 2]);
    }
    return new Layer(
        MemoryLayout.channelsLast(type, src),
        MemoryLayout.rowMajor(
            ElementType.S8, groups == 1 ? Arrays.copyOfRange(weights, 1, weights.length) : weights),
        MemoryLayout.channelsLast(type, dst),
        window);
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"U8", "S8"})
  void sumsAreExact(ElementType type) {
    if (type == ElementType.S8 && !VNNI) {
      System.out.println("not checked: plans give oneDNN no s8 layers on " + ISA);
      return;
    }
    for (int i = 0; i < GEOMETRIES; i++) {
      check(layer(type), type, i % 4);
    }
    assertThat(implementations.keySet()).anyMatch(name -> name.startsWith("integer_winograd:"));
    System.out.println("int8 kernels of " + ISA + ", " + type + ": " + implementations);
  }

  /** Values where sums are as large as they get, or random ones. */
  private byte[] weights(long n, int kind) {
    byte[] out = new byte[Math.toIntExact(n)];
    int largest = VNNI ? 127 : 64;
    for (int i = 0; i < n; i++) {
      out[i] =
          (byte)
              switch (kind) {
                case 0 -> largest;
                case 1 -> i % 3 == 0 ? -largest : largest;
                case 2 -> -largest - (VNNI ? 1 : 0);
                default -> data.below(2 * largest) - largest;
              };
    }
    return out;
  }

  private void check(Layer layer, ElementType type, int kind) {
    byte[] src = data.bytes(layer.src.elements());
    if (kind < 3) {
      Arrays.fill(src, (byte) (type == ElementType.U8 ? 255 : 127));
    }
    byte[] weights = weights(layer.weights.elements(), kind);
    float[] bias = data.floats(layer.dst.dim(1));
    float depth = layer.depth();
    Affine own =
        Affine.of(
            type,
            kind < 3 ? 0.005f * depth : 0.05f * (float) Math.sqrt(depth),
            type == ElementType.U8 ? 120 : -3);
    RequantizationRule rule = RequantizationRule.values()[data.below(3)];
    int follows = data.below(4);
    String description =
        Arrays.toString(layer.src.dims())
            + " by "
            + Arrays.toString(layer.weights.dims())
            + " to "
            + Arrays.toString(layer.dst.dims());
    try (Attributes attributes =
            followed(follows)
                .scales(Attributes.Operand.SRC, 0.02f)
                .scales(Attributes.Operand.WEIGHTS, 0.01f)
                .scales(Attributes.Operand.DST, own.scale())
                .zeroPoint(Attributes.Operand.SRC, 11)
                .zeroPoint(Attributes.Operand.DST, own.zeroPoint());
        NativeKernel library =
            Kernels.libraryIntegerLayer(
                layer.src,
                layer.weights,
                weights,
                bias,
                layer.dst,
                layer.window,
                attributes,
                rule);
        NativeKernel plain = ours(layer, weights, bias, attributes, rule, "baseline")) {
      ByteBuffer wanted = Execution.run(plain, layer.dst.bytes(), Execution.bytes(src));
      compare(library, layer, src, wanted, description + ", kind " + kind);
      for (String variant : VARIANTS) {
        try (NativeKernel kernel = ours(layer, weights, bias, attributes, rule, variant)) {
          compare(kernel, layer, src, wanted, description + ", kind " + kind);
        }
      }
      if (data.below(2) == 0) {
        checkAddition(layer, src, weights, bias, attributes, rule, own, wanted, description);
      }
    }
  }

  /** Added to the rounded result, an 8-bit tensor gives what an addition by itself gives. */
  private void checkAddition(
      Layer layer,
      byte[] src,
      byte[] weights,
      float[] bias,
      Attributes attributes,
      RequantizationRule rule,
      Affine own,
      ByteBuffer rounded,
      String description) {
    ElementType type = layer.dst.type();
    boolean isSigned = type == ElementType.S8;
    float scale = own.scale();
    byte[] other = data.bytes(layer.dst.elements());
    Affine addend = Affine.of(type, 1.7f * scale, isSigned ? -20 : 99);
    Affine whole = Affine.of(type, pick(1, 2, 3) * scale, isSigned ? -31 : 40);
    Affine sum = data.below(2) == 0 ? whole.withRelu() : whole.clamped(-17, 113);
    MemoryLayout flat = MemoryLayout.rowMajor(type, layer.dst.elements());
    ByteBuffer wanted;
    try (NativeKernel add =
        Kernels.pairwise(Binary.ADD, flat, flat, flat, own, addend, sum, "baseline")) {
      wanted = Execution.run(add, layer.dst.bytes(), rounded, Execution.bytes(other));
    }
    attributes.thenAdd(addend, sum);
    for (String variant : Stream.concat(Stream.of("baseline"), VARIANTS.stream()).toList()) {
      try (NativeKernel kernel = ours(layer, weights, bias, attributes, rule, variant)) {
        ByteBuffer actual =
            Execution.runAt(
                1, kernel, layer.dst.bytes(), Execution.bytes(src), Execution.bytes(other));
        assertSame(kernel, layer, actual, wanted, description + ", added");
      }
    }
  }

  private void compare(
      NativeKernel kernel, Layer layer, byte[] src, ByteBuffer wanted, String description) {
    ByteBuffer actual = Execution.run(kernel, layer.dst.bytes(), Execution.bytes(src));
    assertSame(kernel, layer, actual, wanted, description);
  }

  private void assertSame(
      NativeKernel kernel, Layer layer, ByteBuffer actual, ByteBuffer wanted, String description) {
    implementations.merge(kernel.implementation(), 1, Integer::sum);
    for (int i = 0; i < wanted.capacity(); i++) {
      if (actual.get(i) != wanted.get(i)) {
        assertThat(value(actual.get(i), layer.dst.type()))
            .as("value %s of %s, %s", i, description, kernel.implementation())
            .isEqualTo(value(wanted.get(i), layer.dst.type()));
      }
    }
  }

  /** Nothing, or a function that plans join to a layer, whose bounds are real numbers. */
  private static Attributes followed(int what) {
    Attributes out = new Attributes();
    return switch (what) {
      case 1 -> out.then(Unary.RELU, 0, 0);
      case 2 -> out.then(Unary.RELU, 0.01f, 0);
      case 3 -> out.then(Unary.CLIP, -0.37f, 1.913f);
      default -> out;
    };
  }

  private static NativeKernel ours(
      Layer layer,
      byte[] weights,
      float[] bias,
      Attributes attributes,
      RequantizationRule rule,
      String variant) {
    return Kernels.integerLayer(
        layer.src,
        layer.weights,
        weights,
        bias,
        layer.dst,
        layer.window,
        attributes,
        rule,
        variant);
  }

  private static int value(byte b, ElementType type) {
    return type == ElementType.U8 ? b & 255 : b;
  }
}
