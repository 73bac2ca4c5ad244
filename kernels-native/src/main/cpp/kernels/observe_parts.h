// What the loops share that count values: their blocks, extrema, and counters that carry.
#pragma once

#include <cstring>
#include <limits>

#include "observe.h"

// All that a loop calls becomes part of it.
#define OCTANT_FLAT __attribute__((flatten))

namespace octant::kernels {

constexpr int kShift = 23 - Observer::kMantissaBits;
// What one pass takes at once, and what it takes before its indices are counted: enough for their
// stores to have reached the first-level cache, from which the counting loads them.
constexpr int64_t kGroup = 16;
constexpr int64_t kBlock = 512;

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

constexpr int32_t kHighest = std::numeric_limits<int32_t>::max();
constexpr int32_t kLowest = std::numeric_limits<int32_t>::min();

struct Found {
  int32_t low = kHighest, high = kLowest;
  int64_t zeros = 0, positive_infinities = 0, negative_infinities = 0;

  OCTANT_INLINE Found within(const int32_t* lows, const int32_t* highs, int lanes) const {
    Found out = *this;
    for (int i = 0; i < lanes; ++i) {
      out.low = lows[i] < out.low ? lows[i] : out.low;
      out.high = highs[i] > out.high ? highs[i] : out.high;
    }
    return out;
  }

  OCTANT_INLINE void into(Extrema& extrema) const {
    const int32_t least = to_ordered(extrema.min), most = to_ordered(extrema.max);
    extrema.min = from_ordered(low < least ? low : least);
    extrema.max = from_ordered(high > most ? high : most);
    extrema.zeros += zeros;
    extrema.positive_infinities += positive_infinities;
    extrema.negative_infinities += negative_infinities;
  }
};

// Counters of 32 bits are seldom in a cache when those of 8 bits carry: they are asked for then,
// and added to later.
template <typename Counters>
struct Carries {
  static constexpr int64_t kMany = 128;
  uint32_t indices[kMany + kBlock];
  int64_t size = 0;

  OCTANT_INLINE void add(uint32_t index, const Counters& counters) {
    counters.ask(index);
    indices[size++] = index;
  }
  OCTANT_INLINE void settle(const Counters& counters) {
    for (int64_t i = 0; i < size; ++i) counters.carry(indices[i]);
    size = 0;
  }
};

template <typename Counters>
OCTANT_INLINE void count_one(uint32_t index, const Counters& counters,
                             Carries<Counters>& carries) {
  if (__builtin_expect(++counters.low[index] == 0, 0)) carries.add(index, counters);
}

// Several increments an iteration: one instruction for all of them takes half as long again, as the
// processor then expects each load to hit the store before it (Zen 4).
template <typename Counters>
OCTANT_INLINE void count(const uint32_t* indices, int64_t m, const Counters& counters,
                         Carries<Counters>& carries) {
  int64_t i = 0;
  for (; i + 8 <= m; i += 8) {
#pragma GCC unroll 8
    for (int k = 0; k < 8; ++k) count_one(indices[i + k], counters, carries);
  }
  for (; i < m; ++i) count_one(indices[i], counters, carries);
}

// Looks at a block and counts, group by group, the indices of the block before: the scattered
// increments are bound by the one store a cycle that the first-level cache takes, and leave the
// processor time to look. `look` takes the number of a group.
template <int64_t kEach, typename Counters, typename Look>
OCTANT_INLINE void alternate(const uint32_t* indices, const Counters& counters,
                             Carries<Counters>& carries, const Look& look) {
  for (int64_t g = 0; g < kBlock / kGroup; ++g, indices += kEach) {
    look(g);
#pragma GCC unroll 16
    for (int64_t i = 0; i < kEach; ++i) count_one(indices[i], counters, carries);
  }
}

template <typename Counters, typename Look>
OCTANT_INLINE void alternate(const uint32_t* indices, int64_t n, const Counters& counters,
                             Carries<Counters>& carries, const Look& look) {
  constexpr int64_t kGroups = kBlock / kGroup;
  int64_t each = 0;
  // All of a block; half of it, a little more or less, after a ReLU; and between.
  if (n == kBlock) {
    alternate<kGroup>(indices, counters, carries, look);
    each = kGroup;
  } else if (n >= 12 * kGroups) {
    alternate<12>(indices, counters, carries, look);
    each = 12;
  } else if (n >= 7 * kGroups) {
    alternate<7>(indices, counters, carries, look);
    each = 7;
  } else if (n >= 3 * kGroups) {
    alternate<3>(indices, counters, carries, look);
    each = 3;
  } else {
    alternate<0>(indices, counters, carries, look);
  }
  const int64_t counted = each * kGroups;
  count(indices + counted, n - counted, counters, carries);
}

// For each set of lanes, these in ascending order.
struct LaneTable {
  alignas(64) uint8_t lanes[256][8];

  constexpr LaneTable() : lanes() {
    for (int set = 0; set < 256; ++set) {
      int n = 0;
      for (int lane = 0; lane < 8; ++lane) {
        if ((set >> lane) & 1) lanes[set][n++] = static_cast<uint8_t>(lane);
      }
    }
  }
};
constexpr LaneTable kLanes;

}  // namespace octant::kernels
