// The inner product of a depthwise 8-bit layer: every channel has a window of its own.
#pragma once

#include <cstdint>

#include "integer_ending.h"
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

/// What becomes of the sums, by channel.
struct DepthwiseEnding {
  const float* bias;
  const float* multiplier;
  Ending ending;
};

/// The same with sums that are rounded in registers, of kDepthwiseLanes channels at least. The
/// baseline has none.
constexpr int64_t kDepthwiseLanes = 16;
template <typename T>
using FinishedDepthwise = void(const T* const* pixels, int64_t pairs, const int16_t* weights,
                               const int32_t* start, int64_t channels, const DepthwiseEnding& e,
                               T* dst);
const Variants<FinishedDepthwise<uint8_t>>& finished_depthwise_u8();
const Variants<FinishedDepthwise<int8_t>>& finished_depthwise_s8();

}  // namespace octant::kernels
