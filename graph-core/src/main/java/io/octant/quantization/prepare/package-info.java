/**
 * Puts observers into a float graph, after {@code torch.ao.quantization.fx.prepare}.
 *
 * <p>Steps, each in a class of its own: operators are matched with the patterns of the backend
 * ({@link io.octant.quantization.prepare.NodeMatcher}); every node gets a plan of the observers
 * that it wants at its inputs and its output ({@link
 * io.octant.quantization.prepare.ObserverPlans}); plans that the backend does not support are
 * dropped, with a reason ({@link io.octant.quantization.prepare.BackendSupport}); observers are
 * inserted where a producer does not already deliver what its consumer wants ({@link
 * io.octant.quantization.prepare.ObserverInsertion}).
 */
@NullMarked
package io.octant.quantization.prepare;

import org.jspecify.annotations.NullMarked;
