package io.octant.jobs.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code conf/airflow/octant_requantize.py}, loaded by {@code load_dag.py} in place of Airflow, and
 * its command lines, run in the order of its graph.
 *
 * @param folder where commands run
 * @param bin has {@code spark-submit}
 */
record AirflowDag(Path folder, Path bin, Path jar, String master) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path FILE = Path.of("../conf/airflow/octant_requantize.py").toAbsolutePath();
  private static final Path LOADER =
      Path.of("src/test/resources/airflow/load_dag.py").toAbsolutePath();

  /** What a run came to: the state of each task, by name, in order, and all that it wrote. */
  record Run(Map<String, String> states, String log) {}

  /**
   * The tasks of a day, their templates rendered.
   *
   * @param version of Airflow, 2 or 3
   */
  JsonNode load(String version, String day, Map<String, Object> params)
      throws IOException, InterruptedException {
    ObjectNode context = MAPPER.createObjectNode().put("ds", day).put("master", master);
    context.set("params", MAPPER.valueToTree(params));
    return MAPPER.readTree(python(version, context, Map.of()));
  }

  /** Has the DAG say that a task has failed. */
  void alert(String task, String url) throws IOException, InterruptedException {
    ObjectNode context = MAPPER.createObjectNode().put("ds", Days.FIRST).put("master", master);
    python("3", context.put("alert", task), Map.of("OCTANT_ALERT_URL", url));
  }

  private String python(String version, ObjectNode context, Map<String, String> environment)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("OCTANT_JAR", jar.toString());
    Command python =
        Command.run(
            folder,
            bin,
            all,
            List.of("python3", LOADER.toString(), version, FILE.toString(), context.toString()));
    if (python.exitCode() != 0) {
      throw new AssertionError("Cannot load the DAG with python3: " + python.log());
    }
    return python.log();
  }

  /** Runs a day as Airflow does: a task whose predecessor failed or was skipped does not run. */
  Run run(String day, Map<String, Object> params) throws IOException, InterruptedException {
    JsonNode tasks = load("3", day, params).get("tasks");
    Map<String, String> states = new LinkedHashMap<>();
    StringBuilder log = new StringBuilder();
    Set<String> left = new HashSet<>();
    tasks.fieldNames().forEachRemaining(left::add);
    while (!left.isEmpty()) {
      String next =
          left.stream()
              .filter(name -> states.keySet().containsAll(upstream(tasks.get(name))))
              .sorted()
              .findFirst()
              .orElseThrow(() -> new AssertionError("a circle of tasks: " + left));
      left.remove(next);
      List<String> before = upstream(tasks.get(next)).stream().map(states::get).toList();
      if (before.contains("failed") || before.contains("upstream_failed")) {
        states.put(next, "upstream_failed");
      } else if (before.contains("skipped")) {
        states.put(next, "skipped");
      } else {
        states.put(next, state(next, tasks.get(next), log));
      }
    }
    return new Run(states, log.toString());
  }

  private String state(String name, JsonNode task, StringBuilder log)
      throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>();
    task.get("env").properties().forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
    List<String> words = new ArrayList<>();
    task.get("command").forEach(word -> words.add(word.asText()));
    Command command = Command.run(folder, bin, environment, words);
    log.append("== ").append(name).append(" ended with ").append(command.exitCode()).append('\n');
    log.append(command.log());
    if (command.exitCode() == 0) {
      return "success";
    }
    return command.exitCode() == task.get("skip").asInt(-1) ? "skipped" : "failed";
  }

  private static List<String> upstream(JsonNode task) {
    List<String> names = new ArrayList<>();
    task.get("upstream").forEach(name -> names.add(name.asText()));
    return names;
  }
}
