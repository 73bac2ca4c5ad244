package io.octant.pipeline.training;

/**
 * What the steps of this process have cost, in seconds.
 *
 * @param steps that were done here, those before a checkpoint left out
 * @param compute of the longest task of each step
 * @param broadcast of encoding and handing out the state
 * @param reduce of all else in Spark's jobs: starting tasks, adding up, bringing results
 * @param optimizer of merging results and moving parameters
 * @param broadcastBytes of one state
 * @param resultBytes of the results of all tasks together
 */
public record TrainingCost(
    long steps,
    double compute,
    double broadcast,
    double reduce,
    double optimizer,
    long broadcastBytes,
    long resultBytes) {
  static final TrainingCost NONE = new TrainingCost(0, 0, 0, 0, 0, 0, 0);

  TrainingCost plus(
      double moreCompute,
      double moreBroadcast,
      double moreReduce,
      double moreOptimizer,
      long state,
      long results) {
    return new TrainingCost(
        steps + 1,
        compute + moreCompute,
        broadcast + moreBroadcast,
        reduce + moreReduce,
        optimizer + moreOptimizer,
        state,
        resultBytes + results);
  }
}
