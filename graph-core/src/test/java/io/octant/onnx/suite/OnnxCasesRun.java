package io.octant.onnx.suite;

import io.octant.engine.Engine;
import io.octant.engine.reference.ReferenceEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Runs every case below a folder on every engine: a line a case that is not right, a table by
 * operator, and last {@code N passed, N failed, N skipped}, where skipped is refused by name.
 */
public final class OnnxCasesRun {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<Engine> engines;
  private final PrintStream out;
  private final int[] totals = new int[OnnxCase.Kind.values().length];
  private final TreeMap<String, int[]> byOperator = new TreeMap<>();

  private OnnxCasesRun(List<Engine> engines, PrintStream out) {
    this.engines = engines;
    this.out = out;
  }

  /**
   * Usage: {@code DIR [--only PREFIX] [--tolerance RELATIVE]}; the exit code is 0 if nothing was
   * wrong, 1 if something was, 2 for bad usage.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(args));
    String only = option(words, "--only", "");
    double tolerance = Double.parseDouble(option(words, "--tolerance", "1e-4"));
    if (words.size() != 1 || !Files.isDirectory(Path.of(words.get(0)))) {
      System.err.println(
          "Usage: dev/onnx-cases DIR [--only PREFIX] [--tolerance RELATIVE], DIR being a folder of folders with model.onnx, in.K.npy and out.K.npy");
      System.exit(2);
    }
    List<Engine> engines = new ArrayList<>(List.of(new ReferenceEngine()));
    ServiceLoader.load(Engine.class).forEach(engines::add);
    OnnxCasesRun run = new OnnxCasesRun(engines, System.out);
    run.runAll(Path.of(words.get(0)), only, tolerance);
    System.exit(run.report() == 0 ? 0 : 1);
  }

  private static String option(List<String> words, String name, String otherwise) {
    int at = words.indexOf(name);
    if (at < 0 || at + 1 == words.size()) {
      return otherwise;
    }
    words.remove(at);
    return words.remove(at);
  }

  private void runAll(Path suite, String only, double tolerance)
      throws IOException, InterruptedException {
    List<Path> folders;
    try (Stream<Path> found = Files.list(suite)) {
      folders =
          found
              .filter(f -> Files.exists(f.resolve("model.onnx")))
              .filter(f -> f.getFileName().toString().startsWith(only))
              .sorted()
              .toList();
    }
    for (Path folder : folders) {
      run(OnnxCase.of(folder, tolerance));
    }
  }

  private void run(OnnxCase c) throws InterruptedException {
    OnnxCase.Kind worst = OnnxCase.Kind.RIGHT;
    for (Engine engine : engines) {
      OnnxCase.Outcome outcome = limited(c, engine);
      if (outcome.kind() != OnnxCase.Kind.RIGHT) {
        out.printf(
            "%-8s %s on %s: %s%n", outcome.kind(), c.name(), engine.name(), outcome.message());
      }
      if (outcome.kind().compareTo(worst) > 0) {
        worst = outcome.kind();
      }
    }
    totals[worst.ordinal()]++;
    for (String operator : c.operators()) {
      byOperator.computeIfAbsent(operator, o -> new int[totals.length])[worst.ordinal()]++;
    }
  }

  /** A case that does not end is wrong; its thread is a daemon and left alone. */
  private static OnnxCase.Outcome limited(OnnxCase c, Engine engine) throws InterruptedException {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            r -> {
              Thread t = new Thread(r, c.name());
              t.setDaemon(true);
              return t;
            });
    try {
      return thread.submit(() -> c.run(engine)).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new OnnxCase.Outcome(OnnxCase.Kind.WRONG, "not done in " + LIMIT.toSeconds() + " s");
    } catch (ExecutionException e) {
      return new OnnxCase.Outcome(OnnxCase.Kind.WRONG, String.valueOf(e.getCause()));
    } finally {
      thread.shutdownNow();
    }
  }

  /** Prints the tables and returns the number of wrong cases. */
  private int report() {
    out.printf("%n%-32s %6s %8s %6s%n", "operator", "right", "refused", "wrong");
    byOperator.forEach((op, n) -> out.printf("%-32s %6d %8d %6d%n", op, n[0], n[1], n[2]));
    out.printf("%n%d passed, %d failed, %d skipped%n", totals[0], totals[2], totals[1]);
    return totals[2];
  }
}
