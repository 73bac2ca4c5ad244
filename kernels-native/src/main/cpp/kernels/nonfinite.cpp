#include "nonfinite.h"

#include <cstring>

namespace octant::kernels {

namespace {

OCTANT_INLINE void clip_loop(float* x, int64_t n, float low, float high) {
  for (int64_t i = 0; i < n; ++i) {
    const float v = x[i];
    const float raised = v <= low ? low : v;
    x[i] = raised >= high ? high : raised;
  }
}

OCTANT_INLINE void extreme_loop(const float* x, int64_t n, int32_t* found) {
  int32_t limit;
  const float extreme = kExtreme;
  std::memcpy(&limit, &extreme, sizeof limit);
  // The sign bit of limit − 1 − magnitude is set where the magnitude reaches the limit.
  int32_t any = 0;
  for (int64_t i = 0; i < n; ++i) {
    int32_t bits;
    std::memcpy(&bits, x + i, sizeof bits);
    any |= limit - 1 - (bits & 0x7fffffff);
  }
  *found = any < 0 ? 1 : 0;
}

}  // namespace

OCTANT_VARIANTS(clip, clip_loop, (float* x, int64_t n, float low, float high), (x, n, low, high))
OCTANT_VARIANTS(find_extreme, extreme_loop, (const float* x, int64_t n, int32_t* found),
                (x, n, found))

}  // namespace octant::kernels
