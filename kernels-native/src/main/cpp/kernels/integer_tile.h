// The inner product of an 8-bit layer: six rows of activations against a panel of weights, operands
// of 16 bits, sums of 32 bits. No product or pair of products can overflow, whatever the values.
#pragma once

#include <cstdint>

#include "isa.h"

namespace octant::kernels {

/// Rows of one tile.
constexpr int kTileRows = 6;
/// The most columns that a tile has.
constexpr int kMaxTileColumns = 32;

/// Columns of the tile of one instruction set.
inline int tile_columns(Isa isa) {
  return isa == Isa::avx512 ? kMaxTileColumns : isa == Isa::avx2 ? 16 : 8;
}

/// sums[row][column] = Σ over pairs of a[row][2p] · b[p][column][0] + a[row][2p + 1] ·
/// b[p][column][1]. Row r of `a` begins at `a + r · stride`; `b` and `sums` are dense.
using Tile = void(const int16_t* a, int64_t stride, const int16_t* b, int64_t pairs, int32_t* sums);
const Variants<Tile>& integer_tile();

}  // namespace octant::kernels
