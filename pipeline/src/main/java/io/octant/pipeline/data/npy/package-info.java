/**
 * NumPy's {@code .npy} files: one array each, of many samples or of one.
 *
 * <p>The format is NumPy's, as its {@code numpy.lib.format} documents it, versions 1 to 3. Nothing
 * depends on this package but its registration.
 */
@NullMarked
package io.octant.pipeline.data.npy;

import org.jspecify.annotations.NullMarked;
