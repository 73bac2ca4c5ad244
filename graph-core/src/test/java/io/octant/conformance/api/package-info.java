/**
 * The conformance cases that are described in words, one hand-written test each. A test performs
 * the call in Octant's own API and asserts the whole message; where types rule a call out, what is
 * left of it is tested at the map form.
 */
@NullMarked
package io.octant.conformance.api;

import org.jspecify.annotations.NullMarked;
