package io.octant.training;

/**
 * What the learning rate is multiplied by at a step, counted from 0: the closed forms of {@code
 * torch.optim.lr_scheduler}.
 */
@FunctionalInterface
public interface Schedule {
  /** The factor of a step. */
  double factor(long step);

  /** The learning rate as it is. */
  static Schedule constant() {
    return step -> 1;
  }

  /** Multiplied by {@code gamma} after every so many steps; {@code StepLR}. */
  static Schedule steps(long every, double gamma) {
    requirePositive(every);
    return step -> Math.pow(gamma, step / every);
  }

  /** Multiplied by {@code gamma} when each of these steps is reached; {@code MultiStepLR}. */
  static Schedule milestones(double gamma, long... at) {
    long[] all = at.clone();
    return step -> {
      int reached = 0;
      for (long milestone : all) {
        reached += step >= milestone ? 1 : 0;
      }
      return Math.pow(gamma, reached);
    };
  }

  /**
   * Half a cosine from 1 to {@code floor}, where it stays from step {@code length} on; {@code
   * CosineAnnealingLR}, whose {@code eta_min} is {@code floor} times the learning rate.
   */
  static Schedule cosine(long length, double floor) {
    requirePositive(length);
    return step -> {
      double share = Math.min(step, length) / (double) length;
      return floor + (1 - floor) * (1 + Math.cos(Math.PI * share)) / 2;
    };
  }

  /**
   * A straight line from {@code start} to 1 within {@code length} steps, then another schedule,
   * which counts from there; {@code LinearLR} and {@code SequentialLR}.
   */
  static Schedule warmUp(long length, double start, Schedule then) {
    requirePositive(length);
    return step ->
        step < length ? start + (1 - start) * (step / (double) length) : then.factor(step - length);
  }

  private static void requirePositive(long length) {
    if (length < 1) {
      throw new TrainingException("Cannot schedule over " + length + " steps, expected 1 or more");
    }
  }
}
