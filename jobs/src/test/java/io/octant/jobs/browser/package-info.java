/** A browser to open pages in. */
@NullMarked
package io.octant.jobs.browser;

import org.jspecify.annotations.NullMarked;
