package io.octant.quantization.observer;

import java.util.Map;

/**
 * A package's observers, found by {@link java.util.ServiceLoader}: how {@link ObserverSpec#create}
 * learns of fake quantizes, of equalization observers, and of those that a user brings.
 *
 * <p>No PyTorch counterpart: there, classes are passed themselves.
 */
public interface ObserverProvider {
  /** Factories by the type name that a spec gives. */
  Map<String, ObserverFactory> factories();
}
