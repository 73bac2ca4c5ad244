package io.octant.pipeline.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.pipeline.output.SimulatedFileSystem.Fault;
import io.octant.pipeline.output.SimulatedFileSystem.Killed;
import io.octant.pipeline.output.SimulatedFileSystem.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Promotions that fail or die at each call to the file system in turn: a reader finds what was
 * current or what is now, and the next promotion goes on from there.
 */
class CurrentFolderFaultsTest {
  private static final String PLACE = SimulatedFileSystem.SCHEME + ":///models/current";
  private static final SimulatedFileSystem.Disk DISK = SimulatedFileSystem.DISK;
  private static final long LONG_AFTER = 2 * Lease.LIFETIME_SECONDS * 1000;

  private final Configuration hadoop = SimulatedFileSystem.configuration();

  @AfterEach
  void heal() {
    DISK.format(Kind.HDFS);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatFailsAnywhereLeavesTheOldOneOrTheNewOne(Kind kind) {
    for (int before : new int[] {0, 2}) {
      for (IntFunction<Fault> fault : OutputFaultsTest.faults()) {
        everyCall(kind, before, fault);
      }
    }
  }

  private void everyCall(Kind kind, int before, IntFunction<Fault> fault) {
    for (int at = 0; ; at++) {
      DISK.format(kind);
      for (int number = 1; number <= before; number++) {
        move();
      }
      DISK.heal();
      DISK.fault = fault.apply(at);
      boolean completed = true;
      try {
        move();
      } catch (OutputException | Killed e) {
        completed = false;
      }
      if (DISK.counted <= at) {
        assertThat(at).isGreaterThan(15);
        return;
      }
      String call = "%s: call %d, %s".formatted(kind, at, DISK.calls.get(at));
      DISK.heal();
      long now = current();
      if (completed) {
        assertThat(now).as(call).isEqualTo(before + 1);
      } else {
        assertThat(now).as(call).isBetween((long) before, before + 1L);
      }
      DISK.clock += LONG_AFTER;
      move();
      assertThat(current()).as(call).isEqualTo(now + 1);
      assertThat(folder().history()).as(call).hasSize((int) now + 1);
    }
  }

  /** Number of what is current; 0 without. */
  private long current() {
    return folder().read().map(CurrentResult::number).orElse(0L);
  }

  private CurrentFolder folder() {
    return CurrentFolder.at(hadoop, PLACE);
  }

  private void move() {
    folder().move(history -> Optional.of(promotion(history.size() + 1)));
  }

  private static CurrentResult promotion(int number) {
    CurrentResult.Place result = new CurrentResult.Place("file:/results/" + number, "00");
    return new CurrentResult(
        number,
        Optional.empty(),
        Instant.EPOCH,
        OptionalLong.empty(),
        result,
        List.of(),
        "file:/results/" + number + "/files",
        Optional.empty(),
        result,
        List.of());
  }
}
