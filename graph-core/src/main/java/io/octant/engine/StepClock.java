package io.octant.engine;

/** Hears how long each step of a run took. */
@FunctionalInterface
public interface StepClock {
  /**
   * A step has ended.
   *
   * @param step one of the session's plan
   * @param nanos by the clock
   */
  void took(PlanStep step, long nanos);
}
