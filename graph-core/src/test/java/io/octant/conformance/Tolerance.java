package io.octant.conformance;

import io.octant.graph.Arguments;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Compares run-time values with a tolerance.
 *
 * @param relative allowed difference of floats, relative to the largest magnitude of the expected
 *     tensor
 * @param absolute allowed difference of floats on top
 * @param steps allowed difference of the integers of quantized tensors
 */
public record Tolerance(double relative, double absolute, int steps) {
  /** Float, fused and prepared outputs. */
  public static final Tolerance FLOAT = new Tolerance(1e-5, 1e-7, 0);

  /** Against a form whose weights are not rounded to the 11 bits of half precision. */
  static final Tolerance HALF = new Tolerance(0x1p-10, 1e-7, 0);

  /** Losses, gradients, and parameters behind a step of an optimizer. */
  static final Tolerance GRADIENT = new Tolerance(1e-4, 1e-7, 0);

  public static final Tolerance EXACT = new Tolerance(0, 0, 0);

  Tolerance withAbsolute(double newAbsolute) {
    return new Tolerance(relative, newAbsolute, steps);
  }

  public Tolerance withSteps(int newSteps) {
    return new Tolerance(relative, absolute, newSteps);
  }

  /** Sum of the absolute differences of all elements; infinite where the structures differ. */
  static double distance(Object expected, Object actual) {
    if (expected instanceof Tensor e && actual instanceof Tensor a && e.shape().equals(a.shape())) {
      double sum = 0;
      for (int i = 0; i < e.numel(); i++) {
        double difference = Math.abs(e.doubleAt(i) - a.doubleAt(i));
        sum += Double.isNaN(difference) ? 0 : difference;
      }
      return sum;
    }
    List<?> expectedItems = items(expected);
    List<?> actualItems = items(actual);
    if (expectedItems.size() != actualItems.size()) {
      return Double.POSITIVE_INFINITY;
    }
    double sum = 0;
    for (int i = 0; i < expectedItems.size(); i++) {
      sum += distance(expectedItems.get(i), actualItems.get(i));
    }
    return sum;
  }

  private static List<?> items(Object value) {
    return value instanceof Tuple t
        ? t.items()
        : value instanceof List<?> l
            ? l
            : value instanceof Map<?, ?> m ? List.copyOf(m.values()) : List.of();
  }

  /** Whether two values agree. */
  boolean accepts(Object expected, Object actual) {
    try {
      compare("value", expected, actual);
      return true;
    } catch (Difference e) {
      return false;
    }
  }

  /**
   * Compares two values.
   *
   * @throws Difference at the first difference
   */
  public void compare(String where, Object expected, Object actual) {
    if (expected instanceof Tensor e) {
      compareTensors(
          where,
          e,
          actual instanceof Number n
              ? Tensor.scalar(n.floatValue())
              : expectTensor(where, e, actual));
    } else if (expected instanceof Tuple e) {
      compareItems(
          where,
          e.items(),
          actual instanceof Tuple t ? t.items() : actual instanceof Shape s ? ints(s) : null,
          expected,
          actual);
    } else if (expected instanceof List<?> e) {
      compareItems(where, e, actual instanceof List<?> l ? l : null, expected, actual);
    } else if (expected instanceof Map<?, ?> e) {
      if (!(actual instanceof Map<?, ?> a)
          || !List.copyOf(e.keySet()).equals(List.copyOf(a.keySet()))) {
        throw new Difference(where, expected, actual);
      }
      e.forEach((k, v) -> compare(where + "[" + k + "]", v, a.get(k)));
    } else if (expected instanceof Double e && actual instanceof Number a) {
      requireClose(where, e, a.doubleValue(), Math.abs(e));
    } else if (!Arguments.normalize(actual == null ? None.NONE : actual).equals(expected)) {
      throw new Difference(where, expected, actual);
    }
  }

  private void compareItems(
      String where, List<?> expected, List<?> actual, Object shownExpected, Object shownActual) {
    if (actual == null || expected.size() != actual.size()) {
      throw new Difference(where, shownExpected, shownActual);
    }
    for (int i = 0; i < expected.size(); i++) {
      compare(where + "[" + i + "]", expected.get(i), actual.get(i));
    }
  }

  private static List<Object> ints(Shape s) {
    java.util.ArrayList<Object> out = new java.util.ArrayList<>();
    for (int d : s.toArray()) {
      out.add((long) d);
    }
    return out;
  }

  private static Tensor expectTensor(String where, Tensor expected, Object actual) {
    if (actual instanceof Tensor t) {
      return t;
    }
    throw new Difference(where, expected, actual);
  }

  private void compareTensors(String where, Tensor expected, Tensor actual) {
    if (!expected.shape().equals(actual.shape())) {
      throw new Difference(where + " shape", expected.shape(), actual.shape());
    }
    if (expected.dtype() != actual.dtype()) {
      throw new Difference(where + " dtype", expected.dtype(), actual.dtype());
    }
    if (expected.isQuantized()) {
      compareQuantized(where, expected, actual);
      return;
    }
    double magnitude = 0;
    for (int i = 0; i < expected.numel(); i++) {
      double v = Math.abs(expected.doubleAt(i));
      if (v > magnitude && v < Double.POSITIVE_INFINITY) {
        magnitude = v;
      }
    }
    boolean exact = !expected.dtype().isFloatingPoint();
    for (int i = 0; i < expected.numel(); i++) {
      if (exact
          ? expected.longAt(i) != actual.longAt(i)
          : !close(expected.doubleAt(i), actual.doubleAt(i), magnitude)) {
        throw new Difference(where + "[" + i + "]", expected.doubleAt(i), actual.doubleAt(i));
      }
    }
  }

  private void compareQuantized(String where, Tensor expected, Tensor actual) {
    for (int c = 0; c < expected.qparams().size(); c++) {
      if (expected.qparams().size() != actual.qparams().size()
          || expected.qparams().axis() != actual.qparams().axis()) {
        throw new Difference(where + " qparams", expected.qparams(), actual.qparams());
      }
      requireCloseQParam(where + " scale", expected.qparams().scale(c), actual.qparams().scale(c));
      requireCloseQParam(
          where + " zero point", expected.qparams().zeroPoint(c), actual.qparams().zeroPoint(c));
    }
    int[] e = expected.ints();
    int[] a = actual.ints();
    for (int i = 0; i < e.length; i++) {
      if (Math.abs(e[i] - a[i]) > steps) {
        throw new Difference(where + ".int_repr[" + i + "]", e[i], a[i]);
      }
    }
  }

  private static void requireCloseQParam(String where, double expected, double actual) {
    if (Math.abs(expected - actual) > 1e-5 * Math.abs(expected)) {
      throw new Difference(where, expected, actual);
    }
  }

  private void requireClose(String where, double expected, double actual, double magnitude) {
    if (!close(expected, actual, magnitude)) {
      throw new Difference(where, expected, actual);
    }
  }

  private boolean close(double expected, double actual, double magnitude) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      return Double.compare(expected, actual) == 0;
    }
    return Math.abs(expected - actual) <= relative * magnitude + absolute;
  }
}
