/**
 * What a quantization pass did to each node of a graph, and why. No node is left out: a node that
 * stays float says what keeps it float.
 */
@NullMarked
package io.octant.quantization.report;

import org.jspecify.annotations.NullMarked;
