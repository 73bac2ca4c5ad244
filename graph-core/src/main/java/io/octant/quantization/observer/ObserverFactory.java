package io.octant.quantization.observer;

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
}
