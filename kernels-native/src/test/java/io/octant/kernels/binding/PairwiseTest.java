package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.tensor.QRange;
import io.octant.tensor.Quantizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions of two tensors: every variant against the formula, bit for bit, on every stretch. */
class PairwiseTest {
  private static final int[] LENGTHS = {1, 7, 16, 33, 67};
  private final TestData data = new TestData(23);

  static Stream<String> variants() {
    return NativeLibrary.find().orElseThrow().variants().stream();
  }

  /** Dims of a and of b, and of both stretched; the channels-last result as images have it. */
  private record Stretch(long[] a, long[] b, long[] to) {
    static List<Stretch> of(long n) {
      return List.of(
          new Stretch(new long[] {2, n, 3, 5}, new long[] {2, n, 3, 5}, new long[] {2, n, 3, 5}),
          new Stretch(new long[] {2, n, 1, 1}, new long[] {2, n, 3, 5}, new long[] {2, n, 3, 5}),
          new Stretch(new long[] {2, n, 3, 5}, new long[] {n, 1, 1}, new long[] {2, n, 3, 5}),
          new Stretch(new long[] {2, 1, 3, 5}, new long[] {1, n, 1, 1}, new long[] {2, n, 3, 5}),
          new Stretch(new long[] {}, new long[] {2, n, 3, 5}, new long[] {2, n, 3, 5}));
    }

    MemoryLayout first(ElementType type) {
      return MemoryLayout.channelsLast(type, a);
    }

    MemoryLayout second(ElementType type) {
      return MemoryLayout.channelsLast(type, b);
    }

    MemoryLayout result(ElementType type) {
      return MemoryLayout.channelsLast(type, to);
    }
  }

  private static int at(MemoryLayout layout, long[] index) {
    long out = 0;
    for (int i = 0; i < index.length; i++) {
      out += index[i] * layout.stride(i);
    }
    return (int) out;
  }

  private interface Check {
    void element(int a, int b, int dst);
  }

  private static void each(MemoryLayout a, MemoryLayout b, MemoryLayout dst, Check check) {
    long[] d = dst.dims();
    for (long i = 0; i < dst.elements(); i++) {
      long rest = i;
      long[] index = new long[d.length];
      for (int axis = d.length - 1; axis >= 0; axis--) {
        index[axis] = rest % d[axis];
        rest /= d[axis];
      }
      check.element(at(a, index), at(b, index), at(dst, index));
    }
  }

  private static int requantize(float x, Affine q) {
    return Quantizer.quantizeThenShift(
        x, Quantizer.inverse(q.scale()), q.zeroPoint(), new QRange(q.low(), q.high()));
  }

  private static float dequantize(byte q, Affine a) {
    int value = a.type() == ElementType.U8 ? q & 255 : q;
    return Quantizer.dequantize(value, a.scale(), a.zeroPoint());
  }

  @ParameterizedTest
  @MethodSource("variants")
  void quantizedTensorsAreCombinedInFloat(String isa) {
    for (ElementType type : new ElementType[] {ElementType.U8, ElementType.S8}) {
      Affine qa = Affine.of(type, 0.05, 3);
      Affine qb = Affine.of(type, 0.021, -7);
      Affine qd = Affine.of(type, 0.09, 12).withRelu();
      for (Binary f :
          List.of(Binary.ADD, Binary.MUL, Binary.SUB, Binary.DIV, Binary.MAX, Binary.MIN)) {
        for (int n : LENGTHS) {
          for (Stretch s : Stretch.of(n)) {
            MemoryLayout a = s.first(type).expand(s.to);
            MemoryLayout b = s.second(type).expand(s.to);
            MemoryLayout dst = s.result(type);
            byte[] x = data.bytes(s.first(type).elements());
            byte[] y = data.bytes(s.second(type).elements());
            try (NativeKernel kernel = Kernels.pairwise(f, a, b, dst, qa, qb, qd, isa)) {
              assertThat(kernel.implementation()).endsWith(isa);
              ByteBuffer actual =
                  Execution.run(kernel, dst.bytes(), Execution.bytes(x), Execution.bytes(y));
              each(
                  a,
                  b,
                  dst,
                  (i, j, k) -> {
                    double real = real(f).applyAsDouble(dequantize(x[i], qa), dequantize(y[j], qb));
                    assertThat(actual.get(k)).isEqualTo((byte) requantize((float) real, qd));
                  });
            }
          }
        }
      }
    }
  }

  private static DoubleBinaryOperator real(Binary f) {
    return switch (f) {
      case ADD -> Double::sum;
      case MUL -> (x, y) -> x * y;
      case SUB -> (x, y) -> x - y;
      case DIV -> (x, y) -> x / y;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case POW -> Math::pow;
      case EQ -> (x, y) -> x == y ? 1 : 0;
      case NE -> (x, y) -> x != y ? 1 : 0;
      case LT -> (x, y) -> x < y ? 1 : 0;
      case LE -> (x, y) -> x <= y ? 1 : 0;
      case GT -> (x, y) -> x > y ? 1 : 0;
      case GE -> (x, y) -> x >= y ? 1 : 0;
      case LOGICAL_AND -> (x, y) -> x != 0 && y != 0 ? 1 : 0;
      case LOGICAL_OR -> (x, y) -> x != 0 || y != 0 ? 1 : 0;
      case LOGICAL_XOR -> (x, y) -> (x != 0) != (y != 0) ? 1 : 0;
    };
  }

