package io.octant.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.OutputException;
import io.octant.pipeline.output.OutputExistsException;
import io.octant.pipeline.output.OutputUnavailableException;
import io.octant.pipeline.output.PublishedOutput;
import io.octant.pipeline.output.WholeFile;
import io.octant.pipeline.output.WholeFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Outputs and kept states on S3: several at once, and with an endpoint that fails. */
@Tag("cluster")
class S3OutputIT {
  private static final Map<String, String> NONE = Map.of();

  private static S3Server s3;
  private static Configuration hadoop;

  @BeforeAll
  static void startServer(@TempDir Path folder) throws Exception {
    s3 = S3Server.start(folder);
    hadoop = s3.hadoop();
  }

  @AfterAll
  static void stopServer() throws Exception {
    s3.close();
  }

  @AfterEach
  void mend() {
    s3.proxy().make(RequestFaults.NEVER);
  }

  @Test
  void ofManyThatCreateOneFileOneWins() throws Exception {
    for (int round = 0; round < 5; round++) {
      String file = uri("create/" + round);
      List<Callable<Boolean>> writers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        byte[] bytes = bytes("writer " + i);
        writers.add(
            () -> {
              try {
                WholeFile.at(hadoop, file).create(bytes);
                return true;
              } catch (OutputExistsException e) {
                return false;
              }
            });
      }
      assertThat(all(writers)).containsOnlyOnce(true);
    }
  }

  /** S3 refuses the second attempt, as the first one has made the object. */
  @Test
  void aLostAnswerIsNotTakenForAnotherWriter() {
    s3.proxy().make(new RequestFaults(RequestFaults.Kind.LOST, 0.5, 7));
    int created = 0;
    for (int i = 0; i < 10; i++) {
      try {
        WholeFile.at(hadoop, uri("lost/" + i)).create(bytes("mine"));
        created++;
      } catch (OutputUnavailableException e) {
        assertThat(e).hasMessageContaining("expected storage that takes it");
      }
    }
    assertThat(created).isPositive();
  }

  @Test
  void aSecondRunIsRefusedWhileTheFirstLives() {
    String output = uri("leased");
    try (OutputCommit first = OutputCommit.begin(hadoop, output, IfPresent.REPLACE)) {
      assertThatThrownBy(() -> OutputCommit.begin(hadoop, output, IfPresent.REPLACE))
          .isInstanceOf(OutputUnavailableException.class)
          .hasMessageContaining("is being written by run ");
      publish(first, "first");
    }
    try (OutputCommit second = OutputCommit.begin(hadoop, output, IfPresent.REPLACE)) {
      publish(second, "second");
    }
    assertThat(content(output)).isEqualTo("second");
  }

  /** Readers find a whole result at any time, whatever ten runs on one output do. */
  @Test
  void readersFindAWholeResultWhileRunsCompete() throws Exception {
    String output = uri("contested");
    try (OutputCommit commit = OutputCommit.begin(hadoop, output, IfPresent.REPLACE)) {
      publish(commit, "0");
    }
    List<Callable<Boolean>> runs = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      String text = "run " + i;
      runs.add(
          () -> {
            try (OutputCommit commit = OutputCommit.begin(hadoop, output, IfPresent.REPLACE)) {
              publish(commit, text);
              return true;
            } catch (OutputUnavailableException e) {
              return false;
            }
          });
    }
    for (int i = 0; i < 30; i++) {
      runs.add(() -> !content(output).isEmpty());
    }
    assertThat(all(runs)).filteredOn(done -> done).hasSizeGreaterThanOrEqualTo(31);
    assertThat(content(output)).matches("run [0-9]+");
  }

  @ParameterizedTest
  @EnumSource(
      value = RequestFaults.Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE"})
  void withAnEndpointThatFailsTheOldResultOrTheNewOneIsThere(RequestFaults.Kind kind) {
    long seed = Long.getLong("octant.seed", new Random().nextLong());
    System.out.println("S3OutputIT " + kind + " -Doctant.seed=" + seed);
    Random random = new Random(seed);
    int made = 0;
    for (int run = 0; run < 4; run++) {
      String output = uri(kind + "/" + run);
      try (OutputCommit commit = OutputCommit.begin(hadoop, output, IfPresent.REFUSE)) {
        publish(commit, "old");
      }
      RequestFaults faults =
          new RequestFaults(kind, 0.05 + 0.5 * random.nextDouble(), random.nextLong());
      s3.proxy().make(faults);
      boolean done = false;
      try (OutputCommit commit = OutputCommit.begin(hadoop, output, IfPresent.REPLACE)) {
        publish(commit, "new");
        done = true;
      } catch (OutputException e) {
        assertThat(e).hasMessageStartingWith("Cannot ");
      }
      s3.proxy().make(RequestFaults.NEVER);
      made += faults.made();
      assertThat(content(output))
          .as("run %d", run)
          .isIn(done ? List.of("new") : List.of("old", "new"));
      // Whoever comes later is not kept from the output by what the run has left.
      try (OutputCommit commit = OutputCommit.begin(hadoop, output, IfPresent.REPLACE)) {
        publish(commit, "next");
      }
      assertThat(content(output)).isEqualTo("next");
    }
    assertThat(made).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      value = RequestFaults.Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE"})
  void aKeptStateIsWholeOrAbsent(RequestFaults.Kind kind) {
    long seed = Long.getLong("octant.seed", new Random().nextLong());
    System.out.println("S3OutputIT " + kind + " -Doctant.seed=" + seed);
    Random random = new Random(seed);
    WholeFolder folder = WholeFolder.at(hadoop, uri("states-" + kind));
    byte[] state = new byte[300_000];
    random.nextBytes(state);
    int made = 0;
    for (int run = 0; run < 4; run++) {
      RequestFaults faults = new RequestFaults(kind, 0.4, random.nextLong());
      s3.proxy().make(faults);
      String name = "key/" + run + ".octsplit";
      boolean written = false;
      try {
        folder.write(name, state);
        written = true;
        assertThat(folder.read(name)).hasValue(state);
      } catch (OctantException e) {
        assertThat(e).hasMessageStartingWith("Cannot ");
      }
      s3.proxy().make(RequestFaults.NEVER);
      made += faults.made();
      if (written) {
        assertThat(folder.read(name)).hasValue(state);
      } else {
        folder.read(name).ifPresent(bytes -> assertThat(bytes).isEqualTo(state));
      }
    }
    assertThat(made).isPositive();
  }

  private static void publish(OutputCommit commit, String text) {
    commit.write("text", bytes(text));
    commit.write("large", new byte[200_000]);
    commit.writeUnlisted("result.json", bytes("{}"));
    commit.publish(NONE, NONE);
  }

  /** What the published result says; its files are checked. */
  private static String content(String output) {
    for (int attempt = 0; ; attempt++) {
      Manifest manifest = PublishedOutput.read(hadoop, output).orElseThrow().manifest();
      try {
        return new String(
            WholeFile.at(hadoop, output + "/" + manifest.folder() + "/text").read(),
            StandardCharsets.UTF_8);
      } catch (DataException e) {
        // Replaced twice meanwhile.
        if (attempt == 5) {
          throw e;
        }
      }
    }
  }

  private static <T> List<T> all(List<Callable<T>> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(work)) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static String uri(String path) {
    return "s3a://" + S3Server.BUCKET + "/" + path;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
