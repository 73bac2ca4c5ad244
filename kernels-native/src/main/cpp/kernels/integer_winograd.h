// 3×3 convolutions on 8-bit tensors by Winograd's F(4×4, 3×3), exact in integers: a quarter of the
// products of the direct form, operands of 16 bits. docs/adr/0056 has the proof.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "integer_layer.h"

namespace octant::kernels {

/// The kernel of a layer, which gives integer_layer()'s integers; null where it is not the faster
/// one or its sums could leave 32 bits.
std::unique_ptr<Kernel> winograd_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                       const int8_t* weights, const Requantization& requantization,
                                       const std::string& isa);

}  // namespace octant::kernels
