package io.octant.pipeline.execution;

import io.octant.OctantException;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Envelope;
import io.octant.calibration.MixedNumerics;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Asks the executors that are there what they compute with, before any data are read. Executors may
 * come and go later: whether those that took part agree is asked again when they are known.
 */
public final class ExecutorProbe {
  private ExecutorProbe() {}

  /**
   * Starts the engine on the executors; in local mode in this process, without a job.
   *
   * @return the executors that are there
   * @throws ExecutorException if an engine does not start, or executors differ and that is refused;
   *     names them
   */
  public static SortedSet<ExecutorIdentity> run(
      JavaSparkContext context, EngineProvider engine, MixedNumerics mixed) {
    if (context.isLocal()) {
      return new TreeSet<>(List.of(ExecutorIdentity.current(engine.start().numerics())));
    }
    int tasks = Math.max(1, context.defaultParallelism());
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    SortedSet<ExecutorIdentity> found = new TreeSet<>();
    SortedSet<String> failures = new TreeSet<>();
    for (byte[] answer :
        context.parallelize(numbers, tasks).map(n -> ask(engine).toBytes()).collect()) {
      Answer a = Answer.fromBytes(answer);
      found.addAll(a.executors());
      failures.addAll(a.failures());
    }
    if (!failures.isEmpty()) {
      throw new ExecutorException(String.join("\n", failures));
    }
    ExecutorAgreement.require(found, mixed);
    return found;
  }

  /** A failure of an engine is an answer: as an exception it would be tried again and again. */
  private static Answer ask(EngineProvider engine) {
    SortedSet<ExecutorIdentity> executors = new TreeSet<>();
    SortedSet<String> failures = new TreeSet<>();
    try {
      executors.add(ExecutorIdentity.current(engine.start().numerics()));
    } catch (OctantException e) {
      failures.add(String.valueOf(e.getMessage()));
    }
    return new Answer(executors, failures);
  }

  private record Answer(SortedSet<ExecutorIdentity> executors, SortedSet<String> failures) {
    private static final Envelope ENVELOPE = new Envelope("answer of a probe", "OCTPROBE", 1);

    byte[] toBytes() {
      return ENVELOPE.seal(
          out -> {
            ExecutorIdentity.writeAll(executors, out);
            out.varint(failures.size());
            failures.forEach(out::text);
          });
    }

    static Answer fromBytes(byte[] bytes) {
      ByteSource in = ENVELOPE.open(bytes).content();
      SortedSet<ExecutorIdentity> executors = ExecutorIdentity.readAll(in);
      SortedSet<String> failures = new TreeSet<>();
      for (int i = in.count(1); i > 0; i--) {
        failures.add(in.text());
      }
      in.requireEnd();
      return new Answer(executors, failures);
    }
  }
}
