package io.octant.pipeline.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.SimulatedFileSystem.Fault;
import io.octant.pipeline.output.SimulatedFileSystem.Killed;
import io.octant.pipeline.output.SimulatedFileSystem.Kind;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs that fail, die or meet another at each call to the file system in turn: a reader finds the
 * old result or the new one, whole, and the next run gets through.
 */
class OutputFaultsTest {
  private static final String OUT = SimulatedFileSystem.SCHEME + ":///models/out";
  private static final SimulatedFileSystem.Disk DISK = SimulatedFileSystem.DISK;
  private static final long LONG_AFTER = 2 * Lease.LIFETIME_SECONDS * 1000;

  private final Configuration hadoop = SimulatedFileSystem.configuration();

  @AfterEach
  void heal() {
    DISK.format(Kind.HDFS);
  }

  /** Fails once; what follows works. */
  private static Fault failing(int at) {
    return (call, what) -> {
      if (call == at) {
        throw new IOException("injected failure of " + what);
      }
    };
  }

  /** As Hadoop's local file system fails when the disk is full. */
  private static Fault full(int at) {
    return (call, what) -> {
      if (call >= at && (what.startsWith("close") || what.startsWith("create"))) {
        IOException full = new IOException("No space left on device");
        if (what.startsWith("close")) {
          throw error(full);
        }
        throw full;
      }
    };
  }

