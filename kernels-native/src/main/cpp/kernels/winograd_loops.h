// The loops of float 3×3 convolutions by Winograd's F(2×2, 3×3): tiles of pixels are transformed,
// multiplied channel by channel at each of their 16 places, and transformed back.
#pragma once

#include <cstdint>

#include "isa.h"

namespace octant::kernels {

/// What follows a result.
struct WinogradStep {
  enum class Kind { add, multiply, clamp };
  Kind kind = Kind::add;
  /// Of a clamp, as nonfinite.h's clip(). The others have an operand.
  float low = 0, high = 0;
  /// Whether the operand is one value for each channel, and not a tensor like dst.
  bool by_channel = false;
};

/// Where a tile's four results go. `operands` are four pixels a step; those of clamps are not read.
struct WinogradEnding {
  float* const* dst;
  const float* bias;
  const WinogradStep* steps;
  int64_t count;
  const float* const* operands;
  /// Writes results anew, [pixel][lane] from `channel`, of which some overflowed on the way.
  void (*repair)(const void* context, int64_t channel, int64_t lanes, float* results);
  const void* context;
};

/// Channels and columns are multiples of kWinogradChannels.
struct WinogradLoops {
  /// Of columns in a panel of weights; the last panel is half as wide where that is enough.
  int64_t panel;
  /// Rows that products() takes at once.
  int64_t rows;
  /// v[i · step + c] = place i of the transformed tile.
  void (*source)(const float* const* pixels, int64_t channels, float* v, int64_t step);
  /// m[row · m_pitch + column] = Σ over k of a[row · pitch + k] · b[panel][k][column], by fused
  /// multiply-adds in the order of k.
  void (*products)(const float* a, int64_t pitch, int64_t rows, const float* b, int64_t k,
                   int64_t columns, float* m, int64_t m_pitch);
  /// Transforms m[i · step + c] back, and does what follows.
  void (*results)(const float* m, int64_t step, int64_t channels, const WinogradEnding& ending);
};

constexpr int64_t kWinogradChannels = 16;

/// Every one gives the bits of the first, which is for tests alone.
const Variants<const WinogradLoops>& winograd_loops();

}  // namespace octant::kernels
