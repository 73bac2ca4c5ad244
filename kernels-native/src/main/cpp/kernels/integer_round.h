// Rounds sums of 8-bit layers in registers, as integer_ending.h says.
#pragma once

#if defined(__x86_64__)
// GCC 12 finds uninitialized values in its own AVX-512 headers.
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>

#include "integer_ending.h"
#include "isa.h"

namespace octant::kernels {

struct RoundBaseline {
  __m128 before;
  __m128i shift, least, most, flip;

  explicit RoundBaseline(const Ending& e)
      : before(_mm_set1_ps(e.before)),
        shift(_mm_set1_epi16(static_cast<int16_t>(e.shift))),
        least(_mm_set1_epi8(static_cast<char>(e.least))),
        most(_mm_set1_epi8(static_cast<char>(e.most))),
        flip(_mm_set1_epi8(static_cast<char>(e.flip))) {}

  /// Rounded but not clamped; `Adds` where `before` is not 0.
  template <bool Adds>
  OCTANT_INLINE __m128i steps(__m128i sum, __m128 bias, __m128 multiplier) const {
    const __m128 x = _mm_mul_ps(_mm_add_ps(_mm_cvtepi32_ps(sum), bias), multiplier);
    return _mm_cvtps_epi32(Adds ? _mm_add_ps(x, before) : x);
  }

  /// The results of four vectors of steps(), one behind the other. Saturation keeps what is clamped
  /// where it is.
  OCTANT_INLINE __m128i clamped(__m128i a, __m128i b, __m128i c, __m128i d) const {
    const __m128i ab = _mm_adds_epi16(_mm_packs_epi32(a, b), shift);
    const __m128i cd = _mm_adds_epi16(_mm_packs_epi32(c, d), shift);
    const __m128i x = _mm_min_epu8(most, _mm_max_epu8(least, _mm_packus_epi16(ab, cd)));
    return _mm_xor_si128(x, flip);
  }
};

struct RoundAvx2 {
  __m256 before, low, high;
  __m256i after, shift, least, most, flip, order;

  OCTANT_AVX2 explicit RoundAvx2(const Ending& e)
      : before(_mm256_set1_ps(e.before)),
        low(_mm256_set1_ps(e.low)),
        high(_mm256_set1_ps(e.high)),
        after(_mm256_set1_epi32(e.after)),
        shift(_mm256_set1_epi16(static_cast<int16_t>(e.shift))),
        least(_mm256_set1_epi8(static_cast<char>(e.least))),
        most(_mm256_set1_epi8(static_cast<char>(e.most))),
        flip(_mm256_set1_epi8(static_cast<char>(e.flip))),
        order(_mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)) {}

  OCTANT_AVX2 OCTANT_INLINE __m256i whole(__m256i sum, __m256 bias, __m256 multiplier) const {
    const __m256 x = _mm256_mul_ps(_mm256_add_ps(_mm256_cvtepi32_ps(sum), bias), multiplier);
    const __m256 c = _mm256_min_ps(high, _mm256_max_ps(low, _mm256_add_ps(x, before)));
    return _mm256_add_epi32(_mm256_cvtps_epi32(c), after);
  }

  OCTANT_AVX2 OCTANT_INLINE static __m128i bytes(__m256i first, __m256i second) {
    const __m256i words = _mm256_and_si256(_mm256_packs_epi32(first, second),
                                           _mm256_set1_epi16(255));
    const __m256i mixed = _mm256_packus_epi16(words, words);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 0, 4, 1, 5);
    return _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(mixed, order));
  }

  /// As RoundBaseline has them.
  template <bool Adds>
  OCTANT_AVX2 OCTANT_INLINE __m256i steps(__m256i sum, __m256 bias, __m256 multiplier) const {
    const __m256 x = _mm256_mul_ps(_mm256_add_ps(_mm256_cvtepi32_ps(sum), bias), multiplier);
    return _mm256_cvtps_epi32(Adds ? _mm256_add_ps(x, before) : x);
  }
  OCTANT_AVX2 OCTANT_INLINE __m256i clamped(__m256i a, __m256i b, __m256i c, __m256i d) const {
    const __m256i ab = _mm256_adds_epi16(_mm256_packs_epi32(a, b), shift);
    const __m256i cd = _mm256_adds_epi16(_mm256_packs_epi32(c, d), shift);
    const __m256i mixed =
        _mm256_min_epu8(most, _mm256_max_epu8(least, _mm256_packus_epi16(ab, cd)));
    return _mm256_permutevar8x32_epi32(_mm256_xor_si256(mixed, flip), order);
  }
};