  /** Only Hadoop itself makes one. */
  private static FSError error(IOException cause) {
    try {
      Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(cause);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Fails from here on, as the store has gone. */
  private static Fault gone(int at) {
    return (call, what) -> {
      if (call >= at) {
        throw new IOException("injected failure of " + what);
      }
    };
  }

  /** Does nothing from here on, as the process has ended. */
  private static Fault killed(int at) {
    return (call, what) -> {
      if (call >= at) {
        throw new Killed(what);
      }
    };
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFirstRunThatFailsAnywhereLeavesNothingOrItsResult(Kind kind) {
    for (IntFunction<Fault> fault : faults()) {
      everyCall(
          kind,
          fault,
          () -> {},
          IfPresent.REFUSE,
          (call, completed) -> {
            Optional<String> found = readable();
            assertThat(found).as(call).isIn(Optional.empty(), Optional.of("new"));
            if (completed) {
              assertThat(found).as(call).contains("new");
            }
            nextRun(call, found, IfPresent.REFUSE);
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRunThatFailsAnywhereLeavesTheOldResultOrItsOwn(Kind kind) {
    for (IntFunction<Fault> fault : faults()) {
      everyCall(
          kind,
          fault,
          () -> run("old", IfPresent.REFUSE),
          IfPresent.REPLACE,
          (call, completed) -> {
            Optional<String> found = readable();
            assertThat(found).as(call).isIn(Optional.of("old"), Optional.of("new"));
            if (completed) {
              assertThat(found).as(call).contains("new");
            }
            nextRun(call, found, IfPresent.REPLACE);
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRecoveryThatFailsAnywhereLosesNothing(Kind kind) {
    // Each run below finds a result whose copies are not made yet.
    int moved = callOf(kind, "delete " + path("/.octant/copying"));
    for (IntFunction<Fault> fault : faults()) {
      everyCall(
          kind,
          fault,
          () -> {
            run("old", IfPresent.REFUSE);
            DISK.heal();
            DISK.fault = killed(moved - 4);
            assertThatThrownBy(() -> run("middle", IfPresent.REPLACE)).isInstanceOf(Killed.class);
            DISK.heal();
            assertThat(readable()).contains("middle");
            DISK.clock += LONG_AFTER;
          },
          IfPresent.REPLACE,
          (call, completed) -> {
            Optional<String> found = readable();
            assertThat(found).as(call).isIn(Optional.of("middle"), Optional.of("new"));
            nextRun(call, found, IfPresent.REPLACE);
          });
    }
  }

  /** The second run starts and ends at each call of the first, whose lease is good. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRunThatMeetsAnotherRefuses(Kind kind) {
    for (IfPresent ifPresent : IfPresent.values()) {
      overlapping(kind, ifPresent, 0);
    }
  }

  /** The same when the first is taken for dead. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRunThatWasTakenForDeadLosesNothing(Kind kind) {
    for (IfPresent ifPresent : IfPresent.values()) {
      overlapping(kind, ifPresent, LONG_AFTER);
    }
  }

  private void overlapping(Kind kind, IfPresent ifPresent, long sleep) {
    for (int at = 0; ; at++) {
      int meeting = at;
      DISK.format(kind);
      if (ifPresent == IfPresent.REPLACE) {
        run("old", IfPresent.REFUSE);
        DISK.heal();
      }
      boolean[] met = new boolean[1];
      boolean[] second = new boolean[1];
      DISK.fault =
          (call, what) -> {
            if (call == meeting && !met[0]) {
              met[0] = true;
              DISK.clock += sleep;
              Fault none = (c, w) -> {};
              DISK.fault = none;
              second[0] = completes("second", ifPresent);
            }
          };
      boolean first = completes("first", ifPresent);
      if (!met[0]) {
        assertThat(at).isGreaterThan(15);
        return;
      }
      String call =
          "%s %s: the second run at call %d, %s, of the first"
              .formatted(kind, ifPresent, at, DISK.calls.get(at));
      DISK.heal();
      Optional<String> found = readable();
      assertThat(first || second[0]).as(call).isTrue();
      if (ifPresent == IfPresent.REFUSE) {
        assertThat(first && second[0]).as(call).isFalse();
        assertThat(found).as(call).contains(first ? "first" : "second");
      } else {
        assertThat(found).as(call).isIn(Optional.of("first"), Optional.of("second"));
      }
      DISK.clock += LONG_AFTER;
      run("last", IfPresent.REPLACE);
      assertThat(readable()).as(call).contains("last");
      assertCopies(call, "last");
    }
  }

  private boolean completes(String content, IfPresent ifPresent) {
    try {
      run(content, ifPresent);
      return true;
    } catch (OutputException e) {
      assertThat(e.getMessage())
          .containsAnyOf(
              "is being written by run", "was taken over by run", "exists", "lost the claim");
      return false;
    }
  }

  private interface Verdict {
    void on(String call, boolean completed);
  }

  static List<IntFunction<Fault>> faults() {
    return List.of(
        OutputFaultsTest::failing,
        OutputFaultsTest::full,
        OutputFaultsTest::gone,
        OutputFaultsTest::killed);
  }

  /** Runs with a fault at each call in turn until a run has none left. */
  private void everyCall(
      Kind kind, IntFunction<Fault> fault, Runnable before, IfPresent ifPresent, Verdict verdict) {
    for (int at = 0; ; at++) {
      DISK.format(kind);
      before.run();
      DISK.heal();
      DISK.fault = fault.apply(at);
      boolean completed = true;
      try {
        run("new", ifPresent);
      } catch (OutputException | Killed e) {
        completed = false;
      }
      if (DISK.counted <= at) {
        assertThat(at).isGreaterThan(15);
        return;
      }
      String call = "%s: call %d, %s".formatted(kind, at, DISK.calls.get(at));
      DISK.heal();
      verdict.on(call, completed);
    }
  }

  /** What a run does later, when the claim of a run that died has expired. */
  private void nextRun(String call, Optional<String> found, IfPresent ifPresent) {
    DISK.clock += LONG_AFTER;
    if (found.isPresent() && ifPresent == IfPresent.REFUSE) {
      assertThatThrownBy(() -> run("next", ifPresent)).as(call).isInstanceOf(OutputException.class);
      assertThat(readable()).as(call).isEqualTo(found);
    }
    run("next", IfPresent.REPLACE);
    assertThat(readable()).as(call).contains("next");
    assertCopies(call, "next");
    // Nothing of dead runs stays once it is old.
    DISK.clock += OutputDirectory.RETENTION_MILLIS;
    run("after", IfPresent.REPLACE);
    assertThat(DISK.files.keySet().stream().filter(f -> f.contains("part-"))).as(call).isEmpty();
    assertThat(DISK.files.keySet().stream().filter(f -> f.endsWith("/qparams.json")))
        .as(call)
        .hasSize(3);
  }

  private void assertCopies(String call, String content) {
    assertThat(DISK.files.get(path("/model.int8.onnx")))
        .as(call)
        .isEqualTo(("model " + content).getBytes(UTF_8));
    assertThat(DISK.files.get(path("/result.json")))
        .as(call)
        .isEqualTo(("times " + content).getBytes(UTF_8));
    assertThat(DISK.files).as(call).doesNotContainKey(path("/.octant/copying"));
  }

  /** The number of a call of a run that replaces an output. */
  private int callOf(Kind kind, String call) {
    DISK.format(kind);
    run("old", IfPresent.REFUSE);
    DISK.heal();
    run("new", IfPresent.REPLACE);
    assertThat(DISK.calls).contains(call);
    return DISK.calls.indexOf(call);
  }

  private static String path(String name) {
    return "/models/out" + name;
  }

  private void run(String content, IfPresent ifPresent) {
    try (OutputCommit commit = OutputCommit.begin(hadoop, OUT, ifPresent)) {
      commit.write("model.int8.onnx", ("model " + content).getBytes(UTF_8));
      commit.write("qparams.json", ("qparams " + content).getBytes(UTF_8));
      commit.writeUnlisted("result.json", ("times " + content).getBytes(UTF_8));
      commit.publish(Map.of("model", "abc"), Map.of("octant", "1"));
    }
  }

  /** What a reader finds, checked against the manifest. */
  private Optional<String> readable() {
    return PublishedOutput.read(hadoop, OUT)
        .map(found -> new String(found.report(), UTF_8).substring("times ".length()));
  }
}
