// Statistics of f32 tensors on the log-linear grid of io.octant.calibration.LogLinearGrid.
#pragma once

#include <cstdint>

#include "isa.h"

namespace octant::kernels {

/// Counts of everything that one pass found apart from the bins.
struct Extrema {
  float min;
  float max;
  int64_t zeros;
  int64_t positive_infinities;
  int64_t negative_infinities;
};

/// Two counters for each pattern of the top 19 bits, and for one page of scratch behind. What is
/// counted goes to the low ones, a quarter of the memory, of which more stays in a cache from one
/// run to the next; each that is full goes over to its high one.
struct Bins {
  uint8_t* low;
  uint32_t* high;

  uint32_t at(int64_t index) const { return high[index] + low[index]; }
  OCTANT_INLINE void ask(uint32_t index) const { __builtin_prefetch(high + index, 1); }
  OCTANT_INLINE void carry(uint32_t index) const { high[index] += 256; }
};

/// Adds `n` values to `bins` and to `extrema`. Zeros are not binned; NaN and infinities are binned
/// under their exponent and do not move the extrema.
using ObserveLoop = void(const float* src, int64_t n, const Bins& bins, Extrema& extrema);
const Variants<ObserveLoop>& observe();

/// The accumulator of one observer of one execution context. The bins are an anonymous mapping, so
/// that only the pages of exponents that occur take memory: one page of the operating system is one
/// sign and exponent of high counters, or four of low ones.
class Observer {
 public:
  static constexpr int kMantissaBits = 10;
  static constexpr int kPages = 512;
  static constexpr int kPageBins = 1 << kMantissaBits;
  /// Smaller exponents have no bins of their own: their values are counted under this one.
  static constexpr uint32_t kTinyExponent = 94;
  /// One page more than the grid has: scratch of the loop.
  static constexpr int64_t kBins = int64_t{kPages + 1} * kPageBins;
  static constexpr int64_t kBytes = kBins * (sizeof(uint32_t) + sizeof(uint8_t));

  Observer();
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  const Bins& bins() const { return bins_; }
  Extrema& extrema() { return extrema_; }

  /// Back to the state of a fresh one; gives the memory of the bins back.
  void reset();

 private:
  Bins bins_;
  Extrema extrema_;
};

}  // namespace octant::kernels
