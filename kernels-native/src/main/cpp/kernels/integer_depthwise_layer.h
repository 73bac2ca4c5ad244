// Depthwise 8-bit layers.
#pragma once

#include <memory>
#include <string>

#include "integer_layer.h"

namespace octant::kernels {

/// integer_layer() of a depthwise `shape`; `isa` may also be avx2_vnni or avx512_vnni.
std::unique_ptr<Kernel> depthwise_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                        const int8_t* weights,
                                        const Requantization& requantization,
                                        const std::string& isa);

}  // namespace octant::kernels