  private float[] edges(long n) {
    float[] special = {0f, -0f, 1f, -1f, 2f, Float.NaN, Float.POSITIVE_INFINITY, -3.5f, 1e30f};
    float[] out = data.floats((int) n);
    for (int i = 0; i < n; i += 2) {
      out[i] = special[data.below(special.length)];
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void floatsAreCombinedAsInJava(String isa) {
    for (Binary f : Binary.values()) {
      if (f.name().startsWith("LOGICAL")) {
        continue;
      }
      for (int n : LENGTHS) {
        for (Stretch s : Stretch.of(n)) {
          MemoryLayout a = s.first(ElementType.F32).expand(s.to);
          MemoryLayout b = s.second(ElementType.F32).expand(s.to);
          MemoryLayout dst = s.result(f.isTruth() ? ElementType.U8 : ElementType.F32);
          float[] x = edges(s.first(ElementType.F32).elements());
          float[] y = edges(s.second(ElementType.F32).elements());
          try (NativeKernel kernel = Kernels.pairwise(f, a, b, dst, isa)) {
            ByteBuffer actual =
                Execution.run(kernel, dst.bytes(), Execution.bytes(x), Execution.bytes(y));
            each(
                a,
                b,
                dst,
                (i, j, k) -> {
                  double expected = real(f).applyAsDouble(x[i], y[j]);
                  if (f.isTruth()) {
                    assertThat(actual.get(k)).isEqualTo((byte) expected);
                  } else if (f == Binary.POW) {
                    assertThat(
                            Float.compare(actual.getFloat(4 * k), (float) expected) == 0
                                || Math.abs(actual.getFloat(4 * k) - (float) expected)
                                    <= Math.ulp((float) expected))
                        .isTrue();
                  } else {
                    assertThat(Float.floatToIntBits(actual.getFloat(4 * k)))
                        .as("%s of %s and %s", f, x[i], y[j])
                        .isEqualTo(Float.floatToIntBits((float) expected));
                  }
                });
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void integersWrapAround(String isa) {
    long[] x = {3, -5, Long.MAX_VALUE, 7, 0, Long.MIN_VALUE, 2};
    long[] y = {4, -5, 9, -7, 0, Long.MIN_VALUE, 1L << 62};
    MemoryLayout layout = MemoryLayout.rowMajor(ElementType.S64, x.length);
    for (Binary f : List.of(Binary.ADD, Binary.MUL, Binary.SUB, Binary.MAX, Binary.MIN)) {
      try (NativeKernel kernel = Kernels.pairwise(f, layout, layout, layout, isa)) {
        ByteBuffer actual = Execution.run(kernel, layout.bytes(), longs(x), longs(y));
        for (int i = 0; i < x.length; i++) {
          long expected =
              switch (f) {
                case ADD -> x[i] + y[i];
                case MUL -> x[i] * y[i];
                case SUB -> x[i] - y[i];
                case MAX -> Math.max(x[i], y[i]);
                default -> Math.min(x[i], y[i]);
              };
          assertThat(actual.getLong(8 * i)).as("%s %d", f, i).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void integersOf32BitsWrapAround(String isa) {
    int[] x = {3, -5, Integer.MAX_VALUE, 7, 0, Integer.MIN_VALUE, 2};
    int[] y = {4, -5, 9, -7, 0, Integer.MIN_VALUE, 1 << 30};
    MemoryLayout layout = MemoryLayout.rowMajor(ElementType.S32, x.length);
    for (Binary f : List.of(Binary.ADD, Binary.MUL, Binary.SUB, Binary.MAX, Binary.MIN)) {
      try (NativeKernel kernel = Kernels.pairwise(f, layout, layout, layout, isa)) {
        ByteBuffer actual = Execution.run(kernel, layout.bytes(), ints(x), ints(y));
        for (int i = 0; i < x.length; i++) {
          int expected =
              switch (f) {
                case ADD -> x[i] + y[i];
                case MUL -> x[i] * y[i];
                case SUB -> x[i] - y[i];
                case MAX -> Math.max(x[i], y[i]);
                default -> Math.min(x[i], y[i]);
              };
          assertThat(actual.getInt(4 * i)).as("%s %d", f, i).isEqualTo(expected);
        }
      }
    }
  }

  private static ByteBuffer ints(int... values) {
    ByteBuffer b = ByteBuffer.allocate(values.length * 4).order(ByteOrder.nativeOrder());
    b.asIntBuffer().put(values);
    return b;
  }

  private static ByteBuffer longs(long... values) {
    ByteBuffer b = ByteBuffer.allocate(values.length * 8).order(ByteOrder.nativeOrder());
    b.asLongBuffer().put(values);
    return b;
  }
}
