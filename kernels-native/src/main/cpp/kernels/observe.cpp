#include "observe.h"

#include <sys/mman.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <new>

#include "observe_parts.h"

namespace octant::kernels {

namespace {

// Where zeros are not left out, half of the values after a ReLU, increments of one counter would
// wait for each other; so they are spread over counters that nobody reads.
constexpr uint32_t kSpare = Observer::kPages * Observer::kPageBins;

// Of values below 2^-32 nothing but the sign is kept: their exponents are taken for the largest of
// these. A SiLU far to the left gives values of all, whose counters fill more than the first-level
// cache.
constexpr uint32_t kExponent = 0x7f800000u;
constexpr uint32_t kTiny = Observer::kTinyExponent << 23;

// A pass looks at `m` values, up to kGroup, fills `indices` with what to count and returns how
// many. It asks for values of the next block, as the processor's own prefetching stops at the end
// of a page and the increments between are too many to look beyond. Extrema are found by integer
// comparison, which vectorizes and has no special case for NaN or -0.
struct Portable {
  Found found;

  OCTANT_INLINE int64_t run(const float* values, int64_t m, uint32_t* indices) {
    for (int64_t i = 0; i < m; i += 16) __builtin_prefetch(values + i + kBlock);
    int32_t low = kHighest, high = kLowest, zeros = 0, positive = 0, negative = 0;
    for (int64_t i = 0; i < m; ++i) {
      uint32_t b;
      std::memcpy(&b, values + i, sizeof b);
      const uint32_t magnitude = b & 0x7fffffffu;
      const int32_t key = to_ordered(b);
      // All ones for NaN and infinities. Arithmetic, not a condition: GCC 12 does not vectorize
      // conditional extrema.
      const int32_t special = (0x7f7fffff - static_cast<int32_t>(magnitude)) >> 31;
      const int32_t for_low = (key & ~special) | (special & kHighest);
      const int32_t for_high = (key & ~special) | (special & kLowest);
      low = for_low < low ? for_low : low;
      high = for_high > high ? for_high : high;
      zeros += magnitude == 0;
      positive += b == 0x7f800000u;
      negative += b == 0xff800000u;
      const uint32_t spare = kSpare + (static_cast<uint32_t>(i) & 7u);
      const uint32_t exponent = b & kExponent;
      const uint32_t counted = exponent < kTiny ? kTiny : exponent;
      indices[i] = magnitude == 0 ? spare : ((b & ~kExponent) | counted) >> kShift;
    }
    found.low = low < found.low ? low : found.low;
    found.high = high > found.high ? high : found.high;
    found.zeros += zeros;
    found.positive_infinities += positive;
    found.negative_infinities += negative;
    return m;
  }

  OCTANT_INLINE Found finish() const { return found; }
};

// Asks for the counters of the exponent of `end`, the largest or least value so far, and for those
// of the next smaller ones of its sign, where most values of a tensor are.
OCTANT_INLINE void ask_for_exponents(float end, const Bins& bins) {
  constexpr uint32_t kExponents = 12;
  constexpr int64_t kLine = 64;
  uint32_t bits;
  std::memcpy(&bits, &end, sizeof bits);
  const uint32_t exponent = (bits & kExponent) >> 23;
  for (uint32_t k = 0; k < kExponents && exponent >= Observer::kTinyExponent + k; ++k) {
    const uint8_t* const page = bins.low + int64_t{(bits >> 23) - k} * Observer::kPageBins;
#pragma GCC unroll 16
    for (int64_t i = 0; i < Observer::kPageBins; i += kLine) __builtin_prefetch(page + i, 1);
  }
}

// The observers of a network come in turn, so that their counters are seldom in the first-level
// cache: all are asked for at once, where else each would be waited for when its first value comes.
// Of few values that is more than they touch.
OCTANT_INLINE void ask_for_counters(int64_t n, const Bins& bins, const Extrema& extrema) {
  constexpr int64_t kMany = 4096;
  if (n < kMany || extrema.min > extrema.max) return;
  if (extrema.max > 0) ask_for_exponents(extrema.max, bins);
  if (extrema.min < 0) ask_for_exponents(extrema.min, bins);
}

template <typename Pass>
OCTANT_INLINE void observe_loop(const float* src, int64_t n, Bins bins, Extrema& extrema) {
  ask_for_counters(n, bins, extrema);
  uint32_t buffers[2][kBlock + 16];
  Carries<Bins> carries;
  Pass pass;
  int64_t waiting = 0;
  int turn = 0;
  for (int64_t from = 0; from < n; from += kBlock, turn ^= 1) {
    uint32_t* const next = buffers[turn];
    const uint32_t* const indices = buffers[turn ^ 1];
    const float* const block = src + from;
    const int64_t m = n - from < kBlock ? n - from : kBlock;
    int64_t kept = 0;
    alternate(indices, waiting, bins, carries, [&](int64_t g) {
      const int64_t left = m - g * kGroup;
      if (left > 0) {
        kept += pass.run(block + g * kGroup, left < kGroup ? left : kGroup, next + kept);
      }
    });
    if (carries.size >= Carries<Bins>::kMany) carries.settle(bins);
    waiting = kept;
  }
  count(buffers[turn ^ 1], waiting, bins, carries);
  carries.settle(bins);
  pass.finish().into(extrema);
}

#if defined(__x86_64__)
// These squeeze the zeros out, so that they cost no increment at all: after a ReLU that is half of
// the work. Extrema and infinities by the same rules as of the portable pass.
struct Avx512 {
  __m512i low, high;
  Found found;

