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

// The results of a half of the table for x from 0 to 127, 0 for others: 16 entries at a time. An
// entry's row holds by what it differs from that of 16 before; rows add up until x is used up, and a
// shuffle gives 0 for what is negative.
OCTANT_AVX2 OCTANT_INLINE __m256i half(const __m256i* rows, __m256i x) {
  const __m256i step = _mm256_set1_epi8(16);
  __m256i y = _mm256_shuffle_epi8(_mm256_load_si256(rows), x);
  _Pragma("GCC unroll 7") for (int i = 1; i < 8; ++i) {
    x = _mm256_subs_epi8(x, step);
    y = _mm256_xor_si256(y, _mm256_shuffle_epi8(_mm256_load_si256(rows + i), x));
  }
  return y;
}

OCTANT_AVX2 void look_up_avx2(const uint8_t* src, uint8_t* dst, int64_t n, const uint8_t* table) {
  constexpr int64_t bytes = sizeof(__m256i);
  __m256i rows[16];
  for (int i = 0; i < 16; ++i) {
    const auto* row = reinterpret_cast<const __m128i*>(table) + i;
    __m128i x = _mm_loadu_si128(row);
    if (i % 8 != 0) x = _mm_xor_si128(x, _mm_loadu_si128(row - 1));
    rows[i] = _mm256_broadcastsi128_si256(x);
  }
  const __m256i sign = _mm256_set1_epi8(static_cast<char>(128));
  int64_t i = 0;
  for (; i + bytes <= n; i += bytes) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(src + i));
    const __m256i y = _mm256_xor_si256(half(rows, x), half(rows + 8, _mm256_xor_si256(x, sign)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(dst + i), y);
  }
  for (; i < n; ++i) dst[i] = table[src[i]];
}
#endif

void look_up_one_by_one(const uint8_t* src, uint8_t* dst, int64_t n, const uint8_t* table) {
  for (int64_t i = 0; i < n; ++i) dst[i] = table[src[i]];
}

}  // namespace

LookUp* look_up() {
#if defined(__x86_64__)
  if (supported(Isa::avx512) && __builtin_cpu_supports("avx512vbmi")) return look_up_vbmi;
  if (supported(Isa::avx2)) return look_up_avx2;
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
