package io.octant.pipeline.training;

import io.octant.graph.GraphModule;
import io.octant.tensor.Tensor;
import io.octant.training.Trainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A model of its own for one task at a time: forward passes move buffers. */
final class Replica implements AutoCloseable {
  private final GraphModule model;
  private final Trainer trainer;
  private final TaughtLoss loss;
  private final Set<String> trained;

  /**
   * @param trained names of the parameters whose gradients are wanted
   */
  Replica(GraphModule model, Trainer trainer, TaughtLoss loss, Set<String> trained) {
    this.model = model;
    this.trainer = trainer;
    this.loss = loss;
    this.trained = trained;
  }

  /**
   * What a micro-batch finds.
   *
   * @param moved buffers that are other ones than before
   */
  record Found(Trainer.Gradients gradients, Map<String, Tensor> moved) {}

  /**
   * Runs a micro-batch from the state of a step's beginning.
   *
   * @param taught what the float model makes of it, null if that takes no part
   */
  Found run(
      long step,
      Map<String, Tensor> state,
      List<Tensor> inputs,
      Tensor labels,
      @Nullable Tensor taught) {
    model.loadStateDict(state);
    loss.teach(taught);
    Trainer.Gradients all = trainer.gradients(step, inputs, labels);
    Map<String, Tensor> wanted = new TreeMap<>(all.byParameter());
    wanted.keySet().retainAll(trained);
    Map<String, Tensor> moved = new HashMap<>(model.stateDict());
    moved.entrySet().removeIf(e -> e.getValue() == state.get(e.getKey()));
    return new Found(new Trainer.Gradients(all.loss(), all.output(), wanted), moved);
  }

  /** Frees what an engine has compiled. */
  @Override
  public void close() {
    trainer.close();
  }
}
