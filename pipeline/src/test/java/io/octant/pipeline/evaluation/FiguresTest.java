package io.octant.pipeline.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Figures against values that were computed by hand or are published. */
class FiguresTest {
  @Test
  void intervalsAreThoseOfWilson() {
    // z² = 3.841458820694124; (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n) with p = 0.9, n =
    // 10.
    Proportion nine = Proportion.of(9, 10);
    assertThat(nine.value()).isEqualTo(0.9);
    assertThat(nine.low()).isCloseTo(0.5958499732047615, within(1e-12));
    assertThat(nine.high()).isCloseTo(0.9821237869049271, within(1e-12));
  }

  @Test
  void intervalsOfAllOrNothingEndInTheirShare() {
    // z²/(n + z²) away from the share.
    Proportion none = Proportion.of(0, 20);
    for (long n = 1; n <= 20_000; n++) {
      assertThat(Proportion.of(0, n).low()).as("none of %d", n).isEqualTo(0);
      assertThat(Proportion.of(n, n).high()).as("all of %d", n).isEqualTo(1);
    }
    assertThat(none.high()).isCloseTo(3.841458820694124 / 23.841458820694124, within(1e-12));
    Proportion all = Proportion.of(20, 20);
    assertThat(all.high()).isEqualTo(1);
    assertThat(all.low()).isCloseTo(20 / 23.841458820694124, within(1e-12));
  }

  @Test
  void pairedTestsAreBinomial() {
    // P(X ≤ 1) of 8 fair coins is 9/256; that of exactly 1 is 8/256.
    PairedTest seven = PairedTest.of(1, 7);
    assertThat(seven.exact()).isCloseTo(18 / 256.0, within(1e-15));
    assertThat(seven.midP()).isCloseTo(10 / 256.0, within(1e-15));
    assertThat(PairedTest.of(7, 1)).isEqualTo(seven);
    // 2·P(X ≤ 0) of 5 fair coins.
    assertThat(PairedTest.of(0, 5).exact()).isCloseTo(2 / 32.0, within(1e-15));
    assertThat(PairedTest.of(0, 5).midP()).isCloseTo(1 / 32.0, within(1e-15));
  }

  @Test
  void equalCountsAreNoDifference() {
    assertThat(PairedTest.of(0, 0)).isEqualTo(new PairedTest(1, 1));
    assertThat(PairedTest.of(40, 40)).isEqualTo(new PairedTest(1, 1));
  }

  @Test
  void manyDiscordantSamplesNeitherVanishNorOverflow() {
    // As the normal distribution has it: (600 − 400)/√1000 is 6.3 standard deviations.
    PairedTest many = PairedTest.of(400, 600);
    assertThat(many.midP()).isBetween(1e-10, 1e-9);
    assertThat(many.exact()).isBetween(many.midP(), 1e-9);
    // Sums of exact binomial terms.
    assertThat(PairedTest.of(5_000, 5_050).midP()).isCloseTo(0.6179718976026626, within(1e-9));
    assertThat(PairedTest.of(400, 600).exact()).isCloseTo(2.7284641560660184e-10, within(1e-18));
  }

  @Test
  void classesAreCountedFromTheConfusion() {
    SortedMap<Long, SortedMap<Long, Long>> confusion = new TreeMap<>();
    confusion.put(0L, new TreeMap<>(Map.of(0L, 3L, 1L, 1L)));
    confusion.put(1L, new TreeMap<>(Map.of(0L, 2L, 1L, 2L)));
    // Never right, and one sample of it without a class.
    confusion.put(4L, new TreeMap<>(Map.of(1L, 1L, LabelTotals.NO_CLASS, 1L)));

    List<ClassFigures> classes = ClassFigures.of(confusion);
    assertThat(classes)
        .containsExactly(
            new ClassFigures(0, 4, 0.75, 0.6, 6.0 / 9),
            new ClassFigures(1, 4, 0.5, 0.5, 0.5),
            new ClassFigures(4, 2, 0, 0, 0));
    assertThat(ClassFigures.meanF1(classes)).isCloseTo((2.0 / 3 + 0.5) / 3, within(1e-15));
    assertThat(ClassFigures.meanF1(List.of())).isNaN();
  }
}
