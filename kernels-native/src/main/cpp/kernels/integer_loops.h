// The loops of an 8-bit layer around its inner product.
#pragma once

#include <cstdint>

#include "integer_layer.h"
#include "isa.h"

namespace octant::kernels {

/// dst = src − zero.
const Variants<void(const uint8_t* src, int16_t* dst, int64_t n, int32_t zero)>& widen_u8();
const Variants<void(const int8_t* src, int16_t* dst, int64_t n, int32_t zero)>& widen_s8();

/// Sums of neighbouring channels, the first of which is `channel`, for some rows: kMaxTile at most
/// with what fills rows up to `stride`. Element 0 of row i is `at + i · pitch` of the destination.
struct SumBlock {
  const int32_t* sums;
  int64_t rows, width, stride, channel, at, pitch;
};

/// Requantizes a block. Bias and multiplier are read up to `channel + stride`; `addends` holds the
/// f32 operands of steps and then the 8-bit one of an addition, indexed as `dst`.
template <typename T>
using FinishLoop = void(const SumBlock& block, const Requantization& r, const float* const* addends,
                        T* dst);
const Variants<FinishLoop<uint8_t>>& finish_u8();
const Variants<FinishLoop<int8_t>>& finish_s8();

/// The same without rounding, for a layer whose results stay real numbers.
const Variants<FinishLoop<float>>& finish_f32();

}  // namespace octant::kernels
