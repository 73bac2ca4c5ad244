package io.octant.pipeline.training;

import io.octant.OctantException;
import io.octant.autograd.DerivativeEngine;
import io.octant.graph.GraphModule;
import io.octant.nn.normalization.BatchNormNd;
import io.octant.nn.qat.QatModule;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.ModelSteps;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.fakequant.FixedQParamsFakeQuantize;
import io.octant.quantization.observer.MovingAverageObserver;
import io.octant.training.Trainer;
import java.io.Serializable;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * How to make the model that is trained, anywhere, with its trainer.
 *
 * @param steps of the whole training
 */
record TrainingModel(Workers workers, TrainingSettings settings, long steps)
    implements Serializable {

  /** A model of its own. */
  Replica replica() {
    ModelSteps all = ModelSource.fromBytes(workers.source().value()).steps();
    GraphModule model = all.preparedForTraining();
    Set<String> trained = begin(model);
    TaughtLoss loss = new TaughtLoss(settings.loss());
    Trainer trainer = settings.trainer(model, loss, steps);
    if (workers.engine().start() instanceof DerivativeEngine engine) {
      trainer.withEngine(engine);
    }
    return new Replica(model, trainer, loss, trained);
  }

  /**
   * Puts a prepared model in training, batch norms that no layer has taken up aside: the written
   * model keeps those as the file has them.
   *
   * @return names of the parameters that are trained: those of layers with a quantized weight. The
   *     others stay as the file has them
   * @throws OctantException if none is, or if a range is learned in a way that has no mean
   */
  static Set<String> begin(GraphModule model) {
    Set<String> trained = new TreeSet<>();
    model.train(true);
    model.forEachModule(
        (path, module) -> {
          if (module instanceof QatModule) {
            module.forEachModule(
                (below, part) ->
                    part.parameters()
                        .keySet()
                        .forEach(
                            name ->
                                trained.add(
                                    path + "." + (below.isEmpty() ? "" : below + ".") + name)));
          } else if (module instanceof BatchNormNd && trained.stream().noneMatch(isBelow(path))) {
            module.train(false);
          } else if (module instanceof FakeQuantizeModule fake
              && !(fake instanceof FixedQParamsFakeQuantize)
              && !(fake.observer() instanceof MovingAverageObserver)) {
            throw new OctantException(
                "Cannot train with "
                    + fake.type()
                    + " "
                    + path
                    + ": its observer is "
                    + fake.observer().type()
                    + ", expected one of moving averages");
          }
        });
    if (trained.isEmpty()) {
      throw new OctantException(
          "Cannot train: no layer has a quantized weight, expected at least one");
    }
    return trained;
  }

  private static Predicate<String> isBelow(String path) {
    return name -> name.startsWith(path + ".");
  }
}
