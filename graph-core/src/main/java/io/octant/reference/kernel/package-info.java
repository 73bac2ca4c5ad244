/**
 * Reference kernels in plain Java: simple, slow and deterministic, the oracle of every other
 * kernel.
 *
 * <p>Kernels take and return immutable tensors. They compute in double precision and round once to
 * the result type, so that a float32 result is within about one unit in the last place of the exact
 * one; integers below 2<sup>53</sup> are exact. Behaviour follows PyTorch 2.13 on the CPU. Layout
 * is row-major: N, C, then the spatial axes.
 */
@NullMarked
package io.octant.reference.kernel;

import org.jspecify.annotations.NullMarked;
