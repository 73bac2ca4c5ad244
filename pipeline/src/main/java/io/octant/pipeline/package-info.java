/** Calibration, conversion and validation as Spark actions. */
@NullMarked
package io.octant.pipeline;

import org.jspecify.annotations.NullMarked;
