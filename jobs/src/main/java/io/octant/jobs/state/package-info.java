/** Calibration states as files: shown, merged and compared. */
@NullMarked
package io.octant.jobs.state;

import org.jspecify.annotations.NullMarked;
