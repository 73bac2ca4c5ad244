/** Texts for {@code octant inspect}: models and calibration states as people read them. */
@NullMarked
package io.octant.jobs.inspect;

import org.jspecify.annotations.NullMarked;
