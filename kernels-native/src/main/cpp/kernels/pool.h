// Pooling of quantized tensors, channels last.
#pragma once

#include <cstdint>

#include "isa.h"

namespace octant::kernels {

/// Extent of a two-dimensional pooling in elements; src is [n, height, width, channels] dense.
struct PoolShape {
  int64_t samples, channels, height, width, out_height, out_width;
  int64_t kernel_height, kernel_width, stride_height, stride_width, pad_top, pad_left;
  /// Divides by the window's size where set, else by the number of values that are not padding.
  bool count_padding;
  /// Adaptive pooling: window o covers [o·in/out, ⌈(o+1)·in/out⌉); the kernel sizes are ignored.
  bool adaptive;
};

/// q = clamp(rint(Σ(src − zero_point) / count + zero_point)), integers summed exactly, the rest in
/// double.
/// `sums` holds `channels` integers of scratch.
const Variants<void(const uint8_t*, uint8_t*, int32_t*, const PoolShape&, int32_t zero_point)>&
average_u8();
const Variants<void(const int8_t*, int8_t*, int32_t*, const PoolShape&, int32_t zero_point)>&
average_s8();

/// The largest integer of each window, at least the least one of the type; kMaximumChannels channels
/// or more.
constexpr int64_t kMaximumChannels = 16;
const Variants<void(const uint8_t*, uint8_t*, const PoolShape&)>& maximum_u8();
const Variants<void(const int8_t*, int8_t*, const PoolShape&)>& maximum_s8();

}  // namespace octant::kernels
