/**
 * The seam between Java and the native library: loading, memory, layouts, kernels and the calls
 * that run them.
 *
 * <p>Invariants: one class, {@link io.octant.kernels.binding.Bindings}, declares every native
 * method; one class, {@link io.octant.kernels.binding.NativeLibrary}, loads the library; every
 * native object is {@link AutoCloseable}, and using one after closing it throws. What oneDNN or our
 * own C++ cannot do is refused when a kernel is created, with a reason, never when it runs.
 */
@NullMarked
package io.octant.kernels.binding;

import org.jspecify.annotations.NullMarked;
