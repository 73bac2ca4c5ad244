package io.octant.pipeline.training;

import io.octant.training.QatSchedule;
import java.io.Serializable;

/**
 * {@link QatSchedule} as it travels; −1 for what is left as it is.
 *
 * @param fakeQuantizeFrom first step that rounds
 * @param observersUntil first step whose ranges stand still
 * @param statisticsUntil first step at which batch norms use their running statistics
 */
public record QatSettings(long fakeQuantizeFrom, long observersUntil, long statisticsUntil)
    implements Serializable {

  /** Rounds, observes and updates statistics in every step. */
  public static QatSettings none() {
    return new QatSettings(-1, -1, -1);
  }

  QatSchedule schedule() {
    QatSchedule out = QatSchedule.none();
    out = fakeQuantizeFrom < 0 ? out : out.withFakeQuantizeFrom(fakeQuantizeFrom);
    out = observersUntil < 0 ? out : out.withObserversUntil(observersUntil);
    return statisticsUntil < 0 ? out : out.withStatisticsUntil(statisticsUntil);
  }
}
