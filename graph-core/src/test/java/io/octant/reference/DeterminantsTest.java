package io.octant.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.reference.kernel.Determinants;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Determinants of small matrices. */
class DeterminantsTest {
  @Test
  void rowsChangePlacesWhereAPivotIsZero() {
    Tensor x = Tensor.of(new float[] {0, 2, 1, 3, 4, 5, 1, 2, 7}, 3, 3);

    Tensor y = Determinants.of(x);

    assertThat(y.shape()).isEqualTo(Shape.of());
    assertThat(y.item()).isEqualTo(-30);
  }

  @Test
  void oneOfEachMatrix() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 1, 2, 2, 4}, 2, 2, 2);

    assertThat(Determinants.of(x).floats()).containsExactly(-2, 0);
    assertThat(Determinants.of(Tensor.of(new float[0], 2, 0, 0)).floats()).containsExactly(1, 1);
  }

  @Test
  void onlySquareMatricesHaveOne() {
    assertThatThrownBy(() -> Determinants.of(Tensor.of(new float[6], 2, 3)))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("expected square matrices on the last two axes");
  }
}
