// The inner product of an 8-bit layer: some rows of activations against a panel of weights,
// operands of 16 bits, sums of 32 bits. No product or pair of products can overflow, whatever the
// values.
#pragma once

#include <cstdint>

#include "integer_ending.h"
#include "isa.h"

namespace octant::kernels {

/// Rows and columns of the tile of one instruction set: as many as its registers hold beside the
/// operands, as the compiler allots them.
inline int tile_rows(Isa isa) { return isa == Isa::avx512 ? 8 : 4; }
inline int tile_columns(Isa isa) { return isa == Isa::avx512 ? 32 : isa == Isa::avx2 ? 16 : 8; }
/// The most sums that a tile has.
constexpr int kMaxTile = 256;

/// sums[row][column] = Σ over pairs of a[row][2p] · b[p][column][0] + a[row][2p + 1] ·
/// b[p][column][1]. Row r of `a` begins at `a + r · stride`; `b` and `sums` are dense.
using Tile = void(const int16_t* a, int64_t stride, const int16_t* b, int64_t pairs, int32_t* sums);
const Variants<Tile>& integer_tile();
/// That of AVX-512 with VNNI, null where dot_loops() is.
Tile* dot_tile();

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
