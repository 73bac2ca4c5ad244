package io.octant.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Positions, steps and counts at and beyond the ends of what they index. */
class IndexBoundsTest {
  private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

  private static Tensor call(String name, Object... args) {
    return (Tensor)
        ReferenceOperators.standard().callFunction(FunctionType.of(name), List.of(args), Map.of());
  }

  private static Tensor longs(Shape shape, long... values) {
    return Tensor.of(DType.INT64, shape, values);
  }

  @Test
  void aStepLargerThanTheAxisTakesTheFirst() {
    Slice far = new Slice(None.NONE, None.NONE, 1L << 31);
    assertThat(call("operator.getitem", X, far).floats()).containsExactly(1, 2, 3);
  }

  @Test
  void gatherRefusesPositionsOutside() {
    for (long position : new long[] {-4, 3}) {
      assertThatThrownBy(() -> call("torch.gather", X, 1L, longs(Shape.of(2, 1), 0, position)))
          .isInstanceOf(OctantException.class)
          .hasMessageContaining("position " + position + " of axis 1")
          .hasMessageContaining("expected one inside");
    }
    assertThatThrownBy(() -> call("torch.gather", X, 1L, longs(Shape.of(3, 1), 0, 0, 0)))
        .isInstanceOf(OctantException.class);
    assertThatThrownBy(() -> call("torch.gather", X, 1L, longs(Shape.of(2), 0, 0)))
        .isInstanceOf(OctantException.class);
  }

  @Test
  void nothingCanBeTakenFromAnEmptyAxis() {
    Tensor none = Tensor.of(DType.FLOAT32, Shape.of(0, 3), new float[0]);
    assertThatThrownBy(() -> call("torch.index_select", none, 0L, longs(Shape.of(1), 0)))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("Cannot take");
  }

  @Test
  void countsOfRepetitionsAreNotNegative() {
    assertThatThrownBy(
            () -> ReferenceOperators.standard().callMethod("repeat", List.of(X, 1L, -2L), Map.of()))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("Cannot repeat axis 1");
  }

  @Test
  void integersAreNotDividedByZero() {
    Tensor zero = longs(Shape.of(1), 0);
    for (String name : List.of("operator.floordiv", "torch.remainder", "torch.fmod")) {
      assertThatThrownBy(() -> call(name, longs(Shape.of(1), 5), zero))
          .isInstanceOf(OctantException.class)
          .hasMessageContaining("0");
    }
  }
}
