package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.OctantException;
import io.octant.conformance.api.ApiCases;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Runs a suite and reports: a line a failing or skipped case, a table by area and topic, and last
 * {@code N passed, N failed, N skipped}. See {@code docs/conformance.md}.
 */
public final class ConformanceRun {
  private final Path suite;
  private final Map<String, Area> areas;
  private final List<KnownDifference> knownDifferences;
  private final PrintStream out;
  private final boolean verbose;
  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
  private final Map<String, int[]> table = new TreeMap<>();

  ConformanceRun(
      Path suite,
      Map<String, Area> areas,
      List<KnownDifference> knownDifferences,
      PrintStream out,
      boolean verbose) {
    this.suite = suite;
    this.areas = areas;
    this.knownDifferences = knownDifferences;
    this.out = out;
    this.verbose = verbose;
  }

  /**
   * Usage: {@code DIR [--only PREFIX] [--verbose]}; the exit code is 0 if nothing failed, 1 if
   * something did, 2 for bad usage.
   */
  public static void main(String[] args) {
    List<String> words = new ArrayList<>(List.of(args));
    boolean verbose = words.remove("--verbose");
    int at = words.indexOf("--only");
    String only = at >= 0 && at + 1 < words.size() ? words.get(at + 1) : "";
    if (at >= 0) {
      words.subList(at, Math.min(at + 2, words.size())).clear();
    }
    if (words.size() != 1 || !Files.isDirectory(Path.of(words.get(0)))) {
      System.err.println(
          "Usage: dev/conformance DIR [--only PREFIX] [--verbose], DIR being a folder with conformance cases");
      System.exit(2);
    }
    List<CompiledRuns> engines = CompiledRuns.onClassPath();
    ConformanceRun run =
        new ConformanceRun(
            Path.of(words.get(0)),
            Areas.standard(engines),
            KnownDifferences.ALL,
            System.out,
            verbose);
    run.runAll(only);
    engines.forEach(e -> e.report(System.out));
    run.report();
    System.exit(run.count(Outcome.Kind.FAILED) == 0 ? 0 : 1);
  }

  /** Runs every case whose path starts with a prefix. */
  Map<String, Outcome> runAll(String prefix) {
    for (String path : cases(suite)) {
      if (path.startsWith(prefix)) {
        Outcome outcome = run(path);
        outcomes.put(path, outcome);
        switch (outcome.kind()) {
          case FAILED -> out.println("FAILED  " + path + ": " + outcome.message());
          case SKIPPED -> out.println("SKIPPED " + path + ": " + outcome.message());
          case PASSED -> {
            if (!outcome.message().isEmpty()) {
              out.println("PASSED  " + path + ", compared otherwise: " + outcome.message());
            }
          }
          case UNTESTED ->
              out.println("UNTESTED " + path + ": no hand-written test for " + outcome.message());
          case API -> {
            if (verbose) {
              out.println("API     " + path + ": tested by " + outcome.message());
            }
          }
          default -> {}
        }
      }
    }
    return outcomes;
  }

  /**
   * Case paths: those of index.json, or every JSON document in a subfolder where there is no index.
   */
  static List<String> cases(Path suite) {
    Path index = suite.resolve("index.json");
    try {
      if (Files.exists(index)) {
        List<String> paths = new ArrayList<>();
        for (JsonNode c : new ObjectMapper().readTree(index.toFile()).path("cases")) {
          paths.add(c.path("path").asText());
        }
        return paths;
      }
      try (Stream<Path> files = Files.walk(suite, 2)) {
        return files
            .filter(f -> f.toString().endsWith(".json") && !f.getParent().equals(suite))
            .map(f -> suite.relativize(f).toString())
            .sorted()
            .toList();
      }
    } catch (IOException e) {
      throw new OctantException(
          "Cannot list conformance cases: " + suite + ": " + e.getMessage(), e);
    }
  }

  private Outcome run(String path) {
    GoldenCase golden = null;
    Outcome outcome;
    try {
      golden = GoldenCase.load(suite, path);
      if (golden.document().path("kind").asText().equals("api")) {
        outcome = describedInWords(golden.document());
      } else {
        Area area = areas.get(golden.area());
        if (area == null) {
          throw new OctantException(
              "Cannot run case: unknown area "
                  + golden.area()
                  + ", expected one of "
                  + areas.keySet());
        }
        area.run(golden);
        outcome = passed(golden);
      }
    } catch (Difference e) {
      outcome = explain(golden, e.getMessage());
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      if (verbose) {
        e.printStackTrace(out);
      }
      outcome = explain(golden, e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    count(golden == null ? "?" : golden.area(), golden == null ? "?" : golden.topic(), outcome);
    return outcome;
  }

  private static Outcome passed(GoldenCase golden) {
    return golden.adjustments().isEmpty()
        ? Outcome.PASS
        : new Outcome(Outcome.Kind.PASSED, String.join(", ", golden.adjustments()));
  }

  private static Outcome describedInWords(JsonNode document) {
    String test = ApiCases.tests().get(document.path("name").asText());
    return test != null
        ? new Outcome(Outcome.Kind.API, test)
        : new Outcome(Outcome.Kind.UNTESTED, document.path("what").asText());
  }

  private Outcome explain(GoldenCase golden, String difference) {
    if (golden != null) {
      for (KnownDifference known : knownDifferences) {
        if (known.explains(golden, difference)) {
          return Outcome.skipped(known.id() + " – " + known.reason());
        }
      }
    }
    return Outcome.failed(difference);
  }

  private void count(String area, String topic, Outcome outcome) {
    table
        .computeIfAbsent(
            area.equals(topic) ? area : area + "/" + topic,
            k -> new int[Outcome.Kind.values().length])[outcome.kind().ordinal()]++;
  }

  int count(Outcome.Kind kind) {
    return (int) outcomes.values().stream().filter(o -> o.kind() == kind).count();
  }

  /** Prints the table and the closing line. */
  void report() {
    out.printf("%n%-28s %7s %7s %7s %7s%n", "area/topic", "passed", "failed", "skipped", "api");
    table.forEach(
        (topic, n) -> out.printf("%-28s %7d %7d %7d %7d%n", topic, n[0], n[1], n[2], n[3] + n[4]));
    out.printf(
        "%ndescribed in words: %d with a hand-written test, %d without%n",
        count(Outcome.Kind.API), count(Outcome.Kind.UNTESTED));
    out.printf(
        "passed, but outputs compared otherwise where PyTorch's are wrong: %d%n",
        outcomes.values().stream()
            .filter(o -> o.kind() == Outcome.Kind.PASSED && !o.message().isEmpty())
            .count());
    out.printf(
        "%d passed, %d failed, %d skipped%n",
        count(Outcome.Kind.PASSED), count(Outcome.Kind.FAILED), count(Outcome.Kind.SKIPPED));
  }
}
