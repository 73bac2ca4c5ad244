#include "observe.h"

#include <sys/mman.h>

#include <cstring>
#include <limits>
#include <new>

namespace octant::kernels {

namespace {

constexpr int kShift = 23 - Observer::kMantissaBits;
constexpr int64_t kBlock = 1024;
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
OCTANT_INLINE Block summarize(const uint32_t* bits, uint32_t* indices, int64_t m) {
  int32_t low = std::numeric_limits<int32_t>::max(), high = std::numeric_limits<int32_t>::min();
  int32_t zeros = 0, positive = 0, negative = 0;
  for (int64_t i = 0; i < m; ++i) {
    const uint32_t b = bits[i];
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

// Two passes over a block that stays in the first-level cache: one that vectorizes, and the
// scattered increments.
OCTANT_INLINE void observe_loop(const float* src, int64_t n, uint32_t* bins, Extrema& extrema) {
  uint32_t bits[kBlock], indices[kBlock];
  int32_t low = to_ordered(extrema.min), high = to_ordered(extrema.max);
  for (int64_t from = 0; from < n; from += kBlock) {
    const int64_t m = n - from < kBlock ? n - from : kBlock;
    std::memcpy(bits, src + from, static_cast<size_t>(m) * sizeof(float));
    const Block block = summarize(bits, indices, m);
    low = block.low < low ? block.low : low;
    high = block.high > high ? block.high : high;
    extrema.zeros += block.zeros;
    extrema.positive_infinities += block.positive_infinities;
    extrema.negative_infinities += block.negative_infinities;
    for (int64_t i = 0; i < m; ++i) ++bins[indices[i]];
  }
  extrema.min = from_ordered(low);
  extrema.max = from_ordered(high);
}

constexpr Extrema kEmpty{std::numeric_limits<float>::infinity(),
                         -std::numeric_limits<float>::infinity(), 0, 0, 0};

}  // namespace

OCTANT_VARIANTS(observe, observe_loop,
                (const float* src, int64_t n, uint32_t* bins, Extrema& extrema),
                (src, n, bins, extrema))

Observer::Observer() : extrema_(kEmpty) {
  void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // A huge page would make the whole table resident at the first count.
  madvise(memory, kBytes, MADV_NOHUGEPAGE);
  bins_ = static_cast<uint32_t*>(memory);
}

Observer::~Observer() { munmap(bins_, kBytes); }

void Observer::reset() {
  extrema_ = kEmpty;
  madvise(bins_, kBytes, MADV_DONTNEED);
}

}  // namespace octant::kernels
