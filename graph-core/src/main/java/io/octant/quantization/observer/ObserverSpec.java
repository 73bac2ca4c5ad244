package io.octant.quantization.observer;

import io.octant.graph.Arguments;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An observer class with constructor keywords, not yet an observer; PyTorch's {@code
 * Observer.with_args(…)}. Equal if class and keywords are equal, in whatever order the keywords
 * came.
 *
 * @param type class name, such as {@code torch.ao.quantization.HistogramObserver}
 * @param kwargs keywords by PyTorch's names; values as in {@link Arguments}, or a spec for {@code
 *     observer}
 */
public record ObserverSpec(String type, Map<String, Object> kwargs) {
  /** Prefix of the class names of PyTorch's observers and fake quantizes. */
  public static final String TORCH = "torch.ao.quantization.";

  public ObserverSpec {
    Map<String, Object> copy = new LinkedHashMap<>();
    kwargs.forEach((k, v) -> copy.put(k, Arguments.normalize(v)));
    kwargs = Collections.unmodifiableMap(copy);
  }

  /** An observer of a type without keywords: all at their defaults. */
  public static ObserverSpec of(String type) {
    return new ObserverSpec(type, Map.of());
  }

  /** This spec with a keyword set; PyTorch's {@code with_args}. */
  public ObserverSpec with(String keyword, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(kwargs);
    more.put(keyword, value);
    return new ObserverSpec(type, more);
  }

  /**
   * Makes a fresh observer.
   *
   * @throws ObserverException if the class is unknown, or refuses the keywords
   */
  public ActivationPostProcess create() {
    ObserverFactory factory = ObserverTypes.ALL.get(type);
    if (factory == null) {
      throw new ObserverException(
          "Cannot make observer: " + type + ", expected one of " + ObserverTypes.ALL.keySet());
    }
    KeywordArguments arguments = new KeywordArguments(type, kwargs);
    ActivationPostProcess made = factory.create(arguments);
    arguments.requireAllRead();
    return made;
  }

  /** What is known of the class. */
  public ObserverTraits traits() {
    return ObserverTraits.of(type);
  }

  /** Whether the class follows Octant's practice and not PyTorch's. */
  public boolean isOctants() {
    return traits().practice() == ObserverTraits.Practice.OCTANT;
  }

  /** The spec without what is read after calibration: equal ones collect the same. */
  public ObserverSpec collecting() {
    Map<String, Object> less = new LinkedHashMap<>(kwargs);
    less.keySet().removeAll(traits().solverKeywords());
    return new ObserverSpec(type, less);
  }

  @Override
  public String toString() {
    return kwargs.isEmpty() ? type : type + kwargs;
  }
}
