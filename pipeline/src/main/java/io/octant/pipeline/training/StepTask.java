package io.octant.pipeline.training;

import io.octant.pipeline.execution.WorkMeter;
import io.octant.tensor.Tensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Runs the micro-batches of a step whose blocks are in a partition, one after the other, each from
 * the state of the step's beginning.
 *
 * @param training names the training in a JVM that sees several
 * @param step counted from 0
 */
record StepTask(
    String training,
    TrainingModel model,
    BatchPlan plan,
    RowLayout layout,
    Broadcast<StepState> state,
    long step)
    implements FlatMapFunction<Iterator<Tuple2<Long, byte[]>>, byte[]>, Serializable {

  @Override
  public Iterator<byte[]> call(Iterator<Tuple2<Long, byte[]>> blocks) {
    long begin = System.nanoTime();
    Map<Long, List<BatchPlan.MicroBatch>> wanted = new HashMap<>();
    for (BatchPlan.MicroBatch each : plan.step(step)) {
      wanted.computeIfAbsent(each.block(), b -> new ArrayList<>()).add(each);
    }
    StepTotals totals = new StepTotals();
    Replicas.shared()
        .with(
            training,
            model::replica,
            replica -> {
              blocks.forEachRemaining(
                  block ->
                      wanted
                          .getOrDefault(block._1(), List.of())
                          .forEach(each -> run(replica, block._2(), each, totals)));
              return totals;
            });
    totals.took(System.nanoTime() - begin);
    return List.of(WorkMeter.shared().merging(totals::toBytes)).iterator();
  }

  private void run(Replica replica, byte[] block, BatchPlan.MicroBatch each, StepTotals totals) {
    List<Tensor> inputs = layout.inputs(block, each.rows());
    Tensor labels = layout.labels(block, each.rows());
    WorkMeter.shared()
        .computing(
            each.rows().size(),
            (long) each.rows().size() * layout.rowBytes(),
            () -> {
              Replica.Found found = replica.run(step, state.value().tensors(), inputs, labels);
              add(found, each.index(), labels, totals);
            });
  }

  private void add(Replica.Found found, int index, Tensor labels, StepTotals totals) {
    double weight = model.settings().loss().byLabels().weight(labels);
    double loss = found.gradients().loss();
    if (weight > 0 && !Double.isFinite(loss)) {
      totals.addFault(new StepTotals.Fault(index, "the loss is " + loss));
    }
    totals.add(loss, weight, found.gradients().byParameter(), found.moved());
    if (model.settings().loss().labels()) {
      answers(found.gradients().output(), labels, totals);
    }
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
