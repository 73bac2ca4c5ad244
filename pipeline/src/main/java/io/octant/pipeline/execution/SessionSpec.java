package io.octant.pipeline.execution;

import io.octant.calibration.Numerics;
import io.octant.engine.Engine;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.pipeline.data.SampleField;
import io.octant.tensor.TensorSpec;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a session is compiled from. Equal keys mean equal sessions.
 *
 * @param recipe makes the graph
 * @param graphDigest what {@link GraphDigest} the driver found for it
 * @param engine compiles it
 * @param fields the model's inputs
 * @param batch samples in a batch
 * @param peak hears of the memory of executors that have used the session; null if nobody asks
 */
public record SessionSpec(
    GraphRecipe recipe,
    String graphDigest,
    EngineProvider engine,
    List<SampleField> fields,
    int batch,
    @Nullable PeakMemory peak)
    implements Serializable {
  public SessionSpec {
    fields = List.copyOf(fields);
  }

  /** A session whose memory nobody asks for. */
  public SessionSpec(
      GraphRecipe recipe,
      String graphDigest,
      EngineProvider engine,
      List<SampleField> fields,
      int batch) {
    this(recipe, graphDigest, engine, fields, batch, null);
  }

  /** A task has used the session. */
  void used() {
    if (peak != null) {
      peak.addCurrent();
    }
  }

  /** What tells sessions apart within a JVM. */
  SessionKey key() {
    return new SessionKey(graphDigest, engine, batch);
  }

  /** Makes the graph, checks that it is the driver's, and compiles it. */
  CompiledSession compile() {
    GraphModule model = recipe.make();
    String digest = GraphDigest.of(model);
    if (!digest.equals(graphDigest)) {
      throw new RunException(
          "Cannot run graph: digest "
              + digest
              + ", expected the driver's "
              + graphDigest
              + "; driver and executors must run the same version of Octant");
    }
    Engine started = engine.start();
    Session session = started.compile(model, inputSpecs());
    return new CompiledSession(session, started.numerics(), new ContextPool(session));
  }

  /** The model's inputs for a batch. */
  public List<TensorSpec> inputSpecs() {
    return fields.stream().map(f -> f.batched(batch)).toList();
  }

  /** Digest, engine and batch size. */
  record SessionKey(String graphDigest, EngineProvider engine, int batch) {}

  /** A session, what its float sums depend on, and its contexts. */
  record CompiledSession(Session session, Numerics numerics, ContextPool contexts) {
    void close() {
      contexts.closeIdle();
      session.close();
    }
  }
}
