/**
 * Calibration, conversion and validation as Spark actions.
 *
 * <p>May depend on graph-core, kernels-native and Spark; never on a command line or its
 * configuration.
 */
@NullMarked
package io.octant.pipeline;

import org.jspecify.annotations.NullMarked;
