/**
 * The reference engine: graphs run node by node on the Java kernels. Slow and simple; it is the
 * oracle of the native engine and what runs where that one is missing.
 */
@NullMarked
package io.octant.engine.reference;

import org.jspecify.annotations.NullMarked;
