// The loops of a depthwise 8-bit layer: every channel has a window of its own.
//
// Taps are multiplied some at once: two of 16 bits, or four of 8 bits with VNNI. What is multiplied
// at once, a group of lanes, is interleaved first, for a line of positions and a block of channels:
// neighbouring positions read the same groups. No product or sum can overflow, whatever the values.
#pragma once

#include <cstdint>
#include <string>

#include "integer_ending.h"

namespace octant::kernels {

/// The most lanes of a group, and the most channels of a block.
constexpr int64_t kDepthwiseLanes = 4;
constexpr int64_t kDepthwiseBlock = 64;
/// Positions that are summed at once.
constexpr int64_t kDepthwisePositions = 4;

/// Where one lane reads: column x of a line at `line + (x + shift) · step`.
struct DepthwiseLane {
  const uint8_t* line;
  int64_t step, shift;
};

/// The columns from `first` on, which may lie outside of the `width` that there are: then
/// `padding` is read. All addresses are those of the first of `count` channels, `width` of a block
/// at most. Values become unsigned by `^ flip`.
struct DepthwiseColumns {
  const DepthwiseLane* lanes;
  int64_t groups, first, columns, width, count;
  const uint8_t* padding;
  uint8_t flip;
};

/// Constants of a block of channels, in the order of its vectors; weights are [step][channel][lane].
struct DepthwiseBlock {
  const void* weights;
  const int32_t* start;
  const float* bias;
  const float* multiplier;
};

/// Positions of a line: position i begins `i · stride` bytes into the groups, and its step s reads
/// `offsets[s]` bytes further on.
struct DepthwisePositions {
  const uint8_t* groups;
  int64_t stride, positions;
  const int64_t* offsets;
  int64_t steps;
};

/// Loops for blocks of one width.
struct DepthwiseLoops {
  /// [column][group][channel][lane], 4 · block bytes a group.
  void (*interleave)(const DepthwiseColumns& columns, uint8_t* groups);
  /// Writes `count` 8-bit results of each position, `pitch` apart.
  void (*finish)(const DepthwisePositions& p, const DepthwiseBlock& block, const Ending& ending,
                 int64_t count, uint8_t* dst, int64_t pitch);
  /// Writes [position][channel], of kDepthwisePositions at most.
  void (*sums)(const DepthwisePositions& p, const DepthwiseBlock& block, int32_t* dst);
};

/// The loops of one instruction set.
struct DepthwiseSet {
  const char* isa;
  bool (*supported)();
  int64_t lanes;
  /// Of blocks of 16, 32 and 64 channels; null beyond the registers' width.
  DepthwiseLoops loops[3];
};

/// The fastest set that this machine runs, or the one of that name.
const DepthwiseSet& depthwise_set(const std::string& isa);

/// The channel, within a block, of element `i` of its vectors: four of them, each with four
/// channels of every 16, so that narrowing the sums puts channels in order.
inline int64_t depthwise_channel(int64_t block, int64_t i) {
  const int64_t each = block / 4, vector = i / each, within = i % each;
  return within / 4 * 16 + vector * 4 + within % 4;
}

}  // namespace octant::kernels
