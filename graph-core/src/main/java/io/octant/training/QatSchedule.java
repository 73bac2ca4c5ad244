package io.octant.training;

import io.octant.graph.GraphModule;
import io.octant.nn.normalization.BatchNormNd;
import io.octant.nn.qat.QatBatchNorm;
import io.octant.quantization.fakequant.Toggle;
import java.util.OptionalLong;

/**
 * When a quantization-aware training changes what its modules do, by step from 0, as the recipes of
 * torchvision do by epoch: values are rounded once ranges are known, ranges stand still later, and
 * the statistics of batch norms at the end. What is not scheduled is left as it is.
 *
 * @param fakeQuantizeFrom first step that rounds
 * @param observersUntil first step whose ranges stand still
 * @param statisticsUntil first step at which batch norms use their running statistics
 */
public record QatSchedule(
    OptionalLong fakeQuantizeFrom, OptionalLong observersUntil, OptionalLong statisticsUntil) {
  public QatSchedule {
    requireStep(fakeQuantizeFrom);
    requireStep(observersUntil);
    requireStep(statisticsUntil);
  }

  private static void requireStep(OptionalLong step) {
    if (step.isPresent() && step.getAsLong() < 0) {
      throw new TrainingException(
          "Cannot schedule for step " + step.getAsLong() + ", expected 0 or more");
    }
  }

  /** Changes nothing. */
  public static QatSchedule none() {
    return new QatSchedule(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
  }

  /** Without rounding before a step. */
  public QatSchedule withFakeQuantizeFrom(long step) {
    return new QatSchedule(OptionalLong.of(step), observersUntil, statisticsUntil);
  }

  /** With ranges that stand still from a step on. */
  public QatSchedule withObserversUntil(long step) {
    return new QatSchedule(fakeQuantizeFrom, OptionalLong.of(step), statisticsUntil);
  }

  /** With batch norms, fused or not, that keep their running statistics from a step on. */
  public QatSchedule withStatisticsUntil(long step) {
    return new QatSchedule(fakeQuantizeFrom, observersUntil, OptionalLong.of(step));
  }

  /** Puts the modules in the state that a step needs, whatever came before. */
  void apply(GraphModule model, long step) {
    if (fakeQuantizeFrom.isPresent()) {
      (step >= fakeQuantizeFrom.getAsLong() ? Toggle.ENABLE_FAKE_QUANT : Toggle.DISABLE_FAKE_QUANT)
          .applyTo(model);
    }
    if (observersUntil.isPresent()) {
      (step < observersUntil.getAsLong() ? Toggle.ENABLE_OBSERVER : Toggle.DISABLE_OBSERVER)
          .applyTo(model);
    }
    if (statisticsUntil.isPresent() && step >= statisticsUntil.getAsLong()) {
      model.forEachModule(
          (path, module) -> {
            if (module instanceof QatBatchNorm norm) {
              norm.freezeBatchNorm();
            } else if (module instanceof BatchNormNd) {
              module.train(false);
            }
          });
    }
  }
}
