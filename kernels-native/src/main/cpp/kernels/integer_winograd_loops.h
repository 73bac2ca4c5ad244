// The transforms of Winograd's F(4×4, 3×3) in integers, one axis at a time.
//
// A window of six values d and three weights g give four sums of three products
//   y = Aᵀ (G g ⊙ Bᵀ d)
// with the points 0, ±1, ±2 and infinity. G has denominators of 4, 6 and 24: its rows are scaled to
// whole numbers, and y comes out as 24, 12, 6 and 6 times the sums.
#pragma once

#include <cstdint>

#include "integer_ending.h"
#include "isa.h"

namespace octant::kernels {

/// Results of a tile along an axis, and values that it reads.
constexpr int64_t kTileStep = 4, kTileReach = 6;
/// Positions of a transformed tile.
constexpr int64_t kTilePlanes = kTileReach * kTileReach;
/// Columns of a panel at most.
constexpr int64_t kMostColumns = 32;

/// Bᵀ down some columns: dst[i · pitch + k] = Σ over r of Bᵀ[i][r] · (lines[r][k] − zero), k < n.
template <typename T>
using WinogradLines = void(const T* const* lines, int64_t n, int32_t zero, int16_t* dst,
                           int64_t pitch);
const Variants<WinogradLines<uint8_t>>& winograd_lines_u8();
const Variants<WinogradLines<int8_t>>& winograd_lines_s8();

/// Bᵀ along a line, for tiles side by side: value j of tile t is the `channels` numbers at
/// `dst + j · plane + t · stride`.
using WinogradTiles = void(const int16_t* line, int64_t channels, int64_t tiles, int16_t* dst,
                           int64_t plane, int64_t stride);
const Variants<WinogradTiles>& winograd_tiles();

/// The sums of a tile, [row][column of it][column of the panel], from its transformed products, of
/// which plane p begins at `products + p · plane`.
using WinogradSums = void(const int32_t* products, int64_t plane, int64_t columns, int32_t* sums);
const Variants<WinogradSums>& winograd_sums();

}  // namespace octant::kernels
