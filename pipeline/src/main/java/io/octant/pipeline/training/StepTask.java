package io.octant.pipeline.training;

import io.octant.OctantException;
import io.octant.engine.ExecutionContext;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionLease;
import io.octant.pipeline.execution.WorkMeter;
import io.octant.tensor.Tensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Runs the micro-batches of a step whose blocks are in a partition, one after the other, each from
 * the state of the step's beginning.
 *
 * @param step counted from 0
 */
record StepTask(
    TrainingModel model, BatchPlan plan, RowLayout layout, Broadcast<StepState> state, long step)
    implements FlatMapFunction<Iterator<Tuple2<Long, byte[]>>, byte[]>, Serializable {

  @Override
  public Iterator<byte[]> call(Iterator<Tuple2<Long, byte[]>> blocks) {
    long begin = System.nanoTime();
    Map<Long, List<BatchPlan.MicroBatch>> wanted = new HashMap<>();
    for (BatchPlan.MicroBatch each : plan.step(step)) {
      wanted.computeIfAbsent(each.block(), b -> new ArrayList<>()).add(each);
    }
    StepTotals totals =
        Replicas.shared()
            .with(model.workers().id(), model::replica, replica -> totals(replica, blocks, wanted));
    totals.took(System.nanoTime() - begin);
    return List.of(WorkMeter.shared().merging(totals::toBytes)).iterator();
  }

  private StepTotals totals(
      Replica replica,
      Iterator<Tuple2<Long, byte[]>> blocks,
      Map<Long, List<BatchPlan.MicroBatch>> wanted) {
    StepTotals totals = new StepTotals();
    if (model.workers().teacher().isEmpty()) {
      blocks.forEachRemaining(block -> run(replica, Optional.empty(), block, wanted, totals));
      return totals;
    }
    try (SessionLease lease = SessionCache.shared().lease(model.workers().teacher().get(0));
        ExecutionContext teacher = lease.context()) {
      blocks.forEachRemaining(block -> run(replica, Optional.of(teacher), block, wanted, totals));
      return totals;
    }
  }

  private void run(
      Replica replica,
      Optional<ExecutionContext> teacher,
      Tuple2<Long, byte[]> block,
      Map<Long, List<BatchPlan.MicroBatch>> wanted,
      StepTotals totals) {
    wanted
        .getOrDefault(block._1(), List.of())
        .forEach(each -> run(replica, teacher, block._2(), each, totals));
  }

  private void run(
      Replica replica,
      Optional<ExecutionContext> teacher,
      byte[] block,
      BatchPlan.MicroBatch each,
      StepTotals totals) {
    List<Tensor> inputs = layout.inputs(block, each.rows());
    Tensor labels = layout.labels(block, each.rows());
    WorkMeter.shared()
        .computing(
            each.rows().size(),
            (long) each.rows().size() * layout.rowBytes(),
            () -> {
              @Nullable Tensor taught =
                  teacher.map(t -> t.run(inputs, each.rows().size()).get(0)).orElse(null);
              try {
                add(
                    replica.run(step, state.value().tensors(), inputs, labels, taught),
                    each.index(),
                    labels,
                    totals);
              } catch (OctantException e) {
                totals.addFault(new StepTotals.Fault(each.index(), notFinite(e)));
              }
            });
  }

  private void add(Replica.Found found, int index, Tensor labels, StepTotals totals) {
    double weight = model.settings().loss().byLabels().weight(labels);
    double loss = found.gradients().loss();
    if (weight > 0 && !Double.isFinite(loss)) {
      totals.addFault(
          new StepTotals.Fault(index, "the loss is " + loss + ", expected a finite number"));
    }
    totals.add(loss, weight, found.gradients().byParameter(), found.moved());
    if (model.settings().loss().labels()) {
      answers(found.gradients().output(), labels, totals);
    }
  }

  /**
   * What a module has met that takes finite numbers only; trying again would meet the same.
   *
   * @throws OctantException the failure, if it is another one
   */
  private static String notFinite(OctantException failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("NaN") || message.contains("Infinity")) {
        return message;
      }
    }
    throw failure;
  }

  /** Counts the labels that have the largest of the output's numbers. */
  private void answers(Tensor output, Tensor labels, StepTotals totals) {
    int classes = output.numel() / Math.max(1, labels.numel());
    long right = 0;
    long all = 0;
    for (int i = 0; i < labels.numel(); i++) {
      if (labels.longAt(i) != model.settings().loss().ignored()) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
          best = output.doubleAt(i * classes + c) > output.doubleAt(i * classes + best) ? c : best;
        }
        right += best == labels.longAt(i) ? 1 : 0;
        all++;
      }
    }
    totals.addAnswers(right, all);
  }
}
