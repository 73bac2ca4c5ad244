package io.octant.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shifts of integers, against what PyTorch 2.13 gives. */
class ShiftsTest {
  private static Tensor integers(DType type, int... values) {
    return Tensor.of(type, Shape.of(values.length), values);
  }

  private static int[] shift(String name, Tensor x, Tensor by) {
    Tensor y =
        (Tensor)
            ReferenceOperators.standard()
                .callFunction(FunctionType.of(name), List.of(x, by), Map.of());
    assertThat(y.dtype()).isEqualTo(x.dtype());
    return y.ints();
  }

  @Test
  void whatLeavesTheTypeIsLost() {
    Tensor x = integers(DType.INT8, 64, -5, -5, -5, 3);
    Tensor by = integers(DType.INT8, 1, 1, 9, -1, 8);

    assertThat(shift("operator.lshift", x, by)).containsExactly(-128, -10, 0, 0, 0);
    assertThat(shift("operator.rshift", x, by)).containsExactly(32, -3, -1, -1, 0);
  }

  @Test
  void unsignedBytesHaveNoSign() {
    Tensor x = integers(DType.UINT8, 255, 129, 4);
    Tensor by = integers(DType.UINT8, 1, 4, 8);

    assertThat(shift("torch.bitwise_left_shift", x, by)).containsExactly(254, 16, 0);
    assertThat(shift("torch.bitwise_right_shift", x, by)).containsExactly(127, 8, 0);
  }

  @Test
  void floatsHaveNoBits() {
    Tensor x = Tensor.of(new float[] {1}, 1);
    assertThatThrownBy(() -> shift("operator.lshift", x, x))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("Cannot combine the bits of floats");
  }
}
