// f32 to 8-bit integers and back, over dense memory.
#pragma once

#include <cstdint>

#include "isa.h"

namespace octant::kernels {

/// Affine parameters of one tensor, ready for the loops: `inverse` is the float32 1 / scale.
struct Affine {
  float scale;
  float inverse;
  int32_t zero_point;
  int32_t low;
  int32_t high;
};

/// q = clamp(rint(fma(x, inverse, zero_point)), low, high), rint to even. NaN gives zero_point.
const Variants<void(const float*, uint8_t*, int64_t, const Affine&)>& quantize_u8();
const Variants<void(const float*, int8_t*, int64_t, const Affine&)>& quantize_s8();

/// x = (q − zero_point) · scale.
const Variants<void(const uint8_t*, float*, int64_t, const Affine&)>& dequantize_u8();
const Variants<void(const int8_t*, float*, int64_t, const Affine&)>& dequantize_s8();

/// Sums and products of two quantized tensors of one shape, taken in float32 and quantized again by
/// clamp(rint(x · inverse) + zero_point, low, high).
/// A `b` of one element (`b_step` 0) goes with every element of `a`; otherwise `b_step` is 1.
template <typename T>
using CombineLoop = void(const T* a, const T* b, T* dst, int64_t n, int64_t b_step,
                         const Affine& qa, const Affine& qb, const Affine& qd);
const Variants<CombineLoop<uint8_t>>& add_u8();
const Variants<CombineLoop<int8_t>>& add_s8();
const Variants<CombineLoop<uint8_t>>& multiply_u8();
const Variants<CombineLoop<int8_t>>& multiply_s8();

/// dst = min(max(src, low), high): what relu and its bounded relatives are on integers.
const Variants<void(const uint8_t*, uint8_t*, int64_t, int32_t low, int32_t high)>& clamp_u8();
const Variants<void(const int8_t*, int8_t*, int64_t, int32_t low, int32_t high)>& clamp_s8();

/// dst = table[src]: any function of one 8-bit tensor, `table` holding 256 results by bit pattern.
void look_up(const uint8_t* src, uint8_t* dst, int64_t n, const uint8_t* table);

}  // namespace octant::kernels
