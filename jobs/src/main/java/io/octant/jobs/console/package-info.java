/** Where a command writes, and how much. Depends on nothing of Octant. */
@NullMarked
package io.octant.jobs.console;

import org.jspecify.annotations.NullMarked;
