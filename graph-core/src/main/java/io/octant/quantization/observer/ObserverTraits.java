package io.octant.quantization.observer;

import java.util.Set;

/**
 * What is known of an observer class before there is an observer of it.
 *
 * <p>No PyTorch counterpart.
 *
 * @param practice whose graphs its use gives
 * @param solverKeywords keywords that are read when calibration is over, such as a range method:
 *     they have no part in what is collected, so that one calibration state serves all their values
 */
public record ObserverTraits(Practice practice, Set<String> solverKeywords) {
  /** Whose way prepare and convert follow. */
  public enum Practice {
    /** PyTorch's to the letter, where it is wasteful too. */
    PYTORCH,
    /**
     * Octant's: an operator whose output has another range than its input gets an observer of its
     * own, a scale leaves room for the bias, and weights that are not finite are refused.
     */
    OCTANT
  }

  /** Of PyTorch's classes, and of all that say nothing else. */
  public static final ObserverTraits PYTORCH = new ObserverTraits(Practice.PYTORCH, Set.of());

  public ObserverTraits {
    solverKeywords = Set.copyOf(solverKeywords);
  }

  /** Of a class that follows Octant's practice. */
  public static ObserverTraits octant(String... solverKeywords) {
    return new ObserverTraits(Practice.OCTANT, Set.of(solverKeywords));
  }

  /** The traits of a class by the name that a spec gives; of an unknown one, PyTorch's. */
  public static ObserverTraits of(String type) {
    ObserverFactory factory = ObserverTypes.ALL.get(type);
    return factory == null ? PYTORCH : factory.traits();
  }
}
