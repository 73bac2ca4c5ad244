package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.GraphModule;
import io.octant.kernels.NativeEngine;
import io.octant.onnx.OnnxSource;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.shape.Zeros;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The forked side of {@link HostileRunsTest}: a line a file with the milliseconds of the native
 * engine, what it came to, and what the reference engine came to.
 */
final class HostileRuns {
  private static final int BATCH = 2;

  private HostileRuns() {}

  /** What becomes of the files of a folder that can be imported; fields are separated by tabs. */
  public static void main(String[] args) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(args[0]))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList()) {
        System.out.println("BEGIN\t" + file.getFileName());
        run(file);
      }
    }
    System.out.println("LEFT\t" + new NativeEngine().liveObjects());
  }

  private static void run(Path file) {
    GraphModule model;
    List<TensorSpec> specs;
    try {
      model = OnnxImporter.load(file);
      OnnxSource source = model.attachment(OnnxSource.class).orElseThrow();
      specs =
          source.inputs().stream()
              .map(i -> new TensorSpec(i.name(), i.dtype(), i.shape(BATCH)))
              .toList();
    } catch (OctantException e) {
      return;
    }
    Outcome ours = outcome(new NativeEngine(), model, specs);
    Outcome reference = outcome(new ReferenceEngine(), model, specs);
    System.out.println(
        String.join(
            "\t",
            "RESULT",
            file.getFileName().toString(),
            Long.toString(ours.millis),
            ours.text,
            reference.text,
            Boolean.toString(agree(ours.tensors, reference.tensors))));
  }

  private record Outcome(String text, long millis, List<Tensor> tensors) {}

  private static Outcome outcome(Engine engine, GraphModule model, List<TensorSpec> specs) {
    long before = cpuMillis();
    String text;
    List<Tensor> results = List.of();
    try (Session session = engine.compile(model, specs);
        ExecutionContext context = session.newContext()) {
      Random random = new Random(1);
      results = context.run(specs.stream().map(s -> input(s, random)).toList(), valid(specs));
      text = "ran";
    } catch (Exception | OutOfMemoryError | StackOverflowError e) {
      boolean ours = e instanceof OctantException;
      text = (ours ? "refused " : "failed ") + e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    return new Outcome(text.replaceAll("\\s+", " "), cpuMillis() - before, results);
  }

  private static int valid(List<TensorSpec> specs) {
    boolean batched = !specs.isEmpty() && specs.get(0).shape().rank() > 0;
    return batched ? Math.min(BATCH, specs.get(0).shape().dim(0)) : 0;
  }

  private static long cpuMillis() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1_000_000;
  }

  private static Tensor input(TensorSpec spec, Random random) {
    int n = spec.shape().numel();
    if (spec.dtype() == DType.FLOAT32) {
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = random.nextFloat() * 4 - 2;
      }
      return Tensor.of(values, spec.shape().toArray());
    }
    return Zeros.of(spec.dtype(), spec.shape());
  }

  private static boolean agree(List<Tensor> actual, List<Tensor> expected) {
    if (actual.size() != expected.size()) {
      return false;
    }
    for (int i = 0; i < actual.size(); i++) {
      Tensor a = actual.get(i);
      Tensor e = expected.get(i);
      if (a.dtype() != e.dtype() || !a.shape().equals(e.shape())) {
        return false;
      }
      for (int k = 0; k < a.numel(); k++) {
        if (!close(a.doubleAt(k), e.doubleAt(k))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean close(double x, double y) {
    return x == y
        || (Double.isNaN(x) && Double.isNaN(y))
        || Math.abs(x - y) <= 1e-4 * Math.max(1, Math.abs(y));
  }
}
