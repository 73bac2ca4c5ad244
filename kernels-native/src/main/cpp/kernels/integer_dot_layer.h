// 8-bit layers on sums of four products at once, where the machine has VNNI.
#pragma once

#include <memory>
#include <string>

#include "integer_layer.h"

namespace octant::kernels {

/// integer_layer() of an instruction set that dot_loops() has. `shape` is not depthwise.
std::unique_ptr<Kernel> dot_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                  const int8_t* weights, const Requantization& requantization,
                                  const std::string& isa);

}  // namespace octant::kernels
