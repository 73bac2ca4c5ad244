/**
 * Sequences of modules that backends run as one: {@code torch.ao.nn.intrinsic}. They compute
 * exactly what their parts compute; fusion passes make them, prepare and convert recognise them by
 * type.
 *
 * <p>Depends on {@code io.octant.nn} and {@code io.octant.reference}.
 */
@NullMarked
package io.octant.nn.intrinsic;

import org.jspecify.annotations.NullMarked;
