// Clamps and fake quantizes in a row, element by element, and where a gradient passes all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "isa.h"

namespace octant::kernels {

/// Codes as Java numbers them (io.octant.kernels.binding.Stage). Each stage has kStageFloats
/// parameters that a run reads.
enum class Stage : int {
  /// max(x, 0); passes above 0.
  relu = 0,
  /// Parameters: low, high. Passes between them.
  clip = 1,
  /// Parameters: 1 / scale, scale, zero point, lowest and highest integer, 0 while it is off.
  /// NaN becomes 0. Passes where the integer was within its range.
  fake_quantize = 2
};
constexpr int64_t kStageFloats = 8;

namespace stages {

/// Rounds half to even. Beyond 2²² the fraction does not matter here: integers have less bits.
OCTANT_INLINE float rounded(float x) {
  constexpr float kMagic = 12582912.0f;  // 1.5 · 2²³
  constexpr float kMost = 4194304.0f;
  x = x > kMost ? kMost : x;
  x = x < -kMost ? -kMost : x;
  return (x + kMagic) - kMagic;
}

OCTANT_INLINE uint32_t all_or_none(bool condition) { return condition ? 0xffffffffu : 0u; }

template <bool kMask>
OCTANT_INLINE void relu(float* __restrict v, uint32_t* __restrict pass, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const float x = v[i];
    if (kMask) pass[i] &= all_or_none(x > 0);
    v[i] = x < 0 ? 0 : x;
  }
}

template <bool kMask>
OCTANT_INLINE void clip(float* __restrict v, uint32_t* __restrict pass, int64_t n, float low,
                        float high) {
  for (int64_t i = 0; i < n; ++i) {
    const float x = v[i];
    if (kMask) pass[i] &= all_or_none(x > low) & all_or_none(x < high);
    const float y = x < low ? low : x;
    v[i] = y > high ? high : y;
  }
}

template <bool kMask>
OCTANT_INLINE void fake_quantize(float* __restrict v, uint32_t* __restrict pass, int64_t n,
                                 float inverse, float scale, float zero, float low, float high) {
  for (int64_t i = 0; i < n; ++i) {
    const float q = rounded(v[i] * inverse) + zero;
    const uint32_t number = all_or_none(q == q);
    if (kMask) pass[i] &= all_or_none(q >= low) & all_or_none(q <= high);
    float c = q < low ? low : q;
    c = c > high ? high : c;
    const float real = (c - zero) * scale;
    uint32_t bits;
    __builtin_memcpy(&bits, &real, 4);
    bits &= number;
    __builtin_memcpy(&v[i], &bits, 4);
  }
}

/// All stages on a block that stays in the first-level cache.
template <bool kMask>
OCTANT_INLINE void run(const Stage* kinds, int64_t count, const float* parameters, float* v,
                       uint32_t* pass, int64_t n) {
  for (int64_t s = 0; s < count; ++s) {
    const float* p = parameters + s * kStageFloats;
    switch (kinds[s]) {
      case Stage::relu:
        relu<kMask>(v, pass, n);
        break;
      case Stage::clip:
        clip<kMask>(v, pass, n, p[0], p[1]);
        break;
      case Stage::fake_quantize:
        if (p[5] != 0) fake_quantize<kMask>(v, pass, n, p[0], p[1], p[2], p[3], p[4]);
        break;
    }
  }
}

OCTANT_INLINE float masked(float x, uint32_t pass) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, 4);
  bits &= pass;
  __builtin_memcpy(&x, &bits, 4);
  return x;
}

}  // namespace stages

}  // namespace octant::kernels
