package io.octant.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.octant.jobs.cluster.SparkProcess;
import io.octant.jobs.cluster.StandaloneCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four days of each schedule on a standalone master, and each day twice. */
@Tag("cluster")
class RequantizationIT {
  private static final List<String> TASKS =
      List.of("calibrate", "drift", "convert", "validate", "promote");

  @TempDir static Path shared;
  private static Path bin;
  private static Path conf;
  private static Path strict;

  @TempDir Path folder;
  private Path root;

  @BeforeAll
  static void write() throws IOException {
    bin = Files.createDirectories(shared.resolve("bin"));
    SparkProcess.writeSparkSubmit(bin);
    Days.write(shared);
    conf = Days.configuration(shared, "mine.conf", 5);
    strict = Days.configuration(shared, "strict.conf", 150);
  }

  @BeforeEach
  void place() {
    root = folder.resolve("models");
  }

  @Test
  void theGraphIsTheSameOnAirflowTwoAndThree() throws Exception {
    AirflowDag dag = new AirflowDag(folder, bin, SparkProcess.jar(), "spark://nowhere:7077");
    Map<String, Object> params = params(conf);
    JsonNode loaded = dag.load("3", Days.FIRST, params);
    assertThat(dag.load("2", Days.FIRST, params)).isEqualTo(loaded);
    assertThat(loaded.get("maxActiveRuns").asInt()).isEqualTo(1);
    JsonNode tasks = loaded.get("tasks");
    List<String> names = new ArrayList<>();
    tasks.fieldNames().forEachRemaining(names::add);
    assertThat(names).isEqualTo(TASKS);
    for (int i = 1; i < TASKS.size(); i++) {
      assertThat(tasks.get(TASKS.get(i)).get("upstream"))
          .extracting(JsonNode::asText)
          .containsExactly(TASKS.get(i - 1));
    }
    assertThat(tasks).allMatch(task -> task.get("alerts").asBoolean());
    assertThat(tasks).allMatch(task -> task.get("retries").asInt() > 0);

    // Two days differ in nothing but the day, and a parameter goes before the day of the run.
    String other = dag.load("3", Days.DRIFTED, params).toString();
    assertThat(other.replace(Days.DRIFTED, Days.FIRST)).isEqualTo(loaded.toString());
    assertThat(other).isNotEqualTo(loaded.toString());
    params.put("date", Days.FIRST);
    assertThat(dag.load("3", Days.DRIFTED, params)).isEqualTo(loaded);
  }

