#include "observe.h"

#include <sys/mman.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <cstring>
#include <limits>
#include <new>

namespace octant::kernels {

namespace {

constexpr int kShift = 23 - Observer::kMantissaBits;
constexpr int64_t kBlock = 512;
// Zeros are counted elsewhere. After a ReLU they are half of the values, and increments of one
// counter would wait for each other; so they are spread over counters that nobody reads.
constexpr uint32_t kSpare = Observer::kPages * Observer::kPageBins;

// Floats of finite value in the order of signed integers, and back; -0 comes before +0.
OCTANT_INLINE int32_t to_ordered(uint32_t bits) {
  const int32_t value = static_cast<int32_t>(bits);
  return value ^ ((value >> 31) & 0x7fffffff);
}

OCTANT_INLINE int32_t to_ordered(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return to_ordered(bits);
}

OCTANT_INLINE float from_ordered(int32_t value) {
  const int32_t bits = value ^ ((value >> 31) & 0x7fffffff);
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

struct Block {
  int32_t low, high, zeros, positive_infinities, negative_infinities;
};

// Extrema by integer comparison, which vectorizes and has no special case for NaN or -0.
OCTANT_INLINE Block summarize(const float* values, uint32_t* indices, int64_t m) {
  int32_t low = std::numeric_limits<int32_t>::max(), high = std::numeric_limits<int32_t>::min();
  int32_t zeros = 0, positive = 0, negative = 0;
  for (int64_t i = 0; i < m; ++i) {
    uint32_t b;
    std::memcpy(&b, values + i, sizeof b);
    const uint32_t magnitude = b & 0x7fffffffu;
    const int32_t key = to_ordered(b);
    // All ones for NaN and infinities. Arithmetic, not a condition: GCC 12 does not vectorize
    // conditional extrema.
    const int32_t special = (0x7f7fffff - static_cast<int32_t>(magnitude)) >> 31;
    const int32_t for_low = (key & ~special) | (special & std::numeric_limits<int32_t>::max());
    const int32_t for_high = (key & ~special) | (special & std::numeric_limits<int32_t>::min());
    low = for_low < low ? for_low : low;
    high = for_high > high ? for_high : high;
    zeros += magnitude == 0;
    positive += b == 0x7f800000u;
    negative += b == 0xff800000u;
    const uint32_t spare = kSpare + (static_cast<uint32_t>(i) & 7u);
    indices[i] = magnitude == 0 ? spare : b >> kShift;
  }
  return {low, high, zeros, positive, negative};
}

// The vectorized pass of every variant asks for the block that comes next, as the processor's own
// prefetching stops at the end of a page and the increments of a block are too many to look beyond.
// It fills `indices` with what to count and returns how many.
struct Portable {
  static OCTANT_INLINE int64_t run(const float* values, uint32_t* indices, int64_t m,
                                   Block& block) {
    for (int64_t i = 0; i < m; i += 16) __builtin_prefetch(values + i + kBlock);
    block = summarize(values, indices, m);
    return m;
  }
};

// Several increments an iteration: one instruction for all of them takes half as long again, as the
// processor then expects each load to hit the store before it (Zen 4).
OCTANT_INLINE void count(const uint32_t* indices, int64_t m, Bins bins) {
#pragma GCC unroll 8
  for (int64_t i = 0; i < m; ++i) bins.count(indices[i]);
}

// Two passes over a block that stays in the first-level cache: one that vectorizes, and the
// scattered increments.
template <typename Pass>
OCTANT_INLINE void observe_loop(const float* src, int64_t n, const Bins& bins, Extrema& extrema) {
  uint32_t indices[kBlock + 16];
  int32_t low = to_ordered(extrema.min), high = to_ordered(extrema.max);
  for (int64_t from = 0; from < n; from += kBlock) {
    const int64_t m = n - from < kBlock ? n - from : kBlock;
    Block block;
    const int64_t kept = Pass::run(src + from, indices, m, block);
    low = block.low < low ? block.low : low;
    high = block.high > high ? block.high : high;
    extrema.zeros += block.zeros;
    extrema.positive_infinities += block.positive_infinities;
    extrema.negative_infinities += block.negative_infinities;
    count(indices, kept, bins);
  }
  extrema.min = from_ordered(low);
  extrema.max = from_ordered(high);
}

#if defined(__x86_64__)
// Squeezes the zeros out, so that they cost no increment at all: after a ReLU that is half of the
// work. Extrema and infinities by the same rules as summarize().
struct Squeezing {
  OCTANT_AVX512 static inline int64_t run(const float* values, uint32_t* indices, int64_t m,
                                          Block& block) {
    const __m512i magnitude_mask = _mm512_set1_epi32(0x7fffffff);
    const __m512i infinity = _mm512_set1_epi32(0x7f800000);
    const __m512i negative_infinity = _mm512_set1_epi32(static_cast<int>(0xff800000u));
    __m512i low = _mm512_set1_epi32(std::numeric_limits<int32_t>::max());
    __m512i high = _mm512_set1_epi32(std::numeric_limits<int32_t>::min());
    int64_t kept = 0;
    int32_t zeros = 0, positive = 0, negative = 0;
    for (int64_t i = 0; i < m; i += 16) {
      const __mmask16 lanes = m - i >= 16 ? 0xffff : static_cast<__mmask16>((1u << (m - i)) - 1u);
      __builtin_prefetch(values + i + kBlock);
      const __m512i b = _mm512_maskz_loadu_epi32(lanes, values + i);
      const __m512i magnitude = _mm512_and_si512(b, magnitude_mask);
      const __mmask16 zero = _mm512_mask_cmpeq_epi32_mask(lanes, magnitude, _mm512_setzero_si512());
      const __mmask16 finite = _mm512_mask_cmplt_epi32_mask(lanes, magnitude, infinity);
      const __m512i key =
          _mm512_xor_si512(b, _mm512_and_si512(_mm512_srai_epi32(b, 31), magnitude_mask));
      low = _mm512_mask_min_epi32(low, finite, low, key);
      high = _mm512_mask_max_epi32(high, finite, high, key);
      zeros += __builtin_popcount(zero);
      if (finite != lanes) {
        positive += __builtin_popcount(_mm512_mask_cmpeq_epi32_mask(lanes, b, infinity));
        negative += __builtin_popcount(_mm512_mask_cmpeq_epi32_mask(lanes, b, negative_infinity));
      }
      const __mmask16 counted = static_cast<__mmask16>(lanes & ~zero);
      _mm512_storeu_si512(indices + kept,
                          _mm512_maskz_compress_epi32(counted, _mm512_srli_epi32(b, kShift)));
      kept += __builtin_popcount(counted);
    }
    block = {_mm512_reduce_min_epi32(low), _mm512_reduce_max_epi32(high), zeros, positive,
             negative};
    return kept;
  }
};

OCTANT_AVX2 void observe_avx2(const float* src, int64_t n, const Bins& bins, Extrema& extrema) {
  observe_loop<Portable>(src, n, bins, extrema);
}

OCTANT_AVX512 void observe_avx512(const float* src, int64_t n, const Bins& bins, Extrema& extrema) {
  observe_loop<Squeezing>(src, n, bins, extrema);
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
