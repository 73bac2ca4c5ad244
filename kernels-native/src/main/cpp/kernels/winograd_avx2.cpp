#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdint>
#include <utility>

#include "winograd_loops.h"

#pragma GCC target("avx2,fma")

namespace {

struct V {
  using Vector = __m256;
  static constexpr int kLanes = 8, kRows = 6;

  static OCTANT_INLINE Vector load(const float* p) { return _mm256_loadu_ps(p); }
  static OCTANT_INLINE void store(float* p, Vector x) { _mm256_storeu_ps(p, x); }
  static OCTANT_INLINE Vector set(float x) { return _mm256_set1_ps(x); }
  static OCTANT_INLINE Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
  static OCTANT_INLINE Vector sub(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
  static OCTANT_INLINE Vector mul(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
  static OCTANT_INLINE Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
  static OCTANT_INLINE Vector clamp(Vector x, Vector low, Vector high) {
    x = _mm256_blendv_ps(x, low, _mm256_cmp_ps(x, low, _CMP_LE_OQ));
    return _mm256_blendv_ps(x, high, _mm256_cmp_ps(x, high, _CMP_GE_OQ));
  }
  static OCTANT_INLINE bool finite(Vector x) {
    const Vector zero = _mm256_sub_ps(x, x);
    return _mm256_movemask_ps(_mm256_cmp_ps(zero, zero, _CMP_UNORD_Q)) == 0;
  }
};

}  // namespace

#include "winograd_body.h"

namespace octant::kernels {

const WinogradLoops& winograd_avx2() { return kLoops; }

}  // namespace octant::kernels

#endif
