/** Spark in processes of its own: jobs as {@code spark-submit} starts them, and a cluster. */
@NullMarked
package io.octant.jobs.cluster;

import org.jspecify.annotations.NullMarked;