  OCTANT_AVX512 Avx512()
      : low(_mm512_set1_epi32(kHighest)), high(_mm512_set1_epi32(kLowest)), found() {}

  OCTANT_AVX512 int64_t run(const float* values, int64_t m, uint32_t* indices) {
    int64_t kept = 0;
    if (m == kGroup) {
#pragma GCC unroll 4
      for (int64_t i = 0; i < kGroup; i += 16) {
        __builtin_prefetch(values + i + kBlock);
        kept += step(_mm512_loadu_si512(values + i), 0xffff, indices + kept);
      }
    } else {
      for (int64_t i = 0; i < m; i += 16) {
        const __mmask16 lanes = m - i >= 16 ? 0xffff : static_cast<__mmask16>((1u << (m - i)) - 1u);
        kept += step(_mm512_maskz_loadu_epi32(lanes, values + i), lanes, indices + kept);
      }
    }
    found.zeros += m - kept;
    return kept;
  }

  OCTANT_AVX512 OCTANT_INLINE int64_t step(__m512i b, __mmask16 lanes, uint32_t* indices) {
    const __m512i magnitude_mask = _mm512_set1_epi32(0x7fffffff);
    const __m512i infinity = _mm512_set1_epi32(0x7f800000);
    const __m512i magnitude = _mm512_and_si512(b, magnitude_mask);
    const __mmask16 counted = _mm512_test_epi32_mask(magnitude, magnitude);
    const __mmask16 finite = _mm512_mask_cmplt_epi32_mask(lanes, magnitude, infinity);
    const __m512i key =
        _mm512_xor_si512(b, _mm512_and_si512(_mm512_srai_epi32(b, 31), magnitude_mask));
    low = _mm512_mask_min_epi32(low, finite, low, key);
    high = _mm512_mask_max_epi32(high, finite, high, key);
    if (__builtin_expect(finite != lanes, 0)) {
      const __m512i negative = _mm512_set1_epi32(static_cast<int>(0xff800000u));
      found.positive_infinities += __builtin_popcount(_mm512_cmpeq_epi32_mask(b, infinity));
      found.negative_infinities += __builtin_popcount(_mm512_cmpeq_epi32_mask(b, negative));
    }
    const __m512i exponents = _mm512_set1_epi32(static_cast<int>(kExponent));
    const __m512i exponent = _mm512_max_epi32(_mm512_and_si512(b, exponents),
                                              _mm512_set1_epi32(static_cast<int>(kTiny)));
    // Of the exponent where there is one, else of the value.
    const __m512i bin = _mm512_ternarylogic_epi32(b, exponent, exponents, 0xd8);
    _mm512_storeu_si512(indices,
                        _mm512_maskz_compress_epi32(counted, _mm512_srli_epi32(bin, kShift)));
    return __builtin_popcount(counted);
  }

  OCTANT_AVX512 Found finish() const {
    alignas(64) int32_t lows[16], highs[16];
    _mm512_store_si512(lows, low);
    _mm512_store_si512(highs, high);
    return found.within(lows, highs, 16);
  }
};

struct Avx2 {
  __m256i low, high;
  Found found;

  OCTANT_AVX2 Avx2()
      : low(_mm256_set1_epi32(kHighest)), high(_mm256_set1_epi32(kLowest)), found() {}

  OCTANT_AVX2 int64_t run(const float* values, int64_t m, uint32_t* indices) {
    int64_t kept = 0;
    if (m == kGroup) {
      const __m256i lanes = _mm256_set1_epi32(-1);
#pragma GCC unroll 4
      for (int64_t i = 0; i < kGroup; i += 8) {
        if (i % 16 == 0) __builtin_prefetch(values + i + kBlock);
        const auto* const from = reinterpret_cast<const __m256i*>(values + i);
        kept += step(_mm256_loadu_si256(from), lanes, indices + kept);
      }
    } else {
      const __m256i numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
      for (int64_t i = 0; i < m; i += 8) {
        const __m256i lanes =
            _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(m - i)), numbers);
        const auto* const from = reinterpret_cast<const int*>(values + i);
        kept += step(_mm256_maskload_epi32(from, lanes), lanes, indices + kept);
      }
    }
    found.zeros += m - kept;
    return kept;
  }

