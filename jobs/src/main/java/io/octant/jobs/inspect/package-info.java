/** Texts for {@code octant inspect}: models as people read them. */
@NullMarked
package io.octant.jobs.inspect;

import org.jspecify.annotations.NullMarked;
