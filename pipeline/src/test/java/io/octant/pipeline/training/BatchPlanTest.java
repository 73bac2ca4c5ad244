package io.octant.pipeline.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.data.DataException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which samples a step takes. */
class BatchPlanTest {
  private static final TrainingSettings SETTINGS =
      TrainingSettings.of(OptimizerSettings.sgd(0.1)).withBatches(1, 12, 4);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 16, 17, 1000, 4097})
  void everyNumberIsThereOnce(long size) {
    SeededPermutation order = new SeededPermutation(7, size);
    Set<Long> seen =
        LongStream.range(0, size)
            .map(order::at)
            .boxed()
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(seen).hasSize((int) size);
    assertThat(seen.stream().mapToLong(n -> n).max()).hasValue(size - 1);
  }

  @Test
  void anotherSeedIsAnotherOrder() {
    long same =
        LongStream.range(0, 1000)
            .filter(
                i -> new SeededPermutation(1, 1000).at(i) == new SeededPermutation(2, 1000).at(i))
            .count();
    assertThat(same).isLessThan(20);
  }

  @ParameterizedTest
  @ValueSource(longs = {12, 13, 31, 32, 33, 40, 64, 67, 100, 1000})
  void anEpochTakesASampleOnceAtMost(long samples) {
    BatchPlan plan = BatchPlan.of(samples, 4, SETTINGS);
    for (long epoch = 0; epoch < 3; epoch++) {
      Set<Long> taken = new HashSet<>();
      for (long step = 0; step < plan.stepsPerEpoch(); step++) {
        for (BatchPlan.MicroBatch each : plan.step(epoch * plan.stepsPerEpoch() + step)) {
          assertThat(each.rows()).hasSize(4);
          each.rows()
              .forEach(
                  row -> {
                    long number = each.block() * plan.blockRows() + row;
                    assertThat(number).isBetween(0L, samples - 1);
                    assertThat(taken.add(number)).isTrue();
                  });
        }
      }
      assertThat(taken.size()).isGreaterThan((int) samples - 12 - 4);
    }
  }

  @Test
  void epochsDiffer() {
    BatchPlan plan = BatchPlan.of(96, 4, SETTINGS);
    assertThat(plan.step(0)).isNotEqualTo(plan.step(plan.stepsPerEpoch()));
    assertThat(plan.step(0)).isEqualTo(BatchPlan.of(96, 4, SETTINGS).step(0));
    assertThat(plan.step(0)).isNotEqualTo(BatchPlan.of(96, 4, SETTINGS.withSeed(1)).step(0));
  }

  @Test
  void tooFewSamplesAreRefused() {
    assertThatThrownBy(() -> BatchPlan.of(11, 4, SETTINGS))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot train on 11 samples in batches of 12, expected enough for one batch");
  }
}
