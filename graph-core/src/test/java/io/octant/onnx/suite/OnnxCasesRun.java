package io.octant.onnx.suite;

import io.octant.engine.Engine;
import io.octant.engine.reference.ReferenceEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Runs every case below a folder on every engine: a line for each that is wrong (with {@code
 * --verbose} for each that is refused, too), a table by operator, and for each engine {@code N
 * passed, N failed, N skipped}, where skipped is refused by name. A case counts for every operator
 * of its file.
 */
public final class OnnxCasesRun {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final String FRACTIONAL_LENGTH =
      "which divides by a length of 1.4 elements where ONNX Runtime and PyTorch, as Octant, take the"
          + " tensor's own length";

  /** Cases of ONNX's suite whose recorded outputs no runtime gives, and why. */
  private static final Map<String, String> DISPUTED =
      Map.of(
          "test_resize_downsample_scales_cubic_align_corners", FRACTIONAL_LENGTH,
          "test_resize_downsample_scales_linear_align_corners", FRACTIONAL_LENGTH);

  private final List<Engine> engines;
  private final Set<OnnxCase.Kind> listed;
  private final PrintStream out;
  private final Map<String, Counts> byEngine = new LinkedHashMap<>();
  private final Map<String, Map<String, Counts>> byOperator = new TreeMap<>();
  private final Map<String, String> disputed = new TreeMap<>();
  private int outside;

  private OnnxCasesRun(List<Engine> engines, Set<OnnxCase.Kind> listed, PrintStream out) {
    this.engines = engines;
    this.listed = listed;
    this.out = out;
    engines.forEach(e -> byEngine.put(e.name(), new Counts()));
  }

  /** How many cases ended in each way. */
  private static final class Counts {
    private final int[] of = new int[OnnxCase.Kind.values().length];

    void add(OnnxCase.Kind kind) {
      of[kind.ordinal()]++;
    }

    int of(OnnxCase.Kind kind) {
      return of[kind.ordinal()];
    }
  }

  /**
   * Usage: {@code DIR [--only PREFIX] [--tolerance RELATIVE] [--verbose]}; the exit code is 0 if
   * nothing was wrong, 1 if something was, 2 for bad usage.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(args));
    String only = option(words, "--only", "");
    double tolerance = Double.parseDouble(option(words, "--tolerance", "1e-4"));
    boolean verbose = words.remove("--verbose");
    if (words.size() != 1 || !Files.isDirectory(Path.of(words.get(0)))) {
      System.err.println(
          "Usage: dev/onnx-suite DIR [--only PREFIX] [--tolerance RELATIVE] [--verbose], DIR being a"
              + " folder of folders with model.onnx and either in.K.npy and out.K.npy or"
              + " test_data_set_N/{input_K,output_K}.pb");
      System.exit(2);
    }
    List<Engine> engines = new ArrayList<>(List.of(new ReferenceEngine()));
    ServiceLoader.load(Engine.class).forEach(engines::add);
    Set<OnnxCase.Kind> listed =
        verbose
            ? EnumSet.of(OnnxCase.Kind.REFUSED, OnnxCase.Kind.WRONG)
            : EnumSet.of(OnnxCase.Kind.WRONG);
    OnnxCasesRun run = new OnnxCasesRun(engines, listed, System.out);
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
      OnnxCase c = OnnxCase.of(folder, tolerance);
      if (!c.isPlainInference()) {
        outside++;
      } else if (DISPUTED.containsKey(c.name())) {
        disputed.put(c.name(), DISPUTED.get(c.name()));
      } else {
        run(c);
      }
    }
  }

  private void run(OnnxCase c) throws InterruptedException {
    List<String> operators = c.operators();
    for (Engine engine : engines) {
      OnnxCase.Outcome outcome = limited(c, engine);
      if (listed.contains(outcome.kind())) {
        out.printf(
            "%-8s %s on %s: %s%n", outcome.kind(), c.name(), engine.name(), outcome.message());
      }
      counts(byEngine, engine).add(outcome.kind());
      for (String operator : operators) {
        counts(byOperator.computeIfAbsent(operator, o -> new TreeMap<>()), engine)
            .add(outcome.kind());
      }
    }
  }

  private static Counts counts(Map<String, Counts> of, Engine engine) {
    return of.computeIfAbsent(engine.name(), e -> new Counts());
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

  /** Prints the tables and returns the number of wrong results. */
  private int report() {
    out.printf("%n%-32s", "operator");
    engines.forEach(e -> out.printf(" | %-21s", e.name()));
    out.printf("%n%-32s", "");
    engines.forEach(e -> out.printf(" | %5s %8s %6s", "right", "refused", "wrong"));
    out.println();
    byOperator.forEach(
        (operator, counts) -> {
          out.printf("%-32s", operator);
          for (Engine e : engines) {
            Counts n = counts(counts, e);
            out.printf(
                " | %5d %8d %6d",
                n.of(OnnxCase.Kind.RIGHT), n.of(OnnxCase.Kind.REFUSED), n.of(OnnxCase.Kind.WRONG));
          }
          out.println();
        });
    out.println();
    if (outside > 0) {
      out.println(outside + " not run: not plain tensors, or not inference");
    }
    disputed.forEach((name, why) -> out.println("not run: " + name + ", " + why));
    byEngine.forEach(
        (engine, n) ->
            out.printf(
                "%-10s %d passed, %d failed, %d skipped%n",
                engine + ":",
                n.of(OnnxCase.Kind.RIGHT),
                n.of(OnnxCase.Kind.WRONG),
                n.of(OnnxCase.Kind.REFUSED)));
    return byEngine.values().stream().mapToInt(n -> n.of(OnnxCase.Kind.WRONG)).sum();
  }
}
