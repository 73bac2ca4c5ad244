/** Where a command writes, and how much. */
@NullMarked
package io.octant.jobs.console;

import org.jspecify.annotations.NullMarked;
