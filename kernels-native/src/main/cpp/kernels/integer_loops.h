// The loops of an 8-bit layer around its inner product.
#pragma once

#include <cstdint>

#include "integer_layer.h"
#include "isa.h"

namespace octant::kernels {

/// dst = src − zero.
const Variants<void(const uint8_t* src, int16_t* dst, int64_t n, int32_t zero)>& widen_u8();
const Variants<void(const int8_t* src, int16_t* dst, int64_t n, int32_t zero)>& widen_s8();

/// sums += (src − zero) · weights, element by element.
const Variants<void(const uint8_t* src, const int16_t* weights, int32_t* sums, int64_t n,
                    int32_t zero)>&
accumulate_u8();
const Variants<void(const int8_t* src, const int16_t* weights, int32_t* sums, int64_t n,
                    int32_t zero)>&
accumulate_s8();

/// Requantizes `n` sums of neighbouring channels, the first of which is `channel`. `addends` holds
/// the f32 operands of additions, which are read from index `at` on.
template <typename T>
using FinishLoop = void(const int32_t* sums, int64_t n, const Requantization& r, int64_t channel,
                        const float* const* addends, int64_t at, T* dst);
const Variants<FinishLoop<uint8_t>>& finish_u8();
const Variants<FinishLoop<int8_t>>& finish_s8();

}  // namespace octant::kernels
