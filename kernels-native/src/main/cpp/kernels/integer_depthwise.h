// The inner product of a depthwise 8-bit layer: every channel has a window of its own.
#pragma once

#include <cstdint>

#include "isa.h"

namespace octant::kernels {

/// sums[c] = start[c] + Σ over pairs of pixels[2p][c] · weights[p][c][0] + pixels[2p + 1][c] ·
/// weights[p][c][1]. `weights`, `start` and `sums` are dense. Products are of 16 bits, sums of 32:
/// no product or pair of products can overflow.
template <typename T>
using Depthwise = void(const T* const* pixels, int64_t pairs, const int16_t* weights,
                       const int32_t* start, int64_t channels, int32_t* sums);
const Variants<Depthwise<uint8_t>>& depthwise_u8();
const Variants<Depthwise<int8_t>>& depthwise_s8();

}  // namespace octant::kernels
