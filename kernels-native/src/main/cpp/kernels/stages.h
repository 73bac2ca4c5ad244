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

/// One stage on one value; `pass` loses its bits where a gradient does not.
template <Stage kKind>
OCTANT_INLINE void element(float& v, uint32_t& pass, const float* p) {
  if (kKind == Stage::relu) {
    pass &= all_or_none(v > 0);
    v = v < 0 ? 0 : v;
  } else if (kKind == Stage::clip) {
    pass &= all_or_none(v > p[0]) & all_or_none(v < p[1]);
    const float raised = v < p[0] ? p[0] : v;
    v = raised > p[1] ? p[1] : raised;
  } else {
    const float q = rounded(v * p[0]) + p[2];
    const uint32_t number = all_or_none(q == q);
    pass &= all_or_none(q >= p[3]) & all_or_none(q <= p[4]);
    float clamped = q < p[3] ? p[3] : q;
    clamped = clamped > p[4] ? p[4] : clamped;
    const float real = (clamped - p[2]) * p[1];
    uint32_t bits;
    __builtin_memcpy(&bits, &real, 4);
    bits &= number;
    __builtin_memcpy(&v, &bits, 4);
  }
}

template <Stage kKind, bool kMask>
OCTANT_INLINE void block(float* __restrict v, uint32_t* __restrict pass, int64_t n,
                         const float* parameters) {
  float p[kStageFloats];
  for (int64_t i = 0; i < kStageFloats; ++i) p[i] = parameters[i];
  for (int64_t i = 0; i < n; ++i) {
    uint32_t unused = 0;
    element<kKind>(v[i], kMask ? pass[i] : unused, p);
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
        block<Stage::relu, kMask>(v, pass, n, p);
        break;
      case Stage::clip:
        block<Stage::clip, kMask>(v, pass, n, p);
        break;
      case Stage::fake_quantize:
        if (p[5] != 0) block<Stage::fake_quantize, kMask>(v, pass, n, p);
        break;
    }
  }
}

/// A list of stages that the compiler knows, all of them on: one loop does all.
template <Stage... kKinds>
struct Fixed {
  static constexpr int64_t kCount = sizeof...(kKinds);
  float parameters[kCount * kStageFloats + 1];

  static OCTANT_INLINE bool fits(const Stage* kinds, int64_t count, const float* parameters) {
    constexpr Stage kList[] = {kKinds..., Stage::relu};
    bool same = count == kCount;
    for (int64_t s = 0; same && s < kCount; ++s) {
      same = kinds[s] == kList[s] &&
             (kList[s] != Stage::fake_quantize || parameters[s * kStageFloats + 5] != 0);
    }
    return same;
  }

  OCTANT_INLINE void load(const float* from) {
    for (int64_t i = 0; i < kCount * kStageFloats; ++i) parameters[i] = from[i];
  }

  OCTANT_INLINE void run(float& v, uint32_t& pass) const {
    const float* p = parameters;
    ((element<kKinds>(v, pass, p), p += kStageFloats), ...);
  }
};

OCTANT_INLINE float masked(float x, uint32_t pass) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, 4);
  bits &= pass;
  __builtin_memcpy(&x, &bits, 4);
  return x;
}

}  // namespace stages

}  // namespace octant::kernels
