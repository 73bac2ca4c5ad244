#include "integer_tile.h"

#include "integer_dot.h"
#include "integer_round.h"

#include <algorithm>
#include <cstring>

namespace octant::kernels {

namespace {

#if defined(__x86_64__)

#define OCTANT_VNNI                                                                       \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma,prefer-vector-" \
                        "width=512")))

// The sum as the third operand, where intrinsics have a product and an addition.
OCTANT_VNNI OCTANT_INLINE __m512i added(__m512i sum, __m512i a, __m512i b) {
  asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
  return sum;
}

template <int R>
OCTANT_VNNI void sum_rows(const PairOperands& o, int32_t* dst) {
  __m512i first[R], second[R];
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    first[r] = second[r] = _mm512_setzero_si512();
  }
  const int16_t* b = o.b;
  for (int64_t l = 0; l < o.lines; ++l) {
    const int16_t* a = o.a + l * o.line_stride;
    for (int64_t p = 0; p < o.pairs; ++p, a += 2, b += 64) {
      const __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 32);
      _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
        int32_t pair;
        std::memcpy(&pair, a + r * o.stride, sizeof pair);
        const __m512i x = _mm512_set1_epi32(pair);
        first[r] = added(first[r], x, b0);
        second[r] = added(second[r], x, b1);
      }
    }
  }
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    _mm512_storeu_si512(dst + 32 * r, first[r]);
    _mm512_storeu_si512(dst + 32 * r + 16, second[r]);
  }
}

void dot_sums(const PairOperands& o, int64_t, int32_t* dst) {
  static constexpr void (*all[])(const PairOperands&, int32_t*) = {
      sum_rows<1>, sum_rows<2>, sum_rows<3>, sum_rows<4>,
      sum_rows<5>, sum_rows<6>, sum_rows<7>, sum_rows<8>};
  all[o.rows - 1](o, dst);
}

inline void store(__m128i bytes, int64_t n, uint8_t* dst) {
  if (n >= 16) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(dst), bytes);
  } else {
    alignas(16) uint8_t all[16];
    _mm_store_si128(reinterpret_cast<__m128i*>(all), bytes);
    std::memcpy(dst, all, static_cast<size_t>(n));
  }
}

OCTANT_AVX2 void rounded_avx2(const int32_t* sums, const TileEnding& e, uint8_t* dst) {
  const RoundAvx2 round(e.ending);
  const __m256 bias = _mm256_loadu_ps(e.bias), more = _mm256_loadu_ps(e.bias + 8);
  const __m256 by = _mm256_loadu_ps(e.multiplier), then = _mm256_loadu_ps(e.multiplier + 8);
  for (int64_t r = 0; r < e.rows; ++r) {
    const auto* row = reinterpret_cast<const __m256i*>(sums + 16 * r);
    const __m256i first = round.whole(_mm256_load_si256(row), bias, by);
    const __m256i second = round.whole(_mm256_load_si256(row + 1), more, then);
    store(RoundAvx2::bytes(first, second), e.width, dst + r * e.pitch);
  }
}

OCTANT_AVX512 OCTANT_INLINE __m512i at(const int32_t* sums, int64_t row, int64_t column) {
  return _mm512_load_si512(sums + 32 * row + column);
}

// The bytes of two rows of a whole panel, of which the second may be the first.
OCTANT_AVX512 OCTANT_INLINE void store_rows(__m512i bytes, uint8_t* first, uint8_t* second) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(second), _mm512_extracti64x4_epi64(bytes, 1));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(first), _mm512_castsi512_si256(bytes));
}

template <bool Adds>
OCTANT_AVX512 OCTANT_INLINE void rounded_panel(const int32_t* sums, const TileEnding& e,
                                               uint8_t* dst) {
  const RoundAvx512 round(e.ending);
  const __m512 bias = _mm512_loadu_ps(e.bias), more = _mm512_loadu_ps(e.bias + 16);
  const __m512 by = _mm512_loadu_ps(e.multiplier), then = _mm512_loadu_ps(e.multiplier + 16);
  for (int64_t r = 0; r < e.rows; r += 2) {
    const int64_t s = std::min(r + 1, e.rows - 1);
    const __m512i bytes = round.clamped(round.steps<Adds>(at(sums, r, 0), bias, by),
                                        round.steps<Adds>(at(sums, r, 16), more, then),
                                        round.steps<Adds>(at(sums, s, 0), bias, by),
                                        round.steps<Adds>(at(sums, s, 16), more, then));
    store_rows(bytes, dst + r * e.pitch, dst + s * e.pitch);
  }
}

OCTANT_AVX512 void rounded_avx512(const int32_t* sums, const TileEnding& e, uint8_t* dst) {
  if (e.width == 32) {
    if (e.ending.before != 0) {
      rounded_panel<true>(sums, e, dst);
    } else {
      rounded_panel<false>(sums, e, dst);
    }
    return;
  }
  const RoundAvx512 round(e.ending);
  for (int64_t c = 0; c < e.width; c += 16) {
    const __m512 bias = _mm512_loadu_ps(e.bias + c), by = _mm512_loadu_ps(e.multiplier + c);
    for (int64_t r = 0; r < e.rows; ++r) {
      const __m512i whole = round.whole(at(sums, r, c), bias, by);
      store(RoundAvx512::bytes(whole), e.width - c, dst + r * e.pitch + c);
    }
  }
}

template <typename T>
OCTANT_AVX512 void added_avx512(const int32_t* sums, const TileEnding& e, const Addition& addition,
                                const uint8_t* other, uint8_t* dst) {
  const RoundAvx512 round(addition.sum);
  const AddAvx512<T> add(addition);
  const __m512 bias = _mm512_loadu_ps(e.bias), more = _mm512_loadu_ps(e.bias + 16);
  const __m512 by = _mm512_loadu_ps(e.multiplier), then = _mm512_loadu_ps(e.multiplier + 16);
  for (int64_t r = 0; r < e.rows; r += 2) {
    const int64_t s = std::min(r + 1, e.rows - 1);
    const uint8_t *first = other + r * e.pitch, *second = other + s * e.pitch;
    const __m512i bytes = round.clamped(add.steps(at(sums, r, 0), bias, by, first),
                                        add.steps(at(sums, r, 16), more, then, first + 16),
                                        add.steps(at(sums, s, 0), bias, by, second),
                                        add.steps(at(sums, s, 16), more, then, second + 16));
    store_rows(bytes, dst + r * e.pitch, dst + s * e.pitch);
  }
}

#endif

}  // namespace

PairSums* dot_pairs() {
#if defined(__x86_64__)
  if (dot_loops() != nullptr) return dot_sums;
#endif
  return nullptr;
}

const Variants<RoundedSums>& rounded_sums() {
  static const Variants<RoundedSums> variants{
      {Isa::baseline, nullptr},
#if defined(__x86_64__)
      {Isa::avx2, rounded_avx2},
      {Isa::avx512, rounded_avx512},
#endif
  };
  return variants;
}

template <typename T>
AddedSums* added_sums([[maybe_unused]] Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return added_avx512<T>;
#endif
  return nullptr;
}
template AddedSums* added_sums<uint8_t>(Isa isa);
template AddedSums* added_sums<int8_t>(Isa isa);

}  // namespace octant::kernels
