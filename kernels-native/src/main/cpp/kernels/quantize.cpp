#include "quantize.h"

#include "affine.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace octant::kernels {

namespace {

template <typename T>
OCTANT_INLINE void quantize_loop(const float* __restrict src, T* __restrict dst, int64_t n,
                                 const Affine& q) {
  const Affine local = q;
  for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<T>(to_step(src[i], local));
}

template <typename T>
OCTANT_INLINE void dequantize_loop(const T* __restrict src, float* __restrict dst, int64_t n,
                                   const Affine& q) {
  const Affine local = q;
  for (int64_t i = 0; i < n; ++i) dst[i] = to_real(src[i], local);
}

template <typename T>
OCTANT_INLINE void clamp_loop(const T* __restrict src, T* __restrict dst, int64_t n, int32_t low,
                              int32_t high) {
  const T lo = static_cast<T>(low), hi = static_cast<T>(high);
  for (int64_t i = 0; i < n; ++i) {
    const T v = src[i] > lo ? src[i] : lo;
    dst[i] = v < hi ? v : hi;
  }
}

}  // namespace

OCTANT_VARIANTS(quantize_u8, quantize_loop,
                (const float* src, uint8_t* dst, int64_t n, const Affine& q), (src, dst, n, q))
OCTANT_VARIANTS(quantize_s8, quantize_loop,
                (const float* src, int8_t* dst, int64_t n, const Affine& q), (src, dst, n, q))
OCTANT_VARIANTS(dequantize_u8, dequantize_loop,
                (const uint8_t* src, float* dst, int64_t n, const Affine& q), (src, dst, n, q))
OCTANT_VARIANTS(dequantize_s8, dequantize_loop,
                (const int8_t* src, float* dst, int64_t n, const Affine& q), (src, dst, n, q))

OCTANT_VARIANTS(clamp_u8, clamp_loop,
                (const uint8_t* src, uint8_t* dst, int64_t n, int32_t low, int32_t high),
                (src, dst, n, low, high))
OCTANT_VARIANTS(clamp_s8, clamp_loop,
                (const int8_t* src, int8_t* dst, int64_t n, int32_t low, int32_t high),
                (src, dst, n, low, high))

namespace {

#if defined(__x86_64__)
// 64 results at a time: each half of the table is two registers that one permutation reads.
__attribute__((target("avx512f,avx512bw,avx512vbmi"))) void look_up_vbmi(const uint8_t* src,
                                                                         uint8_t* dst, int64_t n,
                                                                         const uint8_t* table) {
  const __m512i t0 = _mm512_loadu_si512(table), t1 = _mm512_loadu_si512(table + 64);
  const __m512i t2 = _mm512_loadu_si512(table + 128), t3 = _mm512_loadu_si512(table + 192);
  for (int64_t i = 0; i < n; i += 64) {
    const __mmask64 inside = n - i >= 64 ? ~__mmask64{0} : (__mmask64{1} << (n - i)) - 1;
    const __m512i x = _mm512_maskz_loadu_epi8(inside, src + i);
    const __m512i low = _mm512_permutex2var_epi8(t0, x, t1);
    const __m512i high = _mm512_permutex2var_epi8(t2, x, t3);
    _mm512_mask_storeu_epi8(dst + i, inside,
                            _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high));
  }
}
#endif

void look_up_one_by_one(const uint8_t* src, uint8_t* dst, int64_t n, const uint8_t* table) {
  for (int64_t i = 0; i < n; ++i) dst[i] = table[src[i]];
}

}  // namespace

LookUp* look_up() {
#if defined(__x86_64__)
  if (supported(Isa::avx512) && __builtin_cpu_supports("avx512vbmi")) return look_up_vbmi;
#endif
  return look_up_one_by_one;
}

void look_up_channels(const uint8_t* src, uint8_t* dst, int64_t places, int64_t channels,
                      const uint8_t* tables) {
  for (int64_t p = 0; p < places; ++p) {
    for (int64_t c = 0; c < channels; ++c) dst[c] = tables[c * 256 + src[c]];
    src += channels;
    dst += channels;
  }
}

}  // namespace octant::kernels
