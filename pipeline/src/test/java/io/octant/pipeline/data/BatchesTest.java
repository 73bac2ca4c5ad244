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
  void countsNonFiniteFloatsWhereverTheyStand() {
    float[] odd = {
      Float.NaN,
      Float.intBitsToFloat(0xffffffff),
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.intBitsToFloat(0x7f800001)
    };
    for (int length = 1; length <= 5; length++) {
      SampleField field = SampleField.of("x", DType.FLOAT32, length);
      for (int place = 0; place < length; place++) {
        for (float value : odd) {
          int at = place;
          SampleDecoder<Integer> decoder =
              (n, batch) -> {
                for (int i = 0; i < field.numel(); i++) {
                  batch.floats(0)[batch.offset(0) + i] = i % 2 == 0 ? -Float.MAX_VALUE : -0f;
                }
                if (n == 1) {
                  batch.floats(0)[batch.offset(0) + at] = value;
                }
              };
          Batches<Integer> batches = new Batches<>(numbers(3), decoder, List.of(field), 3);
          batches.next();
          int nan = Float.isNaN(value) ? 1 : 0;
          assertThat(batches.counts())
              .as("%s at %d of %d", value, place, length)
              .isEqualTo(new DataCounts(3, nan, 1 - nan, nan, 1 - nan, 0));
        }
      }
    }
  }

  /** Every third number is damaged after half of its row was written. */
  private static SampleDecoder<Integer> thirdsDamaged(Damaged damaged) {
    return new SampleDecoder<>() {
      @Override
      public void decode(Integer n, BatchBuffer batch) {
        batch.floats(0)[batch.offset(0)] = n;
        if (n % 3 == 0) {
          throw new RowException("f row " + n, "x", "null", "a number");
        }
        batch.floats(0)[batch.offset(0) + 1] = n;
        batch.label(n);
      }

      @Override
      public Damaged damaged() {
        return damaged;
      }
    };
  }

  @Test
  void damagedRecordsAreAnError() {
    Batches<Integer> batches =
        new Batches<>(numbers(4), thirdsDamaged(Damaged.REFUSE), List.of(PAIR), 2);
    assertThatThrownBy(batches::next)
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot read column 'x' of f row 0: null, expected a number");
  }

  @Test
  void damagedRecordsThatAreLeftOutAreCountedAndLeaveNoTrace() {
    Batches<Integer> batches =
        new Batches<>(numbers(7), thirdsDamaged(Damaged.SKIP), List.of(PAIR), 3);
    Batch full = batches.next();
    assertThat(full.inputs().get(0).floats()).containsExactly(1, 1, 2, 2, 4, 4);
    Batch tail = batches.next();
    assertThat(tail.validSamples()).isEqualTo(1);
    assertThat(tail.labels()).containsExactly(5);
    assertThat(tail.inputs().get(0).floats()).as("6 was begun").containsExactly(5, 5, 0, 0, 0, 0);
    assertThat(batches.hasNext()).isFalse();
    DataCounts counts = batches.counts();
    assertThat(counts.samples()).isEqualTo(4);
    assertThat(counts.rows()).isEqualTo(7);
    assertThat(counts.damaged())
        .isEqualTo(
            new DamagedRows(
                3,
                List.of(
                    "f row 0: column 'x': null",
                    "f row 3: column 'x': null",
                    "f row 6: column 'x': null")));
  }

  @Test
  void nothingButDamagedRecordsIsNoBatch() {
    SampleDecoder<Integer> decoder = thirdsDamaged(Damaged.SKIP);
    Iterator<Integer> bad = List.of(0, 3, 6).iterator();
    Batches<Integer> batches = new Batches<>(bad, decoder, List.of(PAIR), 2);
    assertThat(batches.hasNext()).isFalse();
    assertThat(batches.counts().damaged().count()).isEqualTo(3);
  }

  @Test
  void whichDamagedRowsAreNamedDoesNotHangOnTheOrder() {
    List<DamagedRows> rows =
        IntStream.range(0, 50).mapToObj(i -> DamagedRows.of("row " + (100 + i % 40))).toList();
    DamagedRows forward = rows.stream().reduce(DamagedRows.NONE, DamagedRows::plus);
    DamagedRows backward = rows.stream().reduce(DamagedRows.NONE, (a, b) -> b.plus(a));
    DamagedRows halves =
        rows.subList(25, 50).stream()
            .reduce(DamagedRows.NONE, DamagedRows::plus)
            .plus(rows.subList(0, 25).stream().reduce(DamagedRows.NONE, DamagedRows::plus));
    assertThat(forward.count()).isEqualTo(50);
    assertThat(forward.named()).hasSize(DamagedRows.MOST_NAMED).isSorted();
    assertThat(forward.named()).startsWith("row 100", "row 100", "row 101");
    assertThat(backward).isEqualTo(forward);
    assertThat(halves).isEqualTo(forward);
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
