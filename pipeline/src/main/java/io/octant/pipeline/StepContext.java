package io.octant.pipeline;

import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.GraphRecipe;
import io.octant.pipeline.execution.PeakMemory;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.output.RunReport;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * What the steps of a run on Spark share.
 *
 * @param spec what is asked for
 * @param report filled in as the run gets on
 * @param total runs since the beginning
 * @param group of all its Spark jobs, by which they can be told from others and cancelled
 * @param peak the most memory that executors have held
 */
record StepContext(
    SparkSession spark,
    PhaseListener listener,
    QuantizationSpec spec,
    RunReport report,
    Stopwatch total,
    String group,
    PeakMemory peak) {

  JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  /** A graph of a model, compiled on executors for its inputs. */
  SessionSpec session(PreparedModel model, GraphRecipe recipe, String digest) {
    return session(model, recipe, digest, model.batch());
  }

  /** The same for batches of another size. */
  SessionSpec session(PreparedModel model, GraphRecipe recipe, String digest, int batch) {
    return new SessionSpec(recipe, digest, spec.engine(), model.fields(), batch, peak);
  }

  /** Reports who took part, and what of them was not used. */
  void tookPart(SortedSet<ExecutorIdentity> executors) {
    report.executors(executors).memory(peak.value());
    int cores = spark.sparkContext().conf().getInt("spark.task.cpus", 1);
    if (cores > 1) {
      report.warning(
          "spark.task.cpus = "
              + cores
              + ": a task computes on one core, expected 1; of every "
              + cores
              + " cores "
              + (cores - 1)
              + " did nothing");
    }
  }

  /** Has the model on the executors while something runs there. */
  <T> T onExecutors(PreparedModel model, Function<Broadcast<byte[]>, T> work) {
    Broadcast<byte[]> source = context().broadcast(model.source().toBytes());
    try {
      return work.apply(source);
    } finally {
      source.destroy();
      // On a cluster the sessions live on the executors and go with them.
      SessionCache.shared().closeIdle();
    }
  }

  /** Runs a phase; its Spark jobs carry the group of the run and the title of the phase. */
  <T> T phase(Phase phase, Supplier<T> work) {
    context().setJobGroup(group, phase.title());
    try {
      return Phases.run(listener, phase, work);
    } finally {
      context().clearJobGroup();
    }
  }
}
