// What oneDNN's float kernels make of NaN and infinities, put right after they have run. Each looks
// for extreme values in the source first, which costs one pass over memory and nearly always ends
// there.
#pragma once

#include "operators.h"

namespace octant::onednn {

/// NaN gives NaN, whatever is joined; gelu of large values is the value, if it stands `alone`.
Repair repair_eltwise(Attributes::Unary algorithm, const Layout& src, bool alone);

/// exp(x) − 1 has no digits left of a small x; its series has.
Repair repair_elu(float alpha, const Layout& src);

/// A window with a NaN has a NaN as its maximum.
Repair repair_maximum(const Layout& src, const Layout& dst, const Window& window);

/// A row with NaN or +∞, or of −∞ throughout, has no softmax: all NaN.
Repair repair_softmax(const Layout& src, const Layout& dst, int axis);

}  // namespace octant::onednn
