#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdint>
#include <utility>

#include "winograd_loops.h"

#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,fma,prefer-vector-width=512")

namespace {

struct V {
  using Vector = __m512;
  static constexpr int kLanes = 16, kRows = 14;

  static OCTANT_INLINE Vector load(const float* p) { return _mm512_loadu_ps(p); }
  static OCTANT_INLINE void store(float* p, Vector x) { _mm512_storeu_ps(p, x); }
  static OCTANT_INLINE Vector set(float x) { return _mm512_set1_ps(x); }
  static OCTANT_INLINE Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
  static OCTANT_INLINE Vector sub(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
  static OCTANT_INLINE Vector mul(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
  static OCTANT_INLINE Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
  static OCTANT_INLINE Vector clamp(Vector x, Vector low, Vector high) {
    x = _mm512_mask_mov_ps(x, _mm512_cmp_ps_mask(x, low, _CMP_LE_OQ), low);
    return _mm512_mask_mov_ps(x, _mm512_cmp_ps_mask(x, high, _CMP_GE_OQ), high);
  }
  static OCTANT_INLINE bool finite(Vector x) {
    const Vector zero = _mm512_sub_ps(x, x);
    return _mm512_cmp_ps_mask(zero, zero, _CMP_UNORD_Q) == 0;
  }
};

}  // namespace

#include "winograd_body.h"

namespace octant::kernels {

const WinogradLoops& winograd_avx512() { return kLoops; }

}  // namespace octant::kernels

#endif
