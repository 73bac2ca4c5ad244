package io.octant.pipeline.evaluation;

import io.octant.OctantException;
import io.octant.engine.ExecutionContext;
import io.octant.onnx.ModelOutput;
import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.Batches;
import io.octant.pipeline.data.SampleDecoder;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionLease;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.validation.ComparedOutput;
import io.octant.pipeline.validation.Part;
import io.octant.pipeline.validation.ValidationPlan;
import io.octant.tensor.Tensor;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Runs the float model and the candidates over one partition, in waves of batches: one batch if all
 * sessions fit within the bound, else as many as fit beside the largest candidate, which then come
 * one after the other.
 *
 * @param reference the float model
 * @param candidates in ascending order of their indices
 * @param decoder turns records into samples
 * @param plan the outputs of all
 * @param top how many of the highest scores count for top-k
 * @param room what sessions and kept batches may take in an executor
 * @param <T> the records of the source
 */
record EvaluationTask<T>(
    SessionSpec reference,
    List<Evaluated> candidates,
    SampleDecoder<T> decoder,
    ValidationPlan plan,
    int top,
    Room room)
    implements FlatMapFunction<Iterator<T>, byte[]> {

  @Override
  public Iterator<byte[]> call(Iterator<T> records) {
    return List.of(evaluate(records, candidates).toBytes()).iterator();
  }

  /** Runs some of the candidates over the records, of which there may be none. */
  EvaluationTotals evaluate(Iterator<T> records, List<Evaluated> chosen) {
    EvaluationTotals totals = new EvaluationTotals();
    if (!records.hasNext()) {
      return totals;
    }
    try (SessionLease float32 = SessionCache.shared().lease(reference);
        ExecutionContext context = float32.context();
        OpenCandidates open =
            OpenCandidates.of(chosen, totals, room.without(room.of(float32.session().memory())))) {
      Batches<T> batches = new Batches<>(records, decoder, reference.fields(), reference.batch());
      while (batches.hasNext()) {
        Wave wave = new Wave();
        do {
          Batch batch = batches.next();
          long start = System.nanoTime();
          List<Tensor> expected = context.run(batch.inputs(), batch.validSamples());
          totals.model(EvaluationTotals.FLOAT).ran(batch.validSamples(), System.nanoTime() - start);
          wave.add(batch, expected, open.waveBytes() > 0);
          compare(EvaluationTotals.FLOAT, wave.last(), expected, totals);
        } while (wave.bytes() < open.waveBytes() && batches.hasNext());
        open.forEach((candidate, passes) -> run(candidate, passes, wave, totals));
      }
      totals.addRead(batches.counts());
      totals.addExecutor(ExecutorIdentity.current(float32.numerics()));
      return totals;
    }
  }

  private void run(
      Evaluated candidate, ExecutionContext context, Wave wave, EvaluationTotals totals) {
    for (Wave.Entry entry : wave.entries()) {
      long start = System.nanoTime();
      List<Tensor> actual = context.run(entry.batch().inputs(), entry.batch().validSamples());
      totals.model(candidate.index()).ran(entry.batch().validSamples(), System.nanoTime() - start);
      compare(candidate.index(), entry, actual, totals);
    }
  }

  private void compare(int model, Wave.Entry entry, List<Tensor> actual, EvaluationTotals totals) {
    ComparedOutput output = plan.primaryOutput();
    Tensor f = entry.expected().get(plan.primary());
    Tensor q = actual.get(plan.primary());
    if (!f.shape().equals(q.shape())) {
      throw new OctantException(
          "Cannot compare output '"
              + output.name()
              + "': the candidate gives "
              + q.shape()
              + ", expected the float model's "
              + f.shape());
    }
    Batch batch = entry.batch();
    int count = output.samples() == ModelOutput.Samples.SEPARATE ? batch.validSamples() : 1;
    CandidateTotals to = totals.model(model);
    for (int sample = 0; sample < count; sample++) {
      Part float32 = new Part(f, output.parts(), sample);
      Part candidate = new Part(q, output.parts(), sample);
      to.output().add(output, float32, candidate);
      if (output.namesClasses() && batch.labels().length > 0) {
        long label = batch.labels()[sample];
        boolean right = to.labels().add(label, output, candidate, top);
        if (!float32.hasNan()) {
          to.verdicts(float32.top1(output.meaning()) == label, right);
        }
      }
    }
  }
}
