/** The schedules of {@code conf} on a real cluster: what they submit, in order, day after day. */
@NullMarked
package io.octant.jobs.schedule;

import org.jspecify.annotations.NullMarked;
