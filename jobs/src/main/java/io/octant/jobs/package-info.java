/**
 * The command line: parses arguments and configuration, runs a pipeline, reports, sets the exit
 * code.
 *
 * <p>No other module depends on it.
 */
@NullMarked
package io.octant.jobs;

import org.jspecify.annotations.NullMarked;
