package io.octant.onnx;

import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.GraphModule;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.TensorSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The forked side of {@link HostileImportTest}: a line a file, with CPU milliseconds and outcome.
 */
final class HostileImports {
  private HostileImports() {}

  /** What becomes of a file; fields are separated by tabs. */
  public static void main(String[] args) throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try (Stream<Path> files = Files.list(Path.of(args[0]))) {
      List<Path> models = files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
      outcome(models.get(models.size() - 1)); // loads the classes
      for (Path file : models) {
        long before = threads.getCurrentThreadCpuTime();
        String outcome = outcome(file);
        long millis = (threads.getCurrentThreadCpuTime() - before) / 1_000_000;
        System.out.println(
            "RESULT\t" + file.getFileName() + "\t" + millis + "\t" + outcome.replace('\n', ' '));
      }
    }
  }

  private static String outcome(Path file) {
    try {
      GraphModule graph = OnnxImporter.load(file);
      OnnxSource source = graph.attachment(OnnxSource.class).orElseThrow();
      List<TensorSpec> inputs =
          source.inputs().stream()
              .map(i -> new TensorSpec(i.name(), i.dtype(), i.shape(2)))
              .toList();
      try (Session session = new ReferenceEngine().compile(graph, inputs)) {
        return "imported\t" + session.outputs().size();
      }
    } catch (Exception | OutOfMemoryError | StackOverflowError e) {
      return e.getClass().getSimpleName() + "\t" + e.getMessage();
    }
  }
}
