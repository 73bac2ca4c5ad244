// The gradient of a max pool over images, channels last.
#pragma once

#include <memory>
#include <string>

#include "../kernel.h"

namespace octant::kernels {

struct MaxPoolShape {
  int64_t samples, channels, height, width, out_height, out_width;
  int64_t kernel_height, kernel_width, stride_height, stride_width;
  int64_t pad_top, pad_left, dilation_height, dilation_width;
};

/// The gradient of each window goes to its first largest value, or its last NaN. Operands: gradient
/// of the result, x, dst; all dense f32 [samples, height, width, channels].
std::unique_ptr<Kernel> max_pool_gradient(const MaxPoolShape& shape, const std::string& isa);

}  // namespace octant::kernels
