package io.octant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNamesTest {
  private static final List<String> NAMES = List.of("scale", "axis", "", "scheme", "Axes");

  @Test
  void oneNameIsTheNearestWhateverItsCase() {
    assertThat(NearestNames.one("SCALES", NAMES)).isEqualTo("scale");
    assertThat(NearestNames.one("axs", NAMES)).isEqualTo("Axes"); // as near as axis, first in order
    assertThat(NearestNames.one("axs", List.of())).isEmpty();
  }

  @Test
  void listReadsAsAnEnumeration() {
    assertThat(NearestNames.list("axi", NAMES, 3)).isEqualTo("axis, Axes or scale");
    assertThat(NearestNames.list("axi", NAMES, 2)).isEqualTo("axis or Axes");
    assertThat(NearestNames.list("axi", NAMES, 1)).isEqualTo("axis");
    assertThat(NearestNames.list("axi", List.of("", "k"), 3)).isEqualTo("k");
    assertThat(NearestNames.list("axi", List.of(), 3)).isEmpty();
  }
}