struct RoundAvx512 {
  __m512 before, low, high;
  __m512i after, shift, least, most, flip, order;

  OCTANT_AVX512 explicit RoundAvx512(const Ending& e)
      : before(_mm512_set1_ps(e.before)),
        low(_mm512_set1_ps(e.low)),
        high(_mm512_set1_ps(e.high)),
        after(_mm512_set1_epi32(e.after)),
        shift(_mm512_set1_epi16(static_cast<int16_t>(e.shift))),
        least(_mm512_set1_epi8(static_cast<char>(e.least))),
        most(_mm512_set1_epi8(static_cast<char>(e.most))),
        flip(_mm512_set1_epi8(static_cast<char>(e.flip))),
        order(_mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)) {}

  OCTANT_AVX512 OCTANT_INLINE __m512i whole(__m512i sum, __m512 bias, __m512 multiplier) const {
    const __m512 x = _mm512_mul_ps(_mm512_add_ps(_mm512_cvtepi32_ps(sum), bias), multiplier);
    const __m512 c = _mm512_min_ps(high, _mm512_max_ps(low, _mm512_add_ps(x, before)));
    return _mm512_add_epi32(_mm512_cvtps_epi32(c), after);
  }

  OCTANT_AVX512 OCTANT_INLINE static __m128i bytes(__m512i whole) {
    return _mm512_cvtepi32_epi8(whole);
  }

  /// Rounded but not clamped; `Adds` where `before` is not 0.
  template <bool Adds>
  OCTANT_AVX512 OCTANT_INLINE __m512i steps(__m512i sum, __m512 bias, __m512 multiplier) const {
    const __m512 x = _mm512_mul_ps(_mm512_add_ps(_mm512_cvtepi32_ps(sum), bias), multiplier);
    return _mm512_cvtps_epi32(Adds ? _mm512_add_ps(x, before) : x);
  }

  /// The results of four vectors of steps(), one behind the other. Saturation keeps what is clamped
  /// where it is.
  OCTANT_AVX512 OCTANT_INLINE __m512i clamped(__m512i a, __m512i b, __m512i c, __m512i d) const {
    const __m512i ab = _mm512_adds_epi16(_mm512_packs_epi32(a, b), shift);
    const __m512i cd = _mm512_adds_epi16(_mm512_packs_epi32(c, d), shift);
    const __m512i mixed =
        _mm512_min_epu8(most, _mm512_max_epu8(least, _mm512_packus_epi16(ab, cd)));
    return _mm512_permutexvar_epi32(order, _mm512_xor_si512(mixed, flip));
  }
};

/// Adds other 8-bit integers of type T to 16 results: steps of the sum, not clamped.
template <typename T>
struct AddAvx512 {
  __m512 before, scale, other_scale, inverse;
  __m512i low, high, zero, other_zero;

  OCTANT_AVX512 explicit AddAvx512(const Addition& a)
      : before(_mm512_set1_ps(a.before)),
        scale(_mm512_set1_ps(a.scale)),
        other_scale(_mm512_set1_ps(a.other_scale)),
        inverse(_mm512_set1_ps(a.inverse)),
        low(_mm512_set1_epi32(a.low)),
        high(_mm512_set1_epi32(a.high)),
        zero(_mm512_set1_epi32(a.zero)),
        other_zero(_mm512_set1_epi32(a.other_zero)) {}

  OCTANT_AVX512 OCTANT_INLINE __m512i steps(__m512i sum, __m512 bias, __m512 multiplier,
                                            const uint8_t* other) const {
    const __m512 x = _mm512_mul_ps(_mm512_add_ps(_mm512_cvtepi32_ps(sum), bias), multiplier);
    const __m512i whole = _mm512_cvtps_epi32(_mm512_add_ps(x, before));
    const __m512 own = _mm512_cvtepi32_ps(_mm512_sub_epi32(
        _mm512_min_epi32(high, _mm512_max_epi32(low, whole)), zero));
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(other));
    const __m512i wide =
        std::is_signed_v<T> ? _mm512_cvtepi8_epi32(bytes) : _mm512_cvtepu8_epi32(bytes);
    const __m512 theirs = _mm512_cvtepi32_ps(_mm512_sub_epi32(wide, other_zero));
    const __m512 real =
        _mm512_add_ps(_mm512_mul_ps(own, scale), _mm512_mul_ps(theirs, other_scale));
    return _mm512_cvtps_epi32(_mm512_mul_ps(real, inverse));
  }
};

}  // namespace octant::kernels
#endif
