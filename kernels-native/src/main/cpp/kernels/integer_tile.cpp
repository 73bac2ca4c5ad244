#include "integer_tile.h"

#include "integer_dot.h"
#include "integer_round.h"

#include <algorithm>
#include <cstring>

namespace octant::kernels {

namespace {

#if defined(__x86_64__)

// Two vectors of columns, so that every broadcast of a pair serves two multiplications. Without all
// loops over rows unrolled the compiler keeps the sums in memory at both ends.
#define OCTANT_TILE(name, target, rows, vector, lanes, zero, load, broadcast, multiply, add, \
                    store)                                                                   \
  target void name(const int16_t* a, int64_t stride, const int16_t* b, int64_t pairs,        \
                   int32_t* sums) {                                                          \
    vector first[rows], second[rows];                                                        \
    _Pragma("GCC unroll 8") for (int r = 0; r < rows; ++r) first[r] = second[r] = zero();    \
    for (int64_t p = 0; p < pairs; ++p, b += 4 * lanes) {                                    \
      const vector b0 = load(reinterpret_cast<const vector*>(b));                            \
      const vector b1 = load(reinterpret_cast<const vector*>(b + 2 * lanes));                \
      _Pragma("GCC unroll 8") for (int r = 0; r < rows; ++r) {                               \
        int32_t pair;                                                                        \
        std::memcpy(&pair, a + r * stride + 2 * p, sizeof pair);                             \
        const vector x = broadcast(pair);                                                    \
        first[r] = add(first[r], multiply(x, b0));                                           \
        second[r] = add(second[r], multiply(x, b1));                                         \
      }                                                                                      \
    }                                                                                        \
    _Pragma("GCC unroll 8") for (int r = 0; r < rows; ++r) {                                 \
      store(reinterpret_cast<vector*>(sums + 2 * r * lanes), first[r]);                      \
      store(reinterpret_cast<vector*>(sums + (2 * r + 1) * lanes), second[r]);               \
    }                                                                                        \
  }

OCTANT_TILE(tile_baseline, , 4, __m128i, 4, _mm_setzero_si128, _mm_loadu_si128, _mm_set1_epi32,
            _mm_madd_epi16, _mm_add_epi32, _mm_storeu_si128)
OCTANT_TILE(tile_avx2, OCTANT_AVX2, 4, __m256i, 8, _mm256_setzero_si256, _mm256_loadu_si256,
            _mm256_set1_epi32, _mm256_madd_epi16, _mm256_add_epi32, _mm256_storeu_si256)
OCTANT_TILE(tile_avx512, OCTANT_AVX512, 8, __m512i, 16, _mm512_setzero_si512, _mm512_loadu_si512,
            _mm512_set1_epi32, _mm512_madd_epi16, _mm512_add_epi32, _mm512_storeu_si512)

#define OCTANT_VNNI                                                                       \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma,prefer-vector-" \
                        "width=512")))

// The sum as the third operand, where intrinsics have a product and an addition.
OCTANT_VNNI OCTANT_INLINE __m512i added(__m512i sum, __m512i a, __m512i b) {
  asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
  return sum;
}

OCTANT_VNNI void tile_vnni(const int16_t* a, int64_t stride, const int16_t* b, int64_t pairs,
                           int32_t* sums) {
  __m512i first[8], second[8];
  _Pragma("GCC unroll 8") for (int r = 0; r < 8; ++r) {
    first[r] = second[r] = _mm512_setzero_si512();
  }
  for (int64_t p = 0; p < pairs; ++p, b += 64) {
    const __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 32);
    _Pragma("GCC unroll 8") for (int r = 0; r < 8; ++r) {
      int32_t pair;
      std::memcpy(&pair, a + r * stride + 2 * p, sizeof pair);
      const __m512i x = _mm512_set1_epi32(pair);
      first[r] = added(first[r], x, b0);
      second[r] = added(second[r], x, b1);
    }
  }
  _Pragma("GCC unroll 8") for (int r = 0; r < 8; ++r) {
    _mm512_storeu_si512(sums + 32 * r, first[r]);
    _mm512_storeu_si512(sums + 32 * r + 16, second[r]);
  }
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

#else

void tile_baseline(const int16_t* a, int64_t stride, const int16_t* b, int64_t pairs,
                   int32_t* sums) {
  constexpr int rows = 4, columns = 8;
  std::memset(sums, 0, sizeof(int32_t) * rows * columns);
  for (int64_t p = 0; p < pairs; ++p, b += 2 * columns) {
    for (int r = 0; r < rows; ++r) {
      const int32_t x = a[r * stride + 2 * p], y = a[r * stride + 2 * p + 1];
      for (int c = 0; c < columns; ++c) {
        sums[r * columns + c] += x * b[2 * c] + y * b[2 * c + 1];
      }
    }
  }
}

#endif

}  // namespace

Tile* dot_tile() {
#if defined(__x86_64__)
  if (dot_loops() != nullptr) return tile_vnni;
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
AddedSums* added_sums(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return added_avx512<T>;
#endif
  return nullptr;
}
template AddedSums* added_sums<uint8_t>(Isa isa);
template AddedSums* added_sums<int8_t>(Isa isa);

const Variants<Tile>& integer_tile() {
  static const Variants<Tile> variants {
    {Isa::baseline, tile_baseline},
#if defined(__x86_64__)
        {Isa::avx2, tile_avx2}, {Isa::avx512, tile_avx512},
#endif
  };
  return variants;
}

}  // namespace octant::kernels
