/** JMH benchmarks of kernels and sessions. They report figures and never gate a build. */
@NullMarked
package io.octant.benchmarks;

import org.jspecify.annotations.NullMarked;
