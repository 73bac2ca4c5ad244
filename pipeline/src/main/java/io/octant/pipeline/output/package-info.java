/**
 * What a run leaves behind: its files, the manifest that vouches for them, and the report.
 *
 * <p>The result is what {@code manifest.json} names; see ADR 14 in docs/adr for the order of
 * writing, the lease, and how to read. The same input and configuration give the same bytes, but
 * for {@code result.json}, which alone holds times.
 */
@NullMarked
package io.octant.pipeline.output;

import org.jspecify.annotations.NullMarked;
