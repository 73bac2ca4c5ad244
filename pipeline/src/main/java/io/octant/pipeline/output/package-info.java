/**
 * What a run leaves behind: its files, the manifest that vouches for them, and the report.
 *
 * <p>Files appear first and {@code manifest.json} last; a reader trusts a directory only for its
 * manifest. The same input and configuration give the same bytes, but for {@code result.json},
 * which alone holds times.
 *
 * <p>May depend on Hadoop's file system interface and on Jackson.
 */
@NullMarked
package io.octant.pipeline.output;

import org.jspecify.annotations.NullMarked;
