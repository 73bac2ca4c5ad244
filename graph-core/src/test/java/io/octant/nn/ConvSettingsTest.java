package io.octant.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.nn.convolution.ConvSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvSettingsTest {
  private static final ConvSettings PLAIN = ConvSettings.of(4, 6, 3);

  private static void assertRefused(Runnable call, String why) {
    assertThatThrownBy(call::run)
        .isInstanceOf(OctantException.class)
        .hasMessage("Cannot configure convolution: " + why);
  }

  @Test
  void changesOneSettingAndKeepsTheOthers() {
    ConvSettings all =
        PLAIN
            .withStride(1, 2)
            .withPadding(3, 4)
            .withOutputPadding(0, 1)
            .withDilation(5, 6)
            .withGroups(2)
            .withBias(Bias.WITHOUT)
            .withPaddingMode("reflect");
    assertThat(all)
        .isEqualTo(
            new ConvSettings(
                4,
                6,
                List.of(3),
                List.of(1, 2),
                List.of(3, 4),
                null,
                List.of(0, 1),
                List.of(5, 6),
                2,
                Bias.WITHOUT,
                "reflect"));
    assertThat(PLAIN).isEqualTo(ConvSettings.of(4, 6, 3));
  }

  @Test
  void namedPaddingGivesWayToNumbersAndBack() {
    ConvSettings same = PLAIN.withPadding("same");
    assertThat(same.namedPadding()).isEqualTo("same");
    assertThat(same.withPadding(2).namedPadding()).isNull();
    assertThat(same.withPadding(2).padding()).containsExactly(2);
  }

  @Test
  void oneSizeStandsForAllAxes() {
    ConvSettings spread = PLAIN.withStride(2, 3).forRank(2);
    assertThat(spread.kernelSize()).containsExactly(3, 3);
    assertThat(spread.stride()).containsExactly(2, 3);
    assertThat(spread.padding()).containsExactly(0, 0);
    assertThat(spread.outputPadding()).containsExactly(0, 0);
    assertThat(spread.dilation()).containsExactly(1, 1);
    assertRefused(() -> PLAIN.withStride(1, 2).forRank(3), "sizes [1, 2], expected one or 3");
  }

  @Test
  void sizesThatNoConvolutionHasAreRefused() {
    assertRefused(() -> ConvSettings.of(4, 6, 3, 0), "kernel size [3, 0], expected at least 1");
    assertRefused(() -> PLAIN.withStride(0), "stride [0], expected at least 1");
    assertRefused(() -> PLAIN.withDilation(2, -1), "dilation [2, -1], expected at least 1");
    assertRefused(() -> PLAIN.withPadding(-1), "padding [-1], expected at least 0");
    assertRefused(() -> PLAIN.withOutputPadding(-1), "output padding [-1], expected at least 0");
    assertRefused(
        () -> PLAIN.withGroups(4), "4 groups, expected a divisor of 4 input and 6 output channels");
    assertRefused(() -> PLAIN.withPadding("full"), "padding full, expected same or valid");
  }
}
