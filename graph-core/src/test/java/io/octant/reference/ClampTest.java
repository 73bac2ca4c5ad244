package io.octant.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.graph.None;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clamps at the edges: NaN, crossed limits, signed zeros. Values are PyTorch 2.13's. */
class ClampTest {
  private static final float NAN = Float.NaN;

  private static float[] clamp(Object min, Object max, float... values) {
    return ((Tensor)
            ReferenceOperators.standard()
                .callFunction(
                    FunctionType.of("torch.clamp"),
                    List.of(Tensor.of(values, values.length), min, max),
                    Map.of()))
        .floats();
  }

  @Test
  void nanStays() {
    assertThat(clamp(0.0, 6.0, NAN, -1, 7, 3)).containsExactly(NAN, 0, 6, 3);
    assertThat(clamp(0.0, None.NONE, NAN, -1)).containsExactly(NAN, 0);
    for (String name : List.of("torch.relu", "torch.nn.functional.relu6")) {
      Object out =
          ReferenceOperators.standard()
              .callFunction(
                  FunctionType.of(name), List.of(Tensor.of(new float[] {NAN, -2}, 2)), Map.of());
      assertThat(((Tensor) out).floats()).containsExactly(NAN, 0);
    }
  }

  @Test
  void theUpperLimitWinsWhereLimitsCross() {
    assertThat(clamp(1.0, -1.0, -1, 0, 2, NAN)).containsExactly(-1, -1, -1, NAN);
    assertThat(clamp(Tensor.scalar(1f), Tensor.scalar(-1f), -1, 0, 2, NAN))
        .containsExactly(-1, -1, -1, NAN);
  }

  @Test
  void aLimitThatIsNotANumberMakesAllNan() {
    assertThat(clamp((double) NAN, 1.0, -1, 5)).containsExactly(NAN, NAN);
    assertThat(clamp(None.NONE, (double) NAN, -1, 5)).containsExactly(NAN, NAN);
  }

  @Test
  void zerosKeepTheirSign() {
    assertThat(clamp(0.0, 1.0, -0f, 0f)).containsExactly(-0f, 0f);
  }

  @Test
  void integersAreClampedByFloatsAsFloats() {
    Tensor x = Tensor.of(DType.INT64, Shape.of(2), new long[] {-1, 5});
    Tensor out =
        (Tensor)
            ReferenceOperators.standard()
                .callFunction(FunctionType.of("torch.clamp"), List.of(x, 0.5, 1.5), Map.of());
    assertThat(out.floats()).containsExactly(0.5f, 1.5f);
  }
}
