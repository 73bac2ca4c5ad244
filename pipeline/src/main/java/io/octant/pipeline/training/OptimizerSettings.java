package io.octant.pipeline.training;

import io.octant.graph.Module;
import io.octant.training.Adam;
import io.octant.training.Optimizer;
import io.octant.training.Sgd;
import java.io.Serializable;

/**
 * How parameters move.
 *
 * @param kind the method
 * @param learningRate before the schedule
 * @param momentum of {@link Kind#SGD}
 * @param nesterov whether {@link Kind#SGD} looks ahead
 * @param beta1 of the two kinds of Adam: the mean's decay
 * @param beta2 of the two kinds of Adam: the squares' decay
 * @param eps of the two kinds of Adam
 * @param weightDecay the share of a parameter that a step takes away, by the method's own rule
 * @param decaysVectors whether parameters with one axis or none decay as well
 */
public record OptimizerSettings(
    Kind kind,
    double learningRate,
    double momentum,
    boolean nesterov,
    double beta1,
    double beta2,
    double eps,
    double weightDecay,
    boolean decaysVectors)
    implements Serializable {
  public OptimizerSettings {
    // What no optimizer can be made of is refused here, before anything is read.
    made(kind, learningRate, momentum, nesterov, beta1, beta2, eps).withWeightDecay(weightDecay);
  }

  /** Methods, by PyTorch's names. */
  public enum Kind {
    SGD,
    ADAM,
    ADAMW
  }

  /** Gradient descent with momentum 0.9. */
  public static OptimizerSettings sgd(double learningRate) {
    return new OptimizerSettings(Kind.SGD, learningRate, 0.9, false, 0.9, 0.999, 1e-8, 0, false);
  }

  /** One of the kinds, with PyTorch's defaults but momentum 0.9. */
  public static OptimizerSettings of(Kind kind, double learningRate) {
    double decay = kind == Kind.ADAMW ? 0.01 : 0;
    return new OptimizerSettings(kind, learningRate, 0.9, false, 0.9, 0.999, 1e-8, decay, false);
  }

  Optimizer optimizer(Module model) {
    Optimizer optimizer =
        made(kind, learningRate, momentum, nesterov, beta1, beta2, eps)
            .withWeightDecay(weightDecay);
    return decaysVectors ? optimizer : optimizer.withoutDecayOf(Optimizer.vectorsOf(model));
  }

  private static Optimizer made(
      Kind kind,
      double learningRate,
      double momentum,
      boolean nesterov,
      double beta1,
      double beta2,
      double eps) {
    return switch (kind) {
      case SGD -> {
        Sgd sgd = new Sgd(learningRate).withMomentum(momentum);
        yield nesterov ? sgd.withNesterov() : sgd;
      }
      case ADAM -> Adam.adam(learningRate).withBetas(beta1, beta2).withEps(eps);
      case ADAMW -> Adam.adamW(learningRate).withBetas(beta1, beta2).withEps(eps);
    };
  }
}
