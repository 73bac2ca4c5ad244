/**
 * How reference operators receive their arguments: Python-like signatures, positional and keyword
 * binding, typed reading, and the table that operators are registered in.
 *
 * <p>Every message names the function and the argument.
 */
@NullMarked
package io.octant.reference.binding;

import org.jspecify.annotations.NullMarked;
