// From real numbers in steps of a scale to 8-bit integers, one value at a time.
#pragma once

#include <cstdint>

#include "isa.h"

namespace octant::kernels {

/// Clamps a whole number to [low, high]; NaN gives the zero point, which is the real number 0. The
/// comparisons clamp before the conversion to an integer.
OCTANT_INLINE int32_t clamp_whole(float whole, int32_t zero_point, int32_t low, int32_t high) {
  const float lo = static_cast<float>(low), hi = static_cast<float>(high);
  float v = whole == whole ? whole : static_cast<float>(zero_point);
  v = v > lo ? v : lo;
  v = v < hi ? v : hi;
  return static_cast<int32_t>(v);
}

}  // namespace octant::kernels
