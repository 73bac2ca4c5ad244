// Convolutions and linear layers on 8-bit tensors that are exact on every instruction set: operands
// widened to 16 bits, sums of 32 bits, and then the float arithmetic of the reference operators in
// the reference operators' order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "../kernel.h"
#include "isa.h"
#include "pairwise.h"

namespace octant::kernels {

/// Extent of a layer. Channels are those of one group; a linear layer has spatial axes of length 1.
/// src has channel stride 1 and the given strides in elements; dst is dense with channels last.
struct LayerShape {
  int64_t samples = 1, groups = 1, in = 1, out = 1;
  int64_t src[3] = {1, 1, 1}, dst[3] = {1, 1, 1}, kernel[3] = {1, 1, 1};
  int64_t stride[3] = {1, 1, 1}, dilation[3] = {1, 1, 1}, pad[3] = {0, 0, 0};
  int64_t src_sample = 0, src_stride[3] = {0, 0, 0};

  int64_t taps() const { return kernel[0] * kernel[1] * kernel[2]; }
  int64_t positions() const { return samples * dst[0] * dst[1] * dst[2]; }
  bool depthwise() const { return groups > 1 && in == 1 && out == 1; }
};

/// What follows in steps of the output scale before they are rounded.
struct LayerStep {
  enum class Kind {
    /// x if positive, else slope · x.
    leaky_relu,
    /// min(max(x, low), high).
    clamp,
    tanh,
    /// Adds an f32 tensor that lies in memory as dst does.
    add
  };
  Kind kind;
  float a = 0, b = 0;
};

/// rint((float(sum) + bias) · multiplier + …) into the range of the destination's type.
struct Requantization {
  /// By output channel over all groups: bias in units of the sum, and units in steps of the output.
  std::vector<float> bias, multiplier;
  float scale;
  int32_t zero_point;
  /// rint(x) + zero point instead of rint(x + zero point).
  bool rounds_first;
  std::vector<LayerStep> steps;
  /// What the rounded result, `a`, is added to, as quantized_pairwise() adds; lies in memory as dst
  /// does.
  std::optional<PairAffine> addition;

  /// Tensors that come with a call.
  size_t operands() const {
    size_t n = addition ? 1 : 0;
    for (const LayerStep& step : steps) n += step.kind == LayerStep::Kind::add;
    return n;
  }
};

/// A layer whose results stay real numbers: float(sum) · multiplier + bias, and then the steps. Scale
/// is 1, zero point 0, and nothing is rounded or added behind the steps.
std::unique_ptr<Kernel> integer_layer_to_float(Type type, const LayerShape& shape,
                                               int32_t src_zero_point, const int8_t* weights,
                                               const Requantization& requantization,
                                               const std::string& isa);

/// `weights` is [groups, out, in, taps]. Operands: src, dst, then one f32 tensor for each
/// step that adds, then the 8-bit one of an addition.
std::unique_ptr<Kernel> integer_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                      const int8_t* weights, const Requantization& requantization,
                                      const std::string& isa);

}  // namespace octant::kernels
