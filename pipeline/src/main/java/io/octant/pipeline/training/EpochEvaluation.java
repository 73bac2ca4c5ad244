package io.octant.pipeline.training;

import io.octant.graph.GraphModule;

/** What a model that is being trained is worth, after each epoch, on data that it does not see. */
@FunctionalInterface
public interface EpochEvaluation {
  /** On no data. */
  EpochEvaluation NONE = model -> Score.NONE;

  /**
   * Evaluates.
   *
   * @param model as training has it now; is not changed
   */
  Score of(GraphModule model);

  /**
   * Samples that got their label.
   *
   * @param labelled all that have one; 0 if nothing was evaluated
   */
  record Score(long correct, long labelled) {
    /** Of no sample. */
    public static final Score NONE = new Score(0, 0);

    /** Share of those that got their label; NaN without any. */
    public double accuracy() {
      return (double) correct / labelled;
    }
  }
}
