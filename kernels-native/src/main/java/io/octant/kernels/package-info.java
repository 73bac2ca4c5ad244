/**
 * Native kernels over oneDNN behind the engine interface of graph-core.
 *
 * <p>May depend on graph-core, oneDNN and JavaCPP; never on Spark.
 */
@NullMarked
package io.octant.kernels;

import org.jspecify.annotations.NullMarked;
