// Between real numbers and the integers of one tensor, one value at a time.
#pragma once

#include <cstdint>

#include "isa.h"
#include "steps.h"

namespace octant::kernels {

/// Affine parameters of one tensor, ready for the loops: `inverse` is the float32 1 / scale.
struct Affine {
  float scale;
  float inverse;
  int32_t zero_point;
  int32_t low;
  int32_t high;
};

/// One rounding in all, the zero point included.
OCTANT_INLINE int32_t to_step(float x, const Affine& q) {
  const float shifted = __builtin_fmaf(x, q.inverse, static_cast<float>(q.zero_point));
  return clamp_whole(__builtin_rintf(shifted), q.zero_point, q.low, q.high);
}

/// Rounds before the zero point comes in, as PyTorch's arithmetic does.
OCTANT_INLINE int32_t to_step_then_shift(float x, const Affine& q) {
  const float steps = __builtin_rintf(x * q.inverse);
  return clamp_whole(steps + static_cast<float>(q.zero_point), q.zero_point, q.low, q.high);
}

OCTANT_INLINE float to_real(int32_t q, const Affine& a) {
  return static_cast<float>(q - a.zero_point) * a.scale;
}

}  // namespace octant::kernels
