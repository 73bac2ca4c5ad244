// Factories of oneDNN operators. Each refuses at creation, with oneDNN's reason, what it cannot
// run.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "primitive.h"

namespace octant::onednn {

struct Window {
  std::vector<int64_t> kernel;
  std::vector<int64_t> stride;
  std::vector<int64_t> dilation;
  std::vector<int64_t> pad_begin;
  std::vector<int64_t> pad_end;
};

/// Dilations as oneDNN counts them: that of "none" is 0.
dnnl::memory::dims dilation_of(const Window& window);

/// Makes a kernel. oneDNN signals an unsupported combination by an exception of status
/// "unimplemented"; any other status is a failure.
std::unique_ptr<Kernel> create(const char* what,
                               const std::function<std::unique_ptr<Kernel>()>& make);

/// Goes on to the next implementation of a forward convolution where brgemm kernels of oneDNN 3.11
/// fail: to a result of one column from one input channel (of each group), they take the stride of
/// the columns for that of another axis; where the columns read nothing but padding, they compute
/// something else or read address 0.
void avoid_mistakes(dnnl::convolution_forward::primitive_desc& descriptor, const Layout& src,
                    const Layout& weights, const Layout& dst, const Window& window);

/// Codes as Java numbers them (io.octant.kernels.binding.Pooling and Reduction).
enum class Pooling { max = 0, average_include_padding = 1, average_exclude_padding = 2 };
enum class Reduction { mean = 0, sum = 1, max = 2, min = 3 };

/// Convolution of rank 3 to 5. `weights` are plain and dense, [out, in / groups, ...], or
/// [groups, out / groups, in / groups, ...] where their rank exceeds that of `src` by one; `bias`
/// is f32 [out] or null. Operands: src, dst, binary post-operands.
std::unique_ptr<Kernel> convolution(const Layout& src, const Layout& weights,
                                    const void* weight_data, const float* bias, const Layout& dst,
                                    const Window& window, const Attributes& attributes);

/// src [m, k] × weights [n, k]ᵀ + bias [n]: the weights stand as torch.nn.Linear stores them.
/// Operands: src, dst, binary post-operands.
std::unique_ptr<Kernel> linear(const Layout& src, const Layout& weights, const void* weight_data,
                               const float* bias, const Layout& dst, const Attributes& attributes);

/// Batched matrix product of two activations, broadcasting leading dims. Operands: a, b, dst,
/// binary post-operands.
std::unique_ptr<Kernel> matmul(const Layout& a, const Layout& b, const Layout& dst,
                               const Attributes& attributes);

/// Operands: src, dst, binary post-operands. The dilation of `window` counts from 1 as PyTorch's.
std::unique_ptr<Kernel> pooling(Pooling kind, const Layout& src, const Layout& dst,
                                const Window& window, const Attributes& attributes);

/// Operands: src, dst.
std::unique_ptr<Kernel> softmax(const Layout& src, const Layout& dst, int axis, bool logarithm);

/// Normalizes over the last axis; `scale` and `shift` are f32 of its length or null. Operands: src,
/// dst.
std::unique_ptr<Kernel> layer_norm(const Layout& src, const Layout& dst, const float* scale,
                                   const float* shift, float epsilon);

/// Divides by the root of the mean square over the last axis; `scale` is f32 of its length or null.
/// Operands: src, dst.
std::unique_ptr<Kernel> rms_norm(const Layout& src, const Layout& dst, const float* scale,
                                 float epsilon);

/// dst = a ∘ b with numpy broadcasting of b. Operands: a, b, dst, binary post-operands.
std::unique_ptr<Kernel> binary(Attributes::Binary algorithm, const Layout& a, const Layout& b,
                               const Layout& dst, const Attributes& attributes);

/// Operands: src, dst, binary post-operands.
std::unique_ptr<Kernel> eltwise(Attributes::Unary algorithm, float alpha, float beta,
                                const Layout& src, const Layout& dst, const Attributes& attributes);

/// Reduces the axes in which dst has length 1. Operands: src, dst.
std::unique_ptr<Kernel> reduction(Reduction kind, const Layout& src, const Layout& dst);

}  // namespace octant::onednn
