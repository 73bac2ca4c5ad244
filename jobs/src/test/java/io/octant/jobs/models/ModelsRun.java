package io.octant.jobs.models;

import io.octant.jobs.models.ModelStore.MissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Measures the models of {@code dev/models.txt}: each is fetched, quantized by a real job with the
 * configuration {@code conf/models/NAME.conf}, or the one of its kind of source, and compared with
 * ONNX Runtime and other quantizers. Its line in {@code docs/models.md} is written anew.
 */
public final class ModelsRun {
  private static final Path CONFIGURATIONS = Path.of("conf/models");
  private static final long STACK_BYTES = 512L << 20;

  private final ModelStore store;
  private final Path work;
  private final ModelsPage page;
  private final List<String> done = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  private ModelsRun(Path cache, ModelsPage page) {
    this.store = new ModelStore(cache, Path.of("dev"));
    this.work = cache;
    this.page = page;
  }

  /**
   * Usage: {@code [--cache FOLDER] [NAME…]}, in the root of a source tree; without names all models
   * of the list. The exit code is 1 if a model failed, 2 for bad usage; what cannot be fetched is
   * skipped and named.
   */
  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    List<String> words = new ArrayList<>(List.of(args));
    Path cache = Path.of("out/models").toAbsolutePath();
    int at = words.indexOf("--cache");
    if (at >= 0 && at + 1 < words.size()) {
      words.remove(at);
      cache = Path.of(words.remove(at)).toAbsolutePath();
    }
    List<ModelLine> lines = ModelLine.read(Path.of("dev/models.txt"));
    Set<String> wanted = new TreeSet<>(words);
    lines.forEach(l -> wanted.remove(l.name()));
    if (!wanted.isEmpty()) {
      System.err.println(
          "Cannot measure "
              + wanted
              + ", expected names of dev/models.txt: "
              + lines.stream().map(ModelLine::name).toList());
      System.exit(2);
    }
    System.setProperty("java.awt.headless", "true");
    ModelsRun run = new ModelsRun(cache, new ModelsPage(Path.of("docs/models.md"), lines));
    // ONNX Runtime optimizes by recursion over the graph.
    FutureTask<Integer> task =
        new FutureTask<>(
            () -> {
              for (ModelLine line : lines) {
                if (words.isEmpty() || words.contains(line.name())) {
                  run.measure(line);
                }
              }
              return run.report();
            });
    new Thread(null, task, "models", STACK_BYTES).start();
    System.exit(task.get());
  }

  private void measure(ModelLine line) throws IOException, InterruptedException {
    System.out.println("== " + line.name());
    try {
      Path file = store.fetch(line.source());
      Path configuration = line.configuration(CONFIGURATIONS);
      if (!Files.exists(configuration)) {
        throw new MissingException("no " + configuration);
      }
      Path folder = Files.createDirectories(work.resolve("work").resolve(line.name()));
      ModelRow row = new Measurement(line, file, configuration, folder).run();
      System.out.println(row.line());
      page.put(row);
      done.add(line.name());
    } catch (MissingException e) {
      skipped.add(line.name() + ": " + e.getMessage());
      System.out.println("skipped: " + e.getMessage());
    } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
      failed.add(line.name() + ": " + e.getMessage());
      System.out.println("failed: " + e);
      e.printStackTrace(System.out);
    }
  }

  private int report() {
    System.out.println();
    failed.forEach(f -> System.out.println("FAILED " + f));
    skipped.forEach(s -> System.out.println("SKIPPED " + s));
    System.out.printf(
        "%d passed, %d failed, %d skipped%n", done.size(), failed.size(), skipped.size());
    return failed.isEmpty() ? 0 : 1;
  }
}
