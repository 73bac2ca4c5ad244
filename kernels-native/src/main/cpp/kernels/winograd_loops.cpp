#include "winograd_loops.h"

#include <utility>

#if defined(__x86_64__)
// GCC 12 finds uninitialized values in its own AVX-512 headers.
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#endif

namespace octant::kernels {

namespace {

namespace baseline {
struct V {
  using Vector = float;
  static constexpr int kLanes = 1, kRows = 4;

  static Vector load(const float* p) { return *p; }
  static void store(float* p, Vector x) { *p = x; }
  static Vector set(float x) { return x; }
  static Vector add(Vector a, Vector b) { return a + b; }
  static Vector sub(Vector a, Vector b) { return a - b; }
  static Vector mul(Vector a, Vector b) { return a * b; }
  static Vector fma(Vector a, Vector b, Vector c) { return __builtin_fmaf(a, b, c); }
  static Vector clamp(Vector x, Vector low, Vector high) {
    const Vector raised = x <= low ? low : x;
    return raised >= high ? high : raised;
  }
  static bool finite(Vector x) { return x - x == 0; }
};
#define OCTANT_TARGET
#include "winograd_body.h"
}  // namespace baseline

#if defined(__x86_64__)

// What vectors have in common beside the names of their intrinsics.
#define OCTANT_FLOATS(target, vector, prefix)                                                     \
  using Vector = vector;                                                                          \
  static constexpr int kLanes = sizeof(Vector) / sizeof(float);                                   \
  target OCTANT_INLINE static Vector load(const float* p) { return prefix##_loadu_ps(p); }        \
  target OCTANT_INLINE static void store(float* p, Vector x) { prefix##_storeu_ps(p, x); }        \
  target OCTANT_INLINE static Vector set(float x) { return prefix##_set1_ps(x); }                 \
  target OCTANT_INLINE static Vector add(Vector a, Vector b) { return prefix##_add_ps(a, b); }    \
  target OCTANT_INLINE static Vector sub(Vector a, Vector b) { return prefix##_sub_ps(a, b); }    \
  target OCTANT_INLINE static Vector mul(Vector a, Vector b) { return prefix##_mul_ps(a, b); }    \
  target OCTANT_INLINE static Vector fma(Vector a, Vector b, Vector c) {                          \
    return prefix##_fmadd_ps(a, b, c);                                                            \
  }

namespace avx2 {
#define OCTANT_TARGET OCTANT_AVX2
struct V {
  OCTANT_FLOATS(OCTANT_TARGET, __m256, _mm256)
  static constexpr int kRows = 6;

  OCTANT_TARGET OCTANT_INLINE static Vector clamp(Vector x, Vector low, Vector high) {
    x = _mm256_blendv_ps(x, low, _mm256_cmp_ps(x, low, _CMP_LE_OQ));
    return _mm256_blendv_ps(x, high, _mm256_cmp_ps(x, high, _CMP_GE_OQ));
  }
  OCTANT_TARGET OCTANT_INLINE static bool finite(Vector x) {
    const Vector zero = _mm256_sub_ps(x, x);
    return _mm256_movemask_ps(_mm256_cmp_ps(zero, zero, _CMP_UNORD_Q)) == 0;
  }
};
#include "winograd_body.h"
}  // namespace avx2

namespace avx512 {
#define OCTANT_TARGET OCTANT_AVX512
struct V {
  OCTANT_FLOATS(OCTANT_TARGET, __m512, _mm512)
  static constexpr int kRows = 14;

  OCTANT_TARGET OCTANT_INLINE static Vector clamp(Vector x, Vector low, Vector high) {
    x = _mm512_mask_mov_ps(x, _mm512_cmp_ps_mask(x, low, _CMP_LE_OQ), low);
    return _mm512_mask_mov_ps(x, _mm512_cmp_ps_mask(x, high, _CMP_GE_OQ), high);
  }
  OCTANT_TARGET OCTANT_INLINE static bool finite(Vector x) {
    const Vector zero = _mm512_sub_ps(x, x);
    return _mm512_cmp_ps_mask(zero, zero, _CMP_UNORD_Q) == 0;
  }
};
#include "winograd_body.h"
}  // namespace avx512

#endif

}  // namespace

const Variants<const WinogradLoops>& winograd_loops() {
#if defined(__x86_64__)
  static const Variants<const WinogradLoops> variants{{Isa::baseline, &baseline::kLoops},
                                                      {Isa::avx2, &avx2::kLoops},
                                                      {Isa::avx512, &avx512::kLoops}};
#else
  static const Variants<const WinogradLoops> variants{{Isa::baseline, &baseline::kLoops}};
#endif
  return variants;
}

}  // namespace octant::kernels
