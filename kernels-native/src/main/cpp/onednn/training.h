// Convolutions whose weights come with every call, and their gradients. Weights are plain and dense
// as convolution() takes them; they are packed in scratch memory.
#pragma once

#include <memory>

#include "operators.h"

namespace octant::onednn {

/// Codes as Java numbers them (io.octant.kernels.binding.TrainingKernels.Convolution).
enum class Direction {
  /// Operands: src, weights, bias where there is one, dst.
  forward = 0,
  /// Operands: gradient of dst, weights, gradient of src.
  to_source = 1,
  /// Operands: src, gradient of dst, gradient of the bias where there is one, that of the weights.
  to_weights = 2
};

std::unique_ptr<Kernel> trained_convolution(Direction direction, const Layout& src,
                                            const Layout& weights, bool bias, const Layout& dst,
                                            const Window& window);

}  // namespace octant::onednn
