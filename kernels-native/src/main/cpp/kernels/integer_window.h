// Where the positions of an 8-bit layer read.
#pragma once

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

}  // namespace octant::kernels
