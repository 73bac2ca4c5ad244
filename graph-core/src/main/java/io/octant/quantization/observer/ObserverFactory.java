package io.octant.quantization.observer;

import java.util.function.Function;

/**
 * Makes an observer or fake quantize from constructor keywords.
 *
 * <p>No PyTorch counterpart.
 */
@FunctionalInterface
public interface ObserverFactory {
  /**
   * @throws ObserverException if a keyword is unknown or its value not supported
   */
  ActivationPostProcess create(KeywordArguments arguments);

  /** What is known of the class before there is an observer of it. */
  default ObserverTraits traits() {
    return ObserverTraits.PYTORCH;
  }

  /** A factory of a class with traits. */
  static ObserverFactory of(
      Function<KeywordArguments, ActivationPostProcess> constructor, ObserverTraits traits) {
    return new ObserverFactory() {
      @Override
      public ActivationPostProcess create(KeywordArguments arguments) {
        return constructor.apply(arguments);
      }

      @Override
      public ObserverTraits traits() {
        return traits;
      }
    };
  }
}
