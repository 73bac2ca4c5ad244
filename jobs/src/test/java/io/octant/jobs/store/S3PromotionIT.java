package io.octant.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.jobs.JobProcess;
import io.octant.pipeline.Promotion;
import io.octant.pipeline.Promotion.Outcome;
import io.octant.pipeline.PromotionCandidate;
import io.octant.pipeline.output.CurrentFolder;
import io.octant.pipeline.output.CurrentResult;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.ResultFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is current on S3: the commands, several at once, and with an endpoint that fails. */
@Tag("cluster")
class S3PromotionIT {
  private static final String BASE = "s3a://" + S3Server.BUCKET + "/";
  private static final String MODEL = "model.int8.onnx";
  private static final int DAYS = 5;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path folder;
  private static S3Server s3;
  private static Configuration hadoop;

  @BeforeAll
  static void startServer() throws Exception {
    s3 = S3Server.start(folder);
    hadoop = s3.hadoop();
    for (int day = 1; day <= DAYS; day++) {
      publish(day, day < DAYS);
    }
  }

  @AfterAll
  static void stopServer() throws Exception {
    s3.close();
  }

  @AfterEach
  void mend() {
    s3.proxy().make(RequestFaults.NEVER);
  }

  /** The whole result of a day; the last day has missed its gate. */
  private static void publish(int day, boolean passed) throws Exception {
    ObjectNode report = MAPPER.createObjectNode().put("status", "ok").put("step", "quantize");
    report.putArray("outputs");
    report
        .putArray("gates")
        .addObject()
        .put("name", "minAccuracy")
        .put("value", passed ? 0.9 : 0.7)
        .put("threshold", 0.8)
        .put("passed", passed);
    try (OutputCommit commit =
        OutputCommit.begin(hadoop, result(day), OutputCommit.IfPresent.REFUSE)) {
      commit.write(MODEL, model(day).getBytes(StandardCharsets.UTF_8));
      commit.writeUnlisted("result.json", MAPPER.writeValueAsBytes(report));
      commit.publish(Map.of(), Map.of());
    }
  }

  @Test
  void theCommandsPromoteRefuseAndGoBack() throws Exception {
    String place = BASE + "commands";
    assertThat(run(3, "current", place)).contains("nothing was promoted there");
    assertThat(run(0, promote(1, place))).contains("Promoted at " + place, "2026-11-01");
    assertThat(run(0, promote(1, place))).contains("Nothing to do: ", "number 1, 2026-11-01");
    assertThat(run(0, promote(2, place))).contains("Promoted at " + place, "2026-11-02");
    assertThat(run(4, promote(DAYS, place))).contains("gate minAccuracy was missed");
    assertThat(run(0, promote(1, place))).contains("has the result of a later date");
    assertThat(run(0, "promote", "--current", place, "--to", "2026-11-01")).contains("number 1");
    assertThat(run(0, promote(2, place))).contains("has been left since");
    assertThat(run(0, "current", place, "--history").lines().filter(l -> l.contains(" 2026-11-0")))
        .hasSize(3);

    JsonNode current = MAPPER.readTree(s3.get("commands/current.json"));
    assertThat(current.path("number").asInt()).isEqualTo(3);
    String file = current.at("/result/folder").asText() + "/" + MODEL;
    assertThat(s3.get(file.substring(BASE.length()))).asString().isEqualTo(model(1));
  }

  @Test
  void ofTwoProcessesAtOnceBothAreHeard() throws Exception {
    String place = BASE + "two";
    List<Callable<String>> both = new ArrayList<>();
    for (int day : new int[] {1, 2}) {
      both.add(() -> run(0, promote(day, place)));
    }
    List<String> said = all(both);
    List<CurrentResult> history = CurrentFolder.at(hadoop, place).history();
    assertThat(read(place)).isEqualTo(model(2));
    assertThat(history).hasSize(said.get(0).contains("Nothing to do: ") ? 1 : 2);
    assertNoClaims(place);
  }

