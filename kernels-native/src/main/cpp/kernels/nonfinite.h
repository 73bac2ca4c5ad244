// Loops that mind NaN and infinities, which oneDNN's maxima, clamps and exponentials do not.
#pragma once

#include <cstdint>

#include "isa.h"

namespace octant::kernels {

/// Magnitudes from here on count as extreme: NaN, infinities, and what some curves overflow on.
constexpr float kExtreme = 1e30f;

/// x = min(max(x, low), high) in place; NaN stays, and −0 becomes the bound 0.
const Variants<void(float* x, int64_t n, float low, float high)>& clip();

/// Writes 1 to `found` if there is a NaN or a magnitude of kExtreme or more, else 0.
const Variants<void(const float* x, int64_t n, int32_t* found)>& find_extreme();

inline bool any_extreme(const float* x, int64_t n) {
  int32_t found = 0;
  choose(find_extreme()).function(x, n, &found);
  return found != 0;
}

}  // namespace octant::kernels