  OCTANT_AVX2 OCTANT_INLINE int64_t step(__m256i b, __m256i lanes, uint32_t* indices) {
    const __m256i magnitude_mask = _mm256_set1_epi32(0x7fffffff);
    const __m256i infinity = _mm256_set1_epi32(0x7f800000);
    const __m256i magnitude = _mm256_and_si256(b, magnitude_mask);
    const unsigned zeros = mask(_mm256_cmpeq_epi32(magnitude, _mm256_setzero_si256()));
    const __m256i finite = _mm256_and_si256(lanes, _mm256_cmpgt_epi32(infinity, magnitude));
    const __m256i key =
        _mm256_xor_si256(b, _mm256_and_si256(_mm256_srai_epi32(b, 31), magnitude_mask));
    if (__builtin_expect(mask(finite) == 0xff, 1)) {
      low = _mm256_min_epi32(low, key);
      high = _mm256_max_epi32(high, key);
    } else {
      const __m256i negative = _mm256_set1_epi32(static_cast<int>(0xff800000u));
      low = _mm256_min_epi32(low, _mm256_blendv_epi8(_mm256_set1_epi32(kHighest), key, finite));
      high = _mm256_max_epi32(high, _mm256_blendv_epi8(_mm256_set1_epi32(kLowest), key, finite));
      found.positive_infinities += __builtin_popcount(mask(_mm256_cmpeq_epi32(b, infinity)));
      found.negative_infinities += __builtin_popcount(mask(_mm256_cmpeq_epi32(b, negative)));
    }
    const __m256i exponents = _mm256_set1_epi32(static_cast<int>(kExponent));
    const __m256i exponent = _mm256_max_epi32(_mm256_and_si256(b, exponents),
                                              _mm256_set1_epi32(static_cast<int>(kTiny)));
    const __m256i bin = _mm256_or_si256(_mm256_andnot_si256(exponents, b), exponent);
    const unsigned counted = ~zeros & 0xff;
    const __m256i order = _mm256_cvtepu8_epi32(
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kLanes.lanes[counted])));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(indices),
                        _mm256_permutevar8x32_epi32(_mm256_srli_epi32(bin, kShift), order));
    return __builtin_popcount(counted);
  }

  OCTANT_AVX2 Found finish() const {
    alignas(32) int32_t lows[8], highs[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(lows), low);
    _mm256_store_si256(reinterpret_cast<__m256i*>(highs), high);
    return found.within(lows, highs, 8);
  }

  OCTANT_AVX2 static unsigned mask(__m256i lanes) {
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(lanes)));
  }
};

OCTANT_FLAT OCTANT_AVX2 void observe_avx2(const float* src, int64_t n, const Bins& bins, Extrema& extrema) {
  observe_loop<Avx2>(src, n, bins, extrema);
}

OCTANT_FLAT OCTANT_AVX512 void observe_avx512(const float* src, int64_t n, const Bins& bins, Extrema& extrema) {
  observe_loop<Avx512>(src, n, bins, extrema);
}
#endif

void observe_baseline(const float* src, int64_t n, const Bins& bins, Extrema& extrema) {
  observe_loop<Portable>(src, n, bins, extrema);
}

constexpr Extrema kEmpty{std::numeric_limits<float>::infinity(),
                         -std::numeric_limits<float>::infinity(), 0, 0, 0};

}  // namespace

const Variants<ObserveLoop>& observe() {
  static const Variants<ObserveLoop> variants {
    {Isa::baseline, observe_baseline},
#if defined(__x86_64__)
        {Isa::avx2, observe_avx2}, {Isa::avx512, observe_avx512},
#endif
  };
  return variants;
}

Observer::Observer() : extrema_(kEmpty) {
  void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // A huge page would make the whole table resident at the first count.
  madvise(memory, kBytes, MADV_NOHUGEPAGE);
  auto* const high = static_cast<uint32_t*>(memory);
  bins_ = {reinterpret_cast<uint8_t*>(high + kBins), high};
}

Observer::~Observer() { munmap(bins_.high, kBytes); }

void Observer::reset() {
  extrema_ = kEmpty;
  madvise(bins_.high, kBytes, MADV_DONTNEED);
}

}  // namespace octant::kernels
