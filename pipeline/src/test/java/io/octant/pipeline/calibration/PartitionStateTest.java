package io.octant.pipeline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.Numerics;
import io.octant.calibration.TensorStatistics;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.DamagedRows;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.Int8Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionStateTest {
  private static final PartitionState A = state("a", "x", 1f, -2f);
  private static final PartitionState B = state("b", "y", 0f);
  private static final PartitionState C = state("a", "x", 7f, Float.NaN);
  private static final PartitionState EMPTY = PartitionState.empty(key(1));

  @Test
  void foldingIsAssociativeCommutativeAndHasAnIdentity() {
    byte[] expected = folded(A, B, C).toBytes();
    for (List<PartitionState> p :
        List.of(List.of(A, C, B), List.of(B, A, C), List.of(C, B, A), List.of(B, C, A))) {
      assertThat(folded(p.get(0), p.get(1), p.get(2)).toBytes()).isEqualTo(expected);
      assertThat(folded(p.get(0), folded(p.get(1), p.get(2))).toBytes()).isEqualTo(expected);
    }
    assertThat(folded(A, EMPTY)).isEqualTo(A).isEqualTo(folded(A)).isEqualTo(folded(EMPTY, A));
    assertThat(folded()).isEqualTo(EMPTY);
    assertThat(folded(A, C).state().statistics(TensorStatistics.KIND).get("x").count())
        .isEqualTo(4);
  }

  /** More partitions than a driver takes at once, some without a state. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 40, 97})
  void aJobFoldsThemAllWhateverItsPartitions(int partitions) {
    List<byte[]> states = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      states.add(List.of(A, B, C).get(i % 3).toBytes());
    }
    JavaSparkContext spark = new JavaSparkContext(SharedSpark.session().sparkContext());
    PartitionState collected =
        StateFold.collect(EMPTY.toBytes(), spark.parallelize(states, partitions));
    assertThat(collected).isEqualTo(StateFold.of(EMPTY.toBytes(), states.iterator()));
    assertThat(collected.counts().samples()).isEqualTo(60 * A.counts().samples());
  }

  @Test
  void survivesItsBytes() {
    assertThat(throughBytes(A)).isEqualTo(A);
    assertThat(throughBytes(EMPTY)).isEqualTo(EMPTY);
  }

  @Test
  void refusesAnotherGraph() {
    assertThatThrownBy(() -> folded(A, PartitionState.empty(key(2))))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining(
            "Cannot merge calibration states: prepared graph " + key(2).preparedGraph());
  }

  @Test
  void refusesDamagedBytes() {
    byte[] bytes = A.toBytes();
    assertThatThrownBy(() -> PartitionState.fromBytes(Arrays.copyOf(bytes, bytes.length - 3)))
        .isInstanceOf(OctantException.class);
    bytes[8]++; // after the magic
    assertThatThrownBy(() -> PartitionState.fromBytes(bytes))
        .isInstanceOf(OctantException.class)
        .hasMessage("Cannot read partition state: version 6, expected 5");
  }

  private static PartitionState folded(PartitionState... states) {
    return StateFold.of(
        EMPTY.toBytes(), Arrays.stream(states).map(PartitionState::toBytes).iterator());
  }

  private static PartitionState throughBytes(PartitionState s) {
    return PartitionState.fromBytes(s.toBytes());
  }

  private static PartitionState state(String executor, String observer, float... values) {
    TensorStatistics statistics = new TensorStatistics();
    statistics.update(values);
    CalibrationState state = new CalibrationState(key(1));
    state.add(observer, statistics);
    return new PartitionState(
        state,
        new DataCounts(1, 2, 3, 4, 5, 6, new DamagedRows(1, List.of(executor + " row 0"))),
        new TreeSet<>(
            List.of(
                new ExecutorIdentity(
                    executor,
                    "host",
                    new Numerics("native", "avx2", "oneDNN 3.11.0", "L2 512K", 1),
                    new Int8Kernels(1, 2, 3)))));
  }

  private static CalibrationKey key(int graph) {
    return new CalibrationKey(
        Digest.of(new byte[0]), Digest.of(new byte[graph]), Digest.of(new byte[0]));
  }
}
