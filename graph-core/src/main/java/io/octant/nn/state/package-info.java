/**
 * Modules from their recorded state: type name, settings, tensors, integer weights. The inverse of
 * what modules tell about themselves, for loaders of converted models.
 */
@NullMarked
package io.octant.nn.state;

import org.jspecify.annotations.NullMarked;
