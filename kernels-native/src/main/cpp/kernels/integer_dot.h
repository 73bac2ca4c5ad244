// The inner products of an 8-bit layer with VNNI: rows of u8 activations against a panel of s8
// weights, sums of 32 bits that stay in registers until they are rounded.
#pragma once

#include <cstdint>
#include <string>

#include "integer_ending.h"
#include "integer_pair.h"
#include "isa.h"

namespace octant::kernels {

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

/// The loops of one instruction set.
struct DotLoops {
  /// Its name, and the set whose other loops go with these: their panels are as wide.
  const char* name;
  Isa isa;
  /// Rows of a tile at most, and columns of a panel: as many as the registers hold. The last panel
  /// of a layer has half of the columns where that is enough.
  int64_t rows, columns;
  /// Writes 8-bit results, row r at `dst + r · pitch`, `width` of them.
  void (*finish)(const DotOperands& o, const DotEnding& ending, int64_t width, uint8_t* dst,
                 int64_t pitch);
  /// Writes start + sum, [row][column of the panel].
  void (*sums)(const DotOperands& o, const int32_t* start, int64_t width, int32_t* dst);
  /// dst = src ^ flip; may write up to kDotSlack bytes beyond n.
  void (*copy)(const uint8_t* src, uint8_t* dst, int64_t n, uint8_t flip);
  /// Sums of operands of 16 bits, which take whole panels alone.
  PairLoops pairs;
};

/// The fastest loops that this machine runs, or those of an instruction set, "avx2_vnni" or
/// "avx512_vnni". Null where the machine or oneDNN's cap has no VNNI, or another set is named.
const DotLoops* dot_loops(const std::string& isa);

}  // namespace octant::kernels
