#include "integer_dot.h"

#include "isa.h"

#if defined(__x86_64__)
#include <algorithm>
#include <cstring>
#include <utility>

#include "dnnl.h"
#include "integer_round.h"
#endif

namespace octant::kernels {

#if defined(__x86_64__)

namespace {

#define OCTANT_DOT                                                                    \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma,prefer-vector-" \
                        "width=512")))

// The instruction itself: of the intrinsic the compiler keeps the sums in memory.
OCTANT_DOT OCTANT_INLINE void dot(__m512i& sum, __m512i a, __m512i b) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
}

// Sums R rows of one or two vectors of columns. One level of loops each, for the compiler to keep
// the arrays in registers.
template <int R, bool Two>
OCTANT_DOT OCTANT_INLINE void multiply(const DotOperands& o, const int32_t* start,
                                       __m512i (&first)[R], __m512i (&second)[R]) {
  const __m512i x = _mm512_loadu_si512(start);
  const __m512i y = Two ? _mm512_loadu_si512(start + 16) : x;
  _Pragma("GCC unroll 14") for (int r = 0; r < R; ++r) {
    first[r] = x;
    second[r] = y;
  }
  const int8_t* b = o.b;
  const int64_t stride = o.stride;
  for (int64_t l = 0; l < o.lines; ++l) {
    const uint8_t* a = o.a + l * o.line_stride;
    for (int64_t q = 0; q < o.quads; ++q, a += 4, b += Two ? 128 : 64) {
      const __m512i v = _mm512_loadu_si512(b);
      const __m512i w = Two ? _mm512_loadu_si512(b + 64) : v;
      _Pragma("GCC unroll 14") for (int r = 0; r < R; ++r) {
        int32_t quad;
        std::memcpy(&quad, a + r * stride, sizeof quad);
        const __m512i u = _mm512_set1_epi32(quad);
        dot(first[r], u, v);
        if (Two) dot(second[r], u, w);
      }
    }
  }
}

OCTANT_DOT OCTANT_INLINE void store(__m256i bytes, __mmask32 mask, uint8_t* dst) {
  if (mask == ~__mmask32{0}) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(dst), bytes);
  } else {
    _mm256_mask_storeu_epi8(dst, mask, bytes);
  }
}
OCTANT_DOT OCTANT_INLINE void store(__m128i bytes, __mmask16 mask, uint8_t* dst) {
  _mm_mask_storeu_epi8(dst, mask, bytes);
}

template <int R, bool Two, bool Adds>
OCTANT_DOT OCTANT_INLINE void round_tile(const DotEnding& e, const __m512i (&first)[R],
                                         const __m512i (&second)[R], int64_t width, uint8_t* dst,
                                         int64_t pitch) {
  const RoundAvx512 round(e.ending);
  const __m512 bias = _mm512_loadu_ps(e.bias), by = _mm512_loadu_ps(e.multiplier);
  if (Two) {
    const __m512 more = _mm512_loadu_ps(e.bias + 16), then = _mm512_loadu_ps(e.multiplier + 16);
    const auto mask = static_cast<__mmask32>((uint64_t{1} << width) - 1);
    _Pragma("GCC unroll 7") for (int r = 0; r < R; r += 2) {
      const int s = r + 1 < R ? r + 1 : r;
      const __m512i bytes =
          round.clamped(round.steps<Adds>(first[r], bias, by),
                        round.steps<Adds>(second[r], more, then),
                        round.steps<Adds>(first[s], bias, by),
                        round.steps<Adds>(second[s], more, then));
      store(_mm512_castsi512_si256(bytes), mask, dst + r * pitch);
      if (s != r) store(_mm512_extracti64x4_epi64(bytes, 1), mask, dst + s * pitch);
    }
  } else {
    const auto mask = static_cast<__mmask16>((1u << width) - 1);
    _Pragma("GCC unroll 4") for (int r = 0; r < R; r += 4) {
      __m512i steps[4];
      _Pragma("GCC unroll 4") for (int i = 0; i < 4; ++i) {
        steps[i] = round.steps<Adds>(first[r + i < R ? r + i : r], bias, by);
      }
      const __m512i bytes = round.clamped(steps[0], steps[1], steps[2], steps[3]);
      store(_mm512_castsi512_si128(bytes), mask, dst + r * pitch);
      if (r + 1 < R) store(_mm512_extracti32x4_epi32(bytes, 1), mask, dst + (r + 1) * pitch);
      if (r + 2 < R) store(_mm512_extracti32x4_epi32(bytes, 2), mask, dst + (r + 2) * pitch);
      if (r + 3 < R) store(_mm512_extracti32x4_epi32(bytes, 3), mask, dst + (r + 3) * pitch);
    }
  }
}