  @Test
  void aTaskThatFailedIsPostedToTheUrlOfAlerts() throws Exception {
    List<String> posted = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      AirflowDag dag = new AirflowDag(folder, bin, SparkProcess.jar(), "spark://nowhere:7077");
      dag.alert("validate", "http://127.0.0.1:" + server.getAddress().getPort() + "/");
    } finally {
      server.stop(0);
    }
    assertThat(posted)
        .containsExactly("{\"text\": \"octant_requantize.validate failed in run: its reason\"}");
  }

  @Test
  void theCommandLinesOfTheDagRunThroughDayByDay() throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(folder.resolve("cluster")).up()) {
      AirflowDag dag = new AirflowDag(folder, bin, SparkProcess.jar(), cluster.url());
      run(dag, Days.FIRST, conf, "success", "success", "success", "success", "success");
      assertCurrent(1, Days.FIRST);
      run(dag, Days.DRIFTED, conf, "success", "success", "success", "success", "success");
      assertCurrent(2, Days.DRIFTED);
      run(dag, Days.SAME, conf, "success", "skipped", "skipped", "skipped", "skipped");
      assertCurrent(2, Days.DRIFTED);

      // Again: the first day is compared with the second, and left where it is.
      Map<String, String> before = Tree.of(root);
      run(dag, Days.FIRST, conf, "success", "success", "success", "success", "success");
      run(dag, Days.DRIFTED, conf, "success", "skipped", "skipped", "skipped", "skipped");
      run(dag, Days.SAME, conf, "success", "skipped", "skipped", "skipped", "skipped");
      Map<String, Object> forced = params(conf);
      forced.put("force", true);
      AirflowDag.Run again = dag.run(Days.DRIFTED, forced);
      assertThat(again.states().values()).as(again.log()).containsOnly("success");
      assertThat(again.log().lines().filter(line -> line.startsWith("Nothing to do: ")))
          .as(again.log())
          .hasSize(TASKS.size() - 1);
      assertThat(Tree.of(root)).isEqualTo(before);

      AirflowDag.Run refused =
          run(
              dag,
              Days.REFUSED,
              strict,
              "success",
              "success",
              "success",
              "failed",
              "upstream_failed");
      assertThat(refused.log()).contains("== validate ended with 4", "SQNR in dB is ");
      assertCurrent(2, Days.DRIFTED);
    }
  }

  @Test
  void theScriptForCronDoesTheSame() throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(folder.resolve("cluster")).up()) {
      assertThat(cron(cluster, conf, Days.FIRST)).isZero();
      assertCurrent(1, Days.FIRST);
      assertThat(cron(cluster, conf, Days.DRIFTED)).isZero();
      assertCurrent(2, Days.DRIFTED);
      Map<String, String> before = Tree.of(root);
      assertThat(cron(cluster, conf, Days.DRIFTED)).isZero();
      assertThat(cron(cluster, conf, Days.FIRST)).isZero();
      assertThat(Tree.of(root)).isEqualTo(before);
      assertThat(folder.resolve("alerts")).doesNotExist();

      assertThat(cron(cluster, strict, Days.REFUSED)).isEqualTo(4);
      assertCurrent(2, Days.DRIFTED);
      assertThat(folder.resolve("alerts"))
          .hasContent(
              "octant-requantize: validate of %s for %s ended with 4"
                  .formatted(root, Days.REFUSED));
    }
  }

  private int cron(StandaloneCluster cluster, Path configuration, String day) throws Exception {
    Path alert = bin.resolve("alert");
    Files.writeString(alert, "#!/bin/sh\ncat >> '" + folder.resolve("alerts") + "'\n");
    assertThat(alert.toFile().setExecutable(true)).isTrue();
    Command script =
        Command.run(
            folder,
            bin,
            Map.of(
                "OCTANT",
                "spark-submit --master %s --conf spark.executor.memory=1g --class"
                        .formatted(cluster.url())
                    + " io.octant.jobs.Main "
                    + SparkProcess.jar(),
                "OCTANT_ALERT",
                "alert",
                "TMPDIR",
                folder.toString()),
            List.of(
                Path.of("../conf/cron/octant-requantize.sh").toAbsolutePath().toString(),
                configuration.toString(),
                root.toString(),
                day));
    return script.exitCode();
  }

  private AirflowDag.Run run(AirflowDag dag, String day, Path configuration, String... states)
      throws Exception {
    AirflowDag.Run run = dag.run(day, params(configuration));
    Map<String, String> expected = new HashMap<>();
    for (int i = 0; i < states.length; i++) {
      expected.put(TASKS.get(i), states[i]);
    }
    assertThat(run.states()).as(run.log()).isEqualTo(expected);
    return run;
  }

  private Map<String, Object> params(Path configuration) {
    Map<String, Object> params = new HashMap<>();
    params.put("conf", configuration.toString());
    params.put("root", root.toString());
    params.put("executor_memory", "1g");
    return params;
  }

  private void assertCurrent(int number, String day) throws IOException {
    JsonNode current =
        new ObjectMapper().readTree(Files.readAllBytes(root.resolve("current/current.json")));
    assertThat(current.get("number").asInt()).isEqualTo(number);
    assertThat(current.get("date").asText()).isEqualTo(day);
  }
}
