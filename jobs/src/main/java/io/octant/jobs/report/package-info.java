/** What a job tells people: progress while it runs and a summary. */
@NullMarked
package io.octant.jobs.report;

import org.jspecify.annotations.NullMarked;
