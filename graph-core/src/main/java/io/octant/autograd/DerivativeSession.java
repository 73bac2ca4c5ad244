package io.octant.autograd;

import io.octant.engine.PlanStep;
import io.octant.tensor.Tensor;
import java.util.List;

/**
 * Both graphs of a derivative, compiled for one shape of inputs, and the memory that they share.
 * Parameters and buffers are those that the model's modules have when a run reads them; the
 * statistics of batch norms and observers are moved. Not thread-safe. Use after close throws {@link
 * IllegalStateException}.
 */
public interface DerivativeSession extends AutoCloseable {
  /**
   * Runs the forward graph.
   *
   * @return the model's result: tensors of its own, which later runs leave alone
   */
  Object forward(List<Tensor> inputs);

  /**
   * Runs the backward graph on what the last forward run has left.
   *
   * @param outputGradients one for each of {@link Differentiated#outputs}
   * @return the items of the backward graph's result: a tensor each, None where there is no
   *     gradient
   */
  List<Object> backward(List<Tensor> outputGradients);

  /** What runs where, forward and then backward. */
  List<PlanStep> plan();

  /** Bytes of native memory that all runs share. */
  long memoryBytes();

  @Override
  void close();
}
