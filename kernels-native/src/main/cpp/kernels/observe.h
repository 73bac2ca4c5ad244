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

/// Adds `n` values to `bins`, which has one counter for each pattern of the top 19 bits and one
/// page of scratch behind, and to `extrema`. Zeros are not binned; NaN and infinities are binned
/// under their exponent and do not move the extrema.
using ObserveLoop = void(const float* src, int64_t n, uint32_t* bins, Extrema& extrema);
const Variants<ObserveLoop>& observe();

/// The accumulator of one observer of one execution context. The bins are an anonymous mapping, so
/// that only the pages of exponents that occur take memory: one page of the operating system is one
/// sign and exponent.
class Observer {
 public:
  static constexpr int kMantissaBits = 10;
  static constexpr int kPages = 512;
  static constexpr int kPageBins = 1 << kMantissaBits;
  /// One page more than the grid has: scratch of the loop.
  static constexpr int64_t kBytes = int64_t{kPages + 1} * kPageBins * sizeof(uint32_t);

  Observer();
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  uint32_t* bins() { return bins_; }
  Extrema& extrema() { return extrema_; }

  /// Back to the state of a fresh one; gives the memory of the bins back.
  void reset();

 private:
  uint32_t* bins_;
  Extrema extrema_;
};

}  // namespace octant::kernels
