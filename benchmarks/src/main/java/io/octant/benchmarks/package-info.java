/**
 * Benchmarks of parts, without a model or a cluster. They report figures and never gate a build.
 */
@NullMarked
package io.octant.benchmarks;

import org.jspecify.annotations.NullMarked;
