/**
 * Sequences of modules that backends run as one: {@code torch.ao.nn.intrinsic}. They compute
 * exactly what their parts compute; fusion passes make them, prepare and convert recognise them by
 * type.
 */
@NullMarked
package io.octant.nn.intrinsic;

import org.jspecify.annotations.NullMarked;
