// 8-bit layers on sums of four products at once, where the machine has VNNI.
#pragma once

#include <memory>

#include "integer_layer.h"

namespace octant::kernels {

/// integer_layer() of the instruction set kDotIsa, which the machine must have. `shape` is not
/// depthwise.
std::unique_ptr<Kernel> dot_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                  const int8_t* weights, const Requantization& requantization);

}  // namespace octant::kernels
