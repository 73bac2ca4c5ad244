/**
 * Observers: modules that watch the values of one edge of a graph and derive quantization
 * parameters from them.
 *
 * <p>{@link io.octant.quantization.observer.ActivationPostProcess} is the base of observers and of
 * fake quantizes; {@link io.octant.quantization.observer.ObserverSpec} is the value by which
 * configuration names one. The classes with a {@code TorchType} behave as those of PyTorch 2.13,
 * order dependence included; {@code GridHistogramObserver} is Octant's own and the one to
 * distribute. Formulas: {@code docs/quantization-model.md}.
 */
@NullMarked
package io.octant.quantization.observer;

import org.jspecify.annotations.NullMarked;
