// Rounds sums of 8-bit layers in registers, as integer_ending.h says: RoundBaseline, RoundAvx2,
// RoundAvx512, AddAvx2 and AddAvx512.
#pragma once

#if defined(__x86_64__)
// GCC 12 finds uninitialized values in its own AVX-512 headers.
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>

#include <cstring>
#include <type_traits>

#include "integer_ending.h"
#include "isa.h"

namespace octant::kernels {

/// The bytes of four vectors that were narrowed together, one vector behind the other.
OCTANT_INLINE __m128i in_order(__m128i x) { return x; }
OCTANT_AVX2 OCTANT_INLINE __m256i in_order(__m256i x) {
  return _mm256_permutevar8x32_epi32(x, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}
OCTANT_AVX512 OCTANT_INLINE __m512i in_order(__m512i x) {
  return _mm512_permutexvar_epi32(
      _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), x);
}

/// One row of `whole` bytes, or some of it.
OCTANT_INLINE void write_row(const uint8_t* from, int64_t width, int64_t whole, uint8_t* dst) {
  if (width == whole) {
    std::memcpy(dst, from, static_cast<size_t>(whole));
    return;
  }
  int64_t c = 0;
  for (; c + 4 <= width; c += 4) std::memcpy(dst + c, from + c, 4);
  for (; c < width; ++c) dst[c] = from[c];
}

/// Writes `width` bytes each of the first `rows` of N rows that lie in a vector.
template <int N>
OCTANT_INLINE void write_rows(__m128i bytes, int rows, int64_t width, uint8_t* dst, int64_t pitch) {
  alignas(16) uint8_t all[16];
  _mm_store_si128(reinterpret_cast<__m128i*>(all), bytes);
  _Pragma("GCC unroll 4") for (int i = 0; i < N; ++i) {
    if (i < rows) write_row(all + i * (16 / N), width, 16 / N, dst + i * pitch);
  }
}
template <int N>
OCTANT_AVX2 OCTANT_INLINE void write_rows(__m256i bytes, int rows, int64_t width, uint8_t* dst,
                                          int64_t pitch) {
  alignas(32) uint8_t all[32];
  _mm256_store_si256(reinterpret_cast<__m256i*>(all), bytes);
  _Pragma("GCC unroll 4") for (int i = 0; i < N; ++i) {
    if (i < rows) write_row(all + i * (32 / N), width, 32 / N, dst + i * pitch);
  }
}
template <int N>
OCTANT_AVX512 OCTANT_INLINE void write_rows(__m512i bytes, int rows, int64_t width, uint8_t* dst,
                                            int64_t pitch) {
  if constexpr (N == 4) {
    const auto mask = static_cast<__mmask16>((1u << width) - 1);
    _mm_mask_storeu_epi8(dst, mask, _mm512_castsi512_si128(bytes));
    if (rows > 1) _mm_mask_storeu_epi8(dst + pitch, mask, _mm512_extracti32x4_epi32(bytes, 1));
    if (rows > 2) _mm_mask_storeu_epi8(dst + 2 * pitch, mask, _mm512_extracti32x4_epi32(bytes, 2));
    if (rows > 3) _mm_mask_storeu_epi8(dst + 3 * pitch, mask, _mm512_extracti32x4_epi32(bytes, 3));
  } else {
    const __m256i first = _mm512_castsi512_si256(bytes);
    const __m256i second = _mm512_extracti64x4_epi64(bytes, 1);
    if (width == 32) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(dst), first);
      if (rows > 1) _mm256_storeu_si256(reinterpret_cast<__m256i*>(dst + pitch), second);
    } else {
      const auto mask = static_cast<__mmask32>((uint64_t{1} << width) - 1);
      _mm256_mask_storeu_epi8(dst, mask, first);
      if (rows > 1) _mm256_mask_storeu_epi8(dst + pitch, mask, second);
    }
  }
}

/// As many 8-bit integers as a vector has lanes.
template <bool Signed>
OCTANT_AVX2 OCTANT_INLINE void widen(const uint8_t* from, __m256i& to) {
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  to = Signed ? _mm256_cvtepi8_epi32(bytes) : _mm256_cvtepu8_epi32(bytes);
}
template <bool Signed>
OCTANT_AVX512 OCTANT_INLINE void widen(const uint8_t* from, __m512i& to) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  to = Signed ? _mm512_cvtepi8_epi32(bytes) : _mm512_cvtepu8_epi32(bytes);
}

#define OCTANT_NAMED(name) name##Baseline
#define OCTANT_TARGET
#define OCTANT_INTEGER __m128i
#define OCTANT_REAL __m128
#define OCTANT_INTRINSIC(name) _mm_##name
#define OCTANT_WHOLE(name) _mm_##name##_si128
#include "integer_round_body.h"

#define OCTANT_NAMED(name) name##Avx2
#define OCTANT_TARGET OCTANT_AVX2
#define OCTANT_INTEGER __m256i
#define OCTANT_REAL __m256
#define OCTANT_INTRINSIC(name) _mm256_##name
#define OCTANT_WHOLE(name) _mm256_##name##_si256
#define OCTANT_ADDS
#include "integer_round_body.h"

#define OCTANT_NAMED(name) name##Avx512
#define OCTANT_TARGET OCTANT_AVX512
#define OCTANT_INTEGER __m512i
#define OCTANT_REAL __m512
#define OCTANT_INTRINSIC(name) _mm512_##name
#define OCTANT_WHOLE(name) _mm512_##name##_si512
#define OCTANT_ADDS
#include "integer_round_body.h"

}  // namespace octant::kernels
#endif
