// What becomes of the sums of a tile of an 8-bit layer that lie in memory, and how tiles are summed
// with VNNI where operands have 16 bits.
#pragma once

#include <cstdint>

#include "integer_ending.h"
#include "integer_pair.h"
#include "isa.h"

namespace octant::kernels {

/// The most sums that a tile has.
constexpr int kMaxTile = 256;

/// As PairLoops::sums, for panels of 32 columns with AVX-512 VNNI; null where dot_loops() is.
using PairSums = void(const PairOperands& o, int64_t width, int32_t* dst);
PairSums* dot_pairs();

/// What becomes of a tile's sums: `rows` rows of `width` results of 8 bits, `pitch` apart.
struct TileEnding {
  const float* bias;
  const float* multiplier;
  Ending ending;
  int64_t rows, width, pitch;
};

/// Rounds the sums of a tile that lie in memory, [row][column of the panel]. The baseline has none.
using RoundedSums = void(const int32_t* sums, const TileEnding& ending, uint8_t* dst);
const Variants<RoundedSums>& rounded_sums();

/// The same added to `other`, which lies as `dst` does, for results of type T; of a whole panel.
/// Null but with AVX-512.
using AddedSums = void(const int32_t* sums, const TileEnding& ending, const Addition& addition,
                       const uint8_t* other, uint8_t* dst);
template <typename T>
AddedSums* added_sums(Isa isa);

}  // namespace octant::kernels