template <int R, bool Two>
OCTANT_DOT void finish_tile(const DotOperands& o, const DotEnding& e, int64_t width, uint8_t* dst,
                            int64_t pitch) {
  __m512i first[R], second[R];
  multiply<R, Two>(o, e.start, first, second);
  if (e.ending.before != 0) {
    round_tile<R, Two, true>(e, first, second, width, dst, pitch);
  } else {
    round_tile<R, Two, false>(e, first, second, width, dst, pitch);
  }
}

template <int R, bool Two>
OCTANT_DOT void sum_tile(const DotOperands& o, const int32_t* start, int32_t* dst) {
  __m512i first[R], second[R];
  multiply<R, Two>(o, start, first, second);
  _Pragma("GCC unroll 14") for (int r = 0; r < R; ++r) {
    _mm512_storeu_si512(dst + (Two ? 32 : 16) * r, first[r]);
    if (Two) _mm512_storeu_si512(dst + 32 * r + 16, second[r]);
  }
}

using FinishTile = void(const DotOperands&, const DotEnding&, int64_t, uint8_t*, int64_t);
using SumTile = void(const DotOperands&, const int32_t*, int32_t*);

/// Tiles of 1 to kDotRows rows.
template <int... I>
struct Tiles {
  static constexpr FinishTile* finish[2][sizeof...(I)] = {{finish_tile<I + 1, false>...},
                                                          {finish_tile<I + 1, true>...}};
  static constexpr SumTile* sums[2][sizeof...(I)] = {{sum_tile<I + 1, false>...},
                                                     {sum_tile<I + 1, true>...}};
};
template <int... I>
Tiles<I...> tiles(std::integer_sequence<int, I...>);
using AllTiles = decltype(tiles(std::make_integer_sequence<int, kDotRows>{}));

void finish(const DotOperands& o, const DotEnding& ending, int64_t width, uint8_t* dst,
            int64_t pitch) {
  AllTiles::finish[width > 16][o.rows - 1](o, ending, width, dst, pitch);
}

void sums(const DotOperands& o, const int32_t* start, int64_t width, int32_t* dst) {
  AllTiles::sums[width > 16][o.rows - 1](o, start, dst);
}

template <typename T>
OCTANT_DOT void add(const DotOperands& o, const DotEnding& e, const Addition& addition,
                    const uint8_t* other, uint8_t* dst, int64_t pitch) {
  // What is added is needed at the end only.
  for (int64_t r = 0; r < o.rows; ++r) {
    _mm_prefetch(reinterpret_cast<const char*>(other + r * pitch), _MM_HINT_T0);
  }
  // Sums go through the first-level cache, for the many constants to have the registers.
  alignas(64) int32_t values[kDotRows * kDotColumns];
  sums(o, e.start, kDotColumns, values);
  const auto at = [&](int64_t i) OCTANT_DOT { return _mm512_load_si512(values + 16 * i); };
  const RoundAvx512 round(addition.sum);
  const AddAvx512<T> add(addition);
  const __m512 bias = _mm512_loadu_ps(e.bias), by = _mm512_loadu_ps(e.multiplier);
  const __m512 more = _mm512_loadu_ps(e.bias + 16), then = _mm512_loadu_ps(e.multiplier + 16);
  for (int64_t r = 0; r < o.rows; r += 2, dst += 2 * pitch, other += 2 * pitch) {
    const int64_t s = std::min(r + 1, o.rows - 1);
    const uint8_t* next = other + (s - r) * pitch;
    const __m512i bytes = round.clamped(add.steps(at(2 * r), bias, by, other),
                                        add.steps(at(2 * r + 1), more, then, other + 16),
                                        add.steps(at(2 * s), bias, by, next),
                                        add.steps(at(2 * s + 1), more, then, next + 16));
    store(_mm512_castsi512_si256(bytes), ~__mmask32{0}, dst);
    if (s != r) store(_mm512_extracti64x4_epi64(bytes, 1), ~__mmask32{0}, dst + pitch);
  }
}

OCTANT_DOT void copy(const uint8_t* src, uint8_t* dst, int64_t n, uint8_t flip) {
  const __m512i f = _mm512_set1_epi8(static_cast<char>(flip));
  for (; n > 64; n -= 64, src += 64, dst += 64) {
    _mm512_storeu_si512(dst, _mm512_xor_si512(_mm512_loadu_si512(src), f));
  }
  const __mmask64 mask = ~__mmask64{0} >> (64 - n);
  _mm512_storeu_si512(dst, _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, src), f));
}

}  // namespace

const DotLoops* dot_loops() {
  static const DotLoops loops{finish, add<uint8_t>, add<int8_t>, sums, copy};
  static const bool supported = kernels::supported(Isa::avx512) &&
                                __builtin_cpu_supports("avx512vnni") &&
                                within_cap(dnnl_cpu_isa_avx512_core_vnni);
  return supported ? &loops : nullptr;
}

#else

const DotLoops* dot_loops() { return nullptr; }

#endif

}  // namespace octant::kernels
