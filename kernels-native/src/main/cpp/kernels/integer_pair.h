// The inner product of an 8-bit layer without VNNI: rows of activations, widened to 16 bits, against
// a panel of weights; two products at once, sums of 32 bits that stay in registers until they are
// rounded. No product or pair of products can overflow, whatever the values.
#pragma once

#include <cstdint>

#include "integer_ending.h"
#include "isa.h"

namespace octant::kernels {

/// A tile: row r of line l begins at `a + l · line_stride + r · stride`; `b` is
/// [line][pair][column][2].
struct PairOperands {
  const int16_t* a;
  int64_t stride, line_stride;
  const int16_t* b;
  int64_t lines, pairs, rows;
};

/// Bias and multiplier of the panel's columns, and what follows.
struct PairEnding {
  const float* bias;
  const float* multiplier;
  Ending ending;
};

struct PairLoops {
  /// Rows of a tile at most, and columns of a panel: as many as the registers hold. The last panel
  /// of a layer has half of the columns where that is enough.
  int64_t rows, columns;
  /// Writes 8-bit results, row r at `dst + r · pitch`, `width` of them. Null where nothing rounds in
  /// registers.
  void (*finish)(const PairOperands& o, const PairEnding& ending, int64_t width, uint8_t* dst,
                 int64_t pitch);
  /// Writes the sums, [row][column of the panel].
  void (*sums)(const PairOperands& o, int64_t width, int32_t* dst);
};
const Variants<const PairLoops>& pair_loops();

}  // namespace octant::kernels
