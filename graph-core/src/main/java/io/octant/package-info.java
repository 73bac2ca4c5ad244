/**
 * Octant: FX graph mode quantization on the JVM. This package holds the root of the exception tree.
 */
@NullMarked
package io.octant;

import org.jspecify.annotations.NullMarked;
