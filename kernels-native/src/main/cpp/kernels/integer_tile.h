// What becomes of the sums of a tile of an 8-bit layer that lie in memory.
#pragma once

#include <cstdint>

#include "integer_ending.h"
#include "isa.h"

namespace octant::kernels {

/// The most sums that FinishLoop takes at once.
constexpr int kMaxTile = 256;

/// What becomes of a tile's sums: `rows` rows of `width` results of 8 bits, `pitch` apart.
struct TileEnding {
  const float* bias;
  const float* multiplier;
  Ending ending;
  int64_t rows, width, pitch;
};

/// Rounds the sums of a tile that lie in memory, [row][column of a panel that PairLoops has].
using RoundedSums = void(const int32_t* sums, const TileEnding& ending, uint8_t* dst);
const Variants<RoundedSums>& rounded_sums();

/// The same added to `other`, which lies as `dst` does, for results of type T; of a whole panel.
/// Null on the baseline.
using AddedSums = void(const int32_t* sums, const TileEnding& ending, const Addition& addition,
                       const uint8_t* other, uint8_t* dst);
template <typename T>
AddedSums* added_sums(Isa isa);

}  // namespace octant::kernels
