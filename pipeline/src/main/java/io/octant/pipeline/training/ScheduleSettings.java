package io.octant.pipeline.training;

import io.octant.training.Schedule;
import java.io.Serializable;

/**
 * How the learning rate goes, in steps of training.
 *
 * @param kind its course behind the warm-up
 * @param every steps after which {@link Kind#STEP} multiplies
 * @param gamma what {@link Kind#STEP} multiplies by
 * @param floor where {@link Kind#COSINE} ends, as a share of the learning rate
 * @param warmUp steps of a straight line up to the learning rate, 0 for none
 */
public record ScheduleSettings(Kind kind, long every, double gamma, double floor, long warmUp)
    implements Serializable {

  /** Courses of a learning rate. */
  public enum Kind {
    CONSTANT,
    STEP,
    COSINE
  }

  /** The learning rate as it is. */
  public static ScheduleSettings constant() {
    return new ScheduleSettings(Kind.CONSTANT, 1, 1, 0, 0);
  }

  /** Half a cosine from the learning rate to 0 at the end of training. */
  public static ScheduleSettings cosine() {
    return new ScheduleSettings(Kind.COSINE, 1, 1, 0, 0);
  }

  Schedule schedule(long steps) {
    Schedule course =
        switch (kind) {
          case CONSTANT -> Schedule.constant();
          case STEP -> Schedule.steps(every, gamma);
          case COSINE -> Schedule.cosine(Math.max(1, steps - warmUp), floor);
        };
    return warmUp == 0 ? course : Schedule.warmUp(warmUp, 1.0 / (warmUp + 1), course);
  }
}
