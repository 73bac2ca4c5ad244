package io.octant.quantization.observer;

import io.octant.graph.Arguments;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

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
    Map<String, ObserverFactory> known = new TreeMap<>();
    for (ObserverProvider provider :
        ServiceLoader.load(ObserverProvider.class, ObserverProvider.class.getClassLoader())) {
      known.putAll(provider.factories());
    }
    ObserverFactory factory = known.get(type);
    if (factory == null) {
      throw new ObserverException(
          "Cannot make observer: " + type + ", expected one of " + known.keySet());
    }
    KeywordArguments arguments = new KeywordArguments(type, kwargs);
    ActivationPostProcess made = factory.create(arguments);
    arguments.requireAllRead();
    return made;
  }

  @Override
  public String toString() {
    return kwargs.isEmpty() ? type : type + kwargs;
  }
}
