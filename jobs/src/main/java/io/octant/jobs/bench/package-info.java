/** Measures sessions of an engine in this process, without Spark. */
@NullMarked
package io.octant.jobs.bench;

import org.jspecify.annotations.NullMarked;
