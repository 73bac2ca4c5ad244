// Batch normalization in training: dense f32 [places, channels] by statistics of each channel, with
// the clamps and fake quantizes that follow, and back.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../kernel.h"
#include "stages.h"

namespace octant::kernels {

struct Channels {
  int64_t places, channels;
};

/// Sums of x − s and of its square, s being the channel's first value, in f64, then s, the smallest
/// and the largest value in f32: [2][channels] and [3][channels]. Extrema leave NaN out; the sums
/// do not. Operands: x, the result.
std::unique_ptr<Kernel> channel_statistics(const Channels& shape, const std::string& isa);

/// (x − m) · a + b through the stages. Operands: x, m, a and b of each channel and then the stages'
/// parameters, dst.
std::unique_ptr<Kernel> channel_norm(const Channels& shape, const std::vector<Stage>& stages,
                                     const std::string& isa);

/// Sums of g and of g · (x − m), g being the gradient where it passes the stages, in f64
/// [2][channels]. Operands: gradient, x, the parameters of the forward pass, the result.
std::unique_ptr<Kernel> channel_norm_sums(const Channels& shape, const std::vector<Stage>& stages,
                                          const std::string& isa);

/// a · g + (b · (x − m) + c), a, b and c of each channel. Operands: gradient, x, the parameters of
/// the forward pass, a, b and c, dst, which may be the gradient.
std::unique_ptr<Kernel> channel_norm_gradient(const Channels& shape,
                                              const std::vector<Stage>& stages,
                                              const std::string& isa);

}  // namespace octant::kernels
