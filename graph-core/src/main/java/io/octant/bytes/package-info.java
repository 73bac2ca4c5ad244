/**
 * What every binary format of Octant is made of: {@link io.octant.bytes.ByteSink} and {@link
 * io.octant.bytes.ByteSource} for numbers and texts, {@link io.octant.bytes.Envelope} around a
 * whole, and {@link io.octant.bytes.Hash} over it.
 *
 * <p>Invariants: integers are little endian, and what is read has one form only. Byte tables:
 * {@code docs/format}.
 */
@NullMarked
package io.octant.bytes;

import org.jspecify.annotations.NullMarked;
