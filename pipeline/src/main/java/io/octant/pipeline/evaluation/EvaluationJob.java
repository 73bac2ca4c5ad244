package io.octant.pipeline.evaluation;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.data.splits.Split;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.validation.ValidationPlan;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.LongConsumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a float model and candidates over samples on the executors. */
public final class EvaluationJob {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationJob.class);

  private EvaluationJob() {}

  /**
   * What is run.
   *
   * @param reference the float model, compiled for the samples' fields
   * @param candidates compiled for the same fields and batch
   * @param plan the outputs of all
   * @param top how many of the highest scores count for top-k
   * @param memoryBytes what sessions and kept batches may take in an executor
   */
  public record Models(
      SessionSpec reference,
      List<Evaluated> candidates,
      ValidationPlan plan,
      int top,
      long memoryBytes) {
    public Models {
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * Runs over the samples, each candidate over those splits alone of which no totals are kept.
   *
   * @param kept folder in which the totals of splits are kept, on a file system that all executors
   *     reach; empty keeps none
   * @param present the executors that are there
   * @param expected hears how many samples will be run
   * @throws DataException if there are no samples, or others than when the files were listed
   * @throws io.octant.pipeline.output.OutputException if totals cannot be kept there
   */
  public static <T> KeptEvaluation run(
      Samples<T> samples,
      Models models,
      Optional<String> kept,
      SortedSet<ExecutorIdentity> present,
      LongConsumer expected) {
    EvaluationTask<T> task =
        new EvaluationTask<>(
            models.reference(),
            models.candidates(),
            samples.decoder(),
            models.plan(),
            models.top(),
            Room.of(context(samples), models.memoryBytes()));
    KeptEvaluation evaluation;
    try {
      if (kept.isPresent()) {
        evaluation = kept(samples, task, kept.get(), present, expected);
      } else {
        expected.accept(samples.facts().samples());
        evaluation = KeptEvaluation.anew(sum(samples.tasks().mapPartitions(task)));
      }
    } finally {
      OpenCandidates.closeIdle();
    }
    samples.requireAllRead(evaluation.totals().counts(), "evaluate");
    return evaluation;
  }

  private static JavaSparkContext context(Samples<?> samples) {
    return JavaSparkContext.fromSparkContext(samples.records().context());
  }

  private static EvaluationTotals sum(JavaRDD<byte[]> parts) {
    return EvaluationTotals.fromBytes(
        parts.treeAggregate(
            new EvaluationTotals().toBytes(), EvaluationJob::merge, EvaluationJob::merge));
  }

  private static byte[] merge(byte[] a, byte[] b) {
    EvaluationTotals merged = EvaluationTotals.fromBytes(a);
    merged.merge(EvaluationTotals.fromBytes(b));
    return merged.toBytes();
  }

  private static <T> KeptEvaluation kept(
      Samples<T> samples,
      EvaluationTask<T> task,
      String folder,
      SortedSet<ExecutorIdentity> present,
      LongConsumer expected) {
    if (samples.splits().isEmpty()) {
      throw new DataException(
          "Cannot keep totals of "
              + samples.description()
              + ": it cannot tell its splits, expected files, or no key evaluation.totals");
    }
    JavaSparkContext context = context(samples);
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    try {
      KeptTotals place = KeptTotals.of(hadoop, folder, task, samples.binding(), present);
      KeptTotals.Found found = place.find(context, samples.splits());
      found.damaged().forEach(message -> LOG.warn("{}; it is made anew", message));
      List<Integer> missing = new ArrayList<>();
      List<KeptTotals.Gap> gaps = new ArrayList<>();
      long rows = 0;
      for (int i = 0; i < samples.splits().size(); i++) {
        Split split = samples.splits().get(i);
        List<Integer> models = found.missing(i, place.models());
        if (!models.isEmpty()) {
          missing.add(i);
          gaps.add(new KeptTotals.Gap(split.identity(), split.rows(), models));
          rows += split.rows();
        }
      }
      expected.accept(rows);
      EvaluationTotals totals = found.totals();
      if (!missing.isEmpty()) {
        totals.merge(
            sum(
                samples
                    .records(missing)
                    .mapPartitionsWithIndex(new KeepingTask<>(task, place, gaps), false)));
      }
      int lost = place.lost(gaps, totals);
      if (lost > 0) {
        LOG.warn(
            "{} totals are not to be found in {}, expected a folder that all executors reach",
            lost,
            folder);
      }
      return new KeptEvaluation(
          totals, place.splits(gaps, samples.splits().size()), lost, found.damaged());
    } finally {
      hadoop.destroy();
    }
  }

  /** Runs what is missing of one split and keeps it before it is handed on. */
  private record KeepingTask<T>(EvaluationTask<T> task, KeptTotals place, List<KeptTotals.Gap> gaps)
      implements Function2<Integer, Iterator<T>, Iterator<byte[]>> {

    @Override
    public Iterator<byte[]> call(Integer partition, Iterator<T> records) {
      KeptTotals.Gap gap = gaps.get(partition);
      EvaluationTotals all =
          task.evaluate(
              records,
              task.candidates().stream().filter(c -> gap.models().contains(c.index())).toList());
      long rows = all.counts().rows();
      if (rows != gap.rows()) {
        throw new DataException(
            "Cannot keep the totals of "
                + gap.split()
                + ": "
                + rows
                + " rows read, expected the "
                + gap.rows()
                + " that its files held at the beginning");
      }
      return List.of(place.keep(gap, all).toBytes()).iterator();
    }
  }
}
