// Where the positions of an 8-bit layer read, and what.
#pragma once

#include <algorithm>
#include <cstdint>

#include "integer_layer.h"

namespace octant::kernels {

/// Where an output position reads: the sample's first element and the first index of each axis.
class LayerWindow {
 public:
  LayerWindow(const LayerShape& shape, int64_t position) : shape_(shape) {
    for (int i = 2; i >= 0; --i) {
      position_[i] = position % shape.dst[i];
      at_[i] = position_[i] * shape.stride[i] - shape.pad[i];
      position /= shape.dst[i];
    }
    sample_ = position * shape.src_sample;
  }

  int64_t sample() const { return sample_; }
  int64_t at(int axis) const { return at_[axis]; }
  int64_t index(int axis, int64_t tap) const { return at_[axis] + tap * shape_.dilation[axis]; }
  bool inside(int axis, int64_t tap) const {
    return index(axis, tap) >= 0 && index(axis, tap) < shape_.src[axis];
  }
  /// Whether no tap lies in the padding.
  bool whole() const {
    for (int i = 0; i < 3; ++i) {
      if (at_[i] < 0 || index(i, shape_.kernel[i] - 1) >= shape_.src[i]) return false;
    }
    return true;
  }
  /// The window of the next position.
  void advance() {
    for (int i = 2; i >= 0; --i) {
      at_[i] += shape_.stride[i];
      if (++position_[i] < shape_.dst[i]) return;
      position_[i] = 0;
      at_[i] = -shape_.pad[i];
    }
    sample_ += shape_.src_sample;
  }

 private:
  const LayerShape& shape_;
  int64_t sample_, at_[3], position_[3];
};

/// Lines of src that some lines of dst read.
inline int64_t lines_read(const LayerShape& s, int64_t lines) {
  return (lines - 1) * s.stride[1] + (s.kernel[1] - 1) * s.dilation[1] + 1;
}

/// The `pixels` of line y of src that positions read, with its padding. `fill` has zeros(out, n) and
/// copy(from, out, n), which write n values and return where they end.
template <typename From, typename To, typename Fill>
void read_line(const LayerShape& s, const From* sample, int64_t y, int64_t pixels, To* out,
               const Fill& fill) {
  if (y < 0 || y >= s.src[1]) {
    fill.zeros(out, pixels * s.in);
    return;
  }
  const int64_t before = std::min(s.pad[2], pixels);
  const int64_t n = std::min(s.src[2], pixels - before);
  out = fill.zeros(out, before * s.in);
  out = fill.copy(sample + y * s.src_stride[1], out, n * s.in);
  fill.zeros(out, (pixels - before - n) * s.in);
}

/// What one position reads, the lines of its window `pitch` values apart; `base` is the first value
/// of its sample and group.
template <typename From, typename To, typename Fill>
void read_window(const LayerShape& s, const From* base, const LayerWindow& window, To* row,
                 int64_t pitch, const Fill& fill) {
  // Taps that lie side by side in memory are copied in one go.
  const bool dense = s.dilation[2] == 1 && s.src_stride[2] == s.in;
  const int64_t first = std::clamp<int64_t>(-window.at(2), 0, s.kernel[2]);
  const int64_t last = std::clamp<int64_t>(s.src[2] - window.at(2), first, s.kernel[2]);
  for (int64_t a = 0; a < s.kernel[0]; ++a) {
    for (int64_t b = 0; b < s.kernel[1]; ++b, row += pitch) {
      if (!window.inside(0, a) || !window.inside(1, b)) {
        fill.zeros(row, s.kernel[2] * s.in);
        continue;
      }
      To* out = row;
      const From* line =
          base + window.index(0, a) * s.src_stride[0] + window.index(1, b) * s.src_stride[1];
      if (dense) {
        out = fill.zeros(out, first * s.in);
        out = fill.copy(line + (window.at(2) + first) * s.src_stride[2], out, (last - first) * s.in);
        fill.zeros(out, (s.kernel[2] - last) * s.in);
        continue;
      }
      for (int64_t c = 0; c < s.kernel[2]; ++c) {
        out = window.inside(2, c)
                  ? fill.copy(line + window.index(2, c) * s.src_stride[2], out, s.in)
                  : fill.zeros(out, s.in);
      }
    }
  }
}

}  // namespace octant::kernels
