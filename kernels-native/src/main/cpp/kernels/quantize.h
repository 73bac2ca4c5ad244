// f32 to 8-bit integers and back, over dense memory.
#pragma once

#include <cstdint>

#include "affine.h"
#include "isa.h"

namespace octant::kernels {

/// q = clamp(rint(fma(x, inverse, zero_point)), low, high), rint to even. NaN gives zero_point.
const Variants<void(const float*, uint8_t*, int64_t, const Affine&)>& quantize_u8();
const Variants<void(const float*, int8_t*, int64_t, const Affine&)>& quantize_s8();

/// x = (q − zero_point) · scale.
const Variants<void(const uint8_t*, float*, int64_t, const Affine&)>& dequantize_u8();
const Variants<void(const int8_t*, float*, int64_t, const Affine&)>& dequantize_s8();

/// dst = min(max(src, low), high): what relu and its bounded relatives are on integers.
const Variants<void(const uint8_t*, uint8_t*, int64_t, int32_t low, int32_t high)>& clamp_u8();
const Variants<void(const int8_t*, int8_t*, int64_t, int32_t low, int32_t high)>& clamp_s8();

/// dst = table[src]: any function of one 8-bit tensor, `table` holding 256 results by bit pattern.
using LookUp = void(const uint8_t* src, uint8_t* dst, int64_t n, const uint8_t* table);
LookUp* look_up();

/// dst = tables[channel][src] over [places, channels]: any function of one 8-bit tensor and of the
/// channel.
void look_up_channels(const uint8_t* src, uint8_t* dst, int64_t places, int64_t channels,
                      const uint8_t* tables);

}  // namespace octant::kernels
