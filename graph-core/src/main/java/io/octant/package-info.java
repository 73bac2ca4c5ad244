/**
 * Octant: FX graph mode quantization on the JVM. This package holds the root of the exception tree
 * and what messages are made with.
 */
@NullMarked
package io.octant;

import org.jspecify.annotations.NullMarked;
