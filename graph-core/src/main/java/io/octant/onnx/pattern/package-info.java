/**
 * Recognizes groups of ONNX nodes that amount to one operator which older operator sets lack or
 * exporters take apart: GELU, hard swish, SiLU, layer, RMS and group normalization, a matrix
 * product with its bias.
 *
 * <p>A pattern only fires where nothing outside the group reads a tensor inside it, so the
 * rewritten model computes the same up to float rounding. The file itself is never changed: the
 * group's nodes stay known to what replaces them.
 */
@NullMarked
package io.octant.onnx.pattern;

import org.jspecify.annotations.NullMarked;
