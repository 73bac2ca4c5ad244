// The inner product of an 8-bit layer with VNNI: rows of u8 activations against a panel of s8
// weights, sums of 32 bits that stay in registers until they are rounded.
#pragma once

#include <cstdint>

#include "integer_ending.h"

namespace octant::kernels {

/// Name of the instruction set beside those of Isa.
constexpr const char* kDotIsa = "avx512_vnni";
/// Rows of a tile at most; with kDotColumns columns it fills the registers.
constexpr int64_t kDotRows = 14;
/// Columns of a panel; the last one of a layer has half as many where that is enough.
constexpr int64_t kDotColumns = 32;

/// What DotLoops::copy() may write more than it is asked for.
constexpr int64_t kDotSlack = 63;

/// Start of the sums, bias and multiplier of the panel's columns, and what follows.
struct DotEnding {
  const int32_t* start;
  const float* bias;
  const float* multiplier;
  Ending ending;
};

/// A tile: row r of line l begins at `a + l · line_stride + r · stride`; `b` is
/// [line][quad][column][4].
struct DotOperands {
  const uint8_t* a;
  int64_t stride, line_stride;
  const int8_t* b;
  int64_t lines, quads, rows;
};

struct DotLoops {
  /// Writes 8-bit results, row r at `dst + r · pitch`, `width` of them.
  void (*finish)(const DotOperands& o, const DotEnding& ending, int64_t width, uint8_t* dst,
                 int64_t pitch);
  /// The same added to `other`, which lies as `dst` does; of a whole panel.
  void (*add_u8)(const DotOperands& o, const DotEnding& ending, const Addition& addition,
                 const uint8_t* other, uint8_t* dst, int64_t pitch);
  void (*add_s8)(const DotOperands& o, const DotEnding& ending, const Addition& addition,
                 const uint8_t* other, uint8_t* dst, int64_t pitch);
  /// Writes start + sum, [row][column of the panel].
  void (*sums)(const DotOperands& o, const int32_t* start, int64_t width, int32_t* dst);
  /// dst = src ^ flip; may write up to kDotSlack bytes beyond n.
  void (*copy)(const uint8_t* src, uint8_t* dst, int64_t n, uint8_t flip);
};

/// Null where the machine or oneDNN's cap has no AVX-512 with VNNI.
const DotLoops* dot_loops();

}  // namespace octant::kernels
