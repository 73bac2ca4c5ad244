package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.tensor.DType;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final SampleField PAIR = SampleField.of("x", DType.FLOAT32, 2);
  private static final SampleDecoder<Integer> NUMBERS =
      (n, batch) -> {
        for (int i = 0; i < 2; i++) {
          batch.floats(0)[batch.offset(0) + i] = n + i / 2f;
        }
        batch.label(n);
      };

  @Test
  void padsTheTailWithZeros() {
    Batches<Integer> batches = new Batches<>(numbers(5), NUMBERS, List.of(PAIR), 3);
    Batch full = batches.next();
    assertThat(full.validSamples()).isEqualTo(3);
    assertThat(full.inputs().get(0).floats()).containsExactly(0, .5f, 1, 1.5f, 2, 2.5f);
    Batch tail = batches.next();
    assertThat(tail.validSamples()).isEqualTo(2);
    assertThat(tail.inputs().get(0).floats()).containsExactly(3, 3.5f, 4, 4.5f, 0, 0);
    assertThat(tail.inputs().get(0).shape().toArray()).containsExactly(3, 2);
    assertThat(tail.labels()).containsExactly(3, 4);
    assertThat(batches.hasNext()).isFalse();
    assertThat(batches.counts()).isEqualTo(new DataCounts(5, 0, 0, 0, 0, 0));
  }

  @Test
  void makesAllBatchesInTheSameMemory() {
    Batches<Integer> batches = new Batches<>(numbers(7), NUMBERS, List.of(PAIR), 2);
    Set<float[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    batches.forEachRemaining(batch -> arrays.add(batch.inputs().get(0).floats()));
    assertThat(batches.counts().samples()).isEqualTo(7);
    assertThat(arrays).hasSize(1);
  }

  @Test
  void readsNoFurtherThanTheBatchAskedFor() {
    int[] read = {0};
    Iterator<Integer> counting = IntStream.range(0, 100).peek(i -> read[0]++).iterator();
    Batches<Integer> batches = new Batches<>(counting, NUMBERS, List.of(PAIR), 4);
    Batch first = batches.next();
    assertThat(first.validSamples()).isEqualTo(4);
    assertThat(read[0]).isLessThanOrEqualTo(5);
  }

  @Test
  void countsNonFiniteDoubles() {
    SampleDecoder<Integer> decoder =
        (n, batch) -> batch.doubles(0)[batch.offset(0)] = n == 0 ? Double.NaN : 1 / (n - 1d);
    SampleField field = SampleField.of("x", DType.FLOAT64, 1);
    Batches<Integer> batches = new Batches<>(numbers(4), decoder, List.of(field), 2);
    batches.forEachRemaining(b -> assertThat(b.labels()).isEmpty());
    assertThat(batches.counts()).isEqualTo(new DataCounts(4, 1, 1, 1, 1, 0));
  }

  @Test
  void refusesABatchOfNothing() {
    assertThatThrownBy(() -> new Batches<>(numbers(1), NUMBERS, List.of(PAIR), 0))
        .isInstanceOf(OctantException.class)
        .hasMessage("Cannot batch samples: batch size 0, expected at least 1");
  }

  private static Iterator<Integer> numbers(int n) {
    return IntStream.range(0, n).iterator();
  }
}
