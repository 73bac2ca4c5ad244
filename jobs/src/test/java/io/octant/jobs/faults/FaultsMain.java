package io.octant.jobs.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Brings faults about, many times: what {@code dev/faults} runs. */
public final class FaultsMain {
  private static final String ROW = "%-28s %5s %11s %12s %11s %8s%n";

  private final FaultBench bench;
  private final Path folder;
  private final long seed;
  private int passed;
  private int failed;

  private FaultsMain(FaultBench bench, Path folder, long seed) {
    this.bench = bench;
    this.folder = folder;
    this.seed = seed;
  }

  /**
   * Takes the folder for all files, the seed, how many times, the number of the first run, and the
   * kinds; without any, all.
   */
  public static void main(String[] args) throws Exception {
    if (args.length < 4) {
      Faults.all().forEach(f -> System.out.printf("%-28s %s%n", f.name(), f.meaning()));
      return;
    }
    Path folder = Path.of(args[0]);
    long seed = Long.parseLong(args[1]);
    int times = Integer.parseInt(args[2]);
    int first = Integer.parseInt(args[3]);
    List<String> names = List.of(args).subList(4, args.length);
    List<Fault> kinds =
        Faults.all().stream().filter(f -> names.isEmpty() || names.contains(f.name())).toList();
    if (kinds.size() < names.size()) {
      List<String> known = Faults.all().stream().map(Fault::name).toList();
      System.err.println("Cannot run all of " + names + ", expected some of " + known);
      System.exit(2);
    }
    System.out.println("seed " + seed);
    FaultsMain main;
    try (FaultBench bench = FaultBench.open(folder.resolve("bench"))) {
      main = new FaultsMain(bench, folder, seed);
      List<String> table = new ArrayList<>();
      for (Fault kind : kinds) {
        table.add(main.row(kind, times, first));
      }
      System.out.printf(
          Locale.ROOT, ROW, "kind", "runs", "same bytes", "clear error", "unexpected", "seconds");
      table.forEach(System.out::print);
    }
    System.out.printf("%d passed, %d failed%n", main.passed, main.failed);
    System.exit(main.failed == 0 ? 0 : 1);
  }

  private String row(Fault kind, int times, int first) throws IOException {
    Map<Outcome, Integer> ended = new EnumMap<>(Outcome.class);
    int unexpected = 0;
    long start = System.nanoTime();
    for (int run = first; run < first + times; run++) {
      Path own = Files.createDirectories(folder.resolve(kind.name() + "-" + run));
      long began = System.nanoTime();
      String how;
      try {
        Outcome outcome =
            kind.action().run(bench, own, new Random(FaultSeed.of(seed, kind.name(), run)));
        ended.merge(outcome, 1, Integer::sum);
        how = outcome == Outcome.SAME_BYTES ? "same bytes" : "clear error";
        delete(own);
      } catch (Exception | AssertionError e) {
        unexpected++;
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace, true));
        Files.writeString(own.resolve("unexpected.txt"), trace.toString());
        how = "unexpected, see " + own;
      }
      System.out.printf(
          Locale.ROOT, "%s, run %d: %s (%d s)%n", kind.name(), run, how, seconds(began));
    }
    passed += times - unexpected;
    failed += unexpected;
    return String.format(
        Locale.ROOT,
        ROW,
        kind.name(),
        times,
        ended.getOrDefault(Outcome.SAME_BYTES, 0),
        ended.getOrDefault(Outcome.CLEAR_ERROR, 0),
        unexpected,
        seconds(start) / times);
  }

  private static long seconds(long since) {
    return Duration.ofNanos(System.nanoTime() - since).toSeconds();
  }

  private static void delete(Path tree) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(tree)) {
      all = files.sorted(java.util.Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