  @Test
  void ofManyAtOnceNoneIsLost() throws Exception {
    String place = BASE + "many";
    List<Callable<Promotion.Done>> promotions = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      // Without dates each that differs from the last becomes current.
      int day = 1 + i % (DAYS - 1);
      promotions.add(() -> promotion(place).promote(candidate(day, Optional.empty())));
    }
    long moved = all(promotions).stream().filter(done -> done.outcome() == Outcome.MOVED).count();
    List<CurrentResult> history = CurrentFolder.at(hadoop, place).history();
    assertThat(history).hasSize((int) moved);
    for (int i = 0; i < history.size(); i++) {
      assertThat(history.get(i).number()).isEqualTo(i + 1);
    }
    assertNoClaims(place);
  }

  @ParameterizedTest
  @EnumSource(
      value = RequestFaults.Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE"})
  void withAnEndpointThatFailsTheOldOneOrTheNewOneIsCurrent(RequestFaults.Kind kind) {
    long seed = Long.getLong("octant.seed", new Random().nextLong());
    System.out.println("S3PromotionIT " + kind + " -Doctant.seed=" + seed);
    Random random = new Random(seed);
    int made = 0;
    for (int run = 0; run < 3; run++) {
      String place = BASE + kind + "/" + run;
      assertThat(promote(place, 1)).isEqualTo(Outcome.MOVED);
      RequestFaults faults =
          new RequestFaults(kind, 0.05 + 0.4 * random.nextDouble(), random.nextLong());
      s3.proxy().make(faults);
      boolean done = false;
      try {
        assertThat(promote(place, 2)).isEqualTo(Outcome.MOVED);
        done = true;
      } catch (RuntimeException e) {
        assertThat(e).hasMessageStartingWith("Cannot ");
      }
      s3.proxy().make(RequestFaults.NEVER);
      made += faults.made();
      assertThat(read(place)).isIn(done ? List.of(model(2)) : List.of(model(1), model(2)));
      // Whoever comes later is not kept from the place by what the promotion has left.
      assertThat(promote(place, 3)).isEqualTo(Outcome.MOVED);
      assertThat(CurrentFolder.at(hadoop, place).history()).hasSizeBetween(done ? 3 : 2, 3);
    }
    assertThat(made).isPositive();
  }

  private static Outcome promote(String place, int day) {
    return promotion(place).promote(candidate(day, Optional.of(date(day)))).outcome();
  }

  private static Promotion promotion(String place) {
    return new Promotion(hadoop, place, Promotion.Mode.MOVE);
  }

  private static PromotionCandidate candidate(int day, Optional<LocalDate> date) {
    return new PromotionCandidate(result(day), Optional.empty(), Optional.empty(), date);
  }

  private static String[] promote(int day, String place) {
    return new String[] {
      "promote", result(day), "--run-date", date(day).toString(), "--current", place
    };
  }

  private static String result(int day) {
    return BASE + "int8/" + day;
  }

  private static String model(int day) {
    return "model " + day;
  }

  private static LocalDate date(int day) {
    return LocalDate.of(2026, 11, day);
  }

  private static String read(String place) {
    return new String(ResultFile.read(hadoop, place, MODEL), StandardCharsets.UTF_8);
  }

  private static void assertNoClaims(String place) throws Exception {
    org.apache.hadoop.fs.Path claims = new org.apache.hadoop.fs.Path(place, ".octant");
    assertThat(claims.getFileSystem(hadoop).exists(claims)).as("no claim is left").isFalse();
  }

  /** A command in a process of its own, keys from the environment; gives what it said. */
  private static String run(int exitCode, String... arguments) throws Exception {
    StringBuilder options = new StringBuilder("-Xmx300m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    s3.properties().forEach((key, value) -> options.append(" -Dspark.hadoop." + key + "=" + value));
    Map<String, String> environment =
        new TreeMap<>(
            Map.of(
                "JDK_JAVA_OPTIONS",
                options.toString(),
                "AWS_ACCESS_KEY_ID",
                S3Server.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                S3Server.SECRET_KEY));
    Path log = Files.createTempFile(folder, "command-", ".log");
    Process process = JobProcess.start(log, Jars.of("stores/s3"), environment, List.of(arguments));
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(log);
    assertThat(process.exitValue()).as(said).isEqualTo(exitCode);
    assertThat(said).doesNotContain(S3Server.SECRET_KEY);
    return said;
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
}
