// What every oneDNN primitive here has in common: attributes, packed constants, binding.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../kernel.h"
#include "dnnl.hpp"

namespace octant::onednn {

/// The process-wide CPU engine.
const dnnl::engine& cpu();

/// Makes oneDNN run on the calling thread alone. The number of threads is a property of the calling
/// thread. One thread per call is what makes a result independent of the machine's core count;
/// parallelism comes from calls side by side.
void single_thread();

dnnl::memory::data_type data_type(Type type);
dnnl::memory::desc descriptor(const Layout& layout);
/// Same dims and type, layout left to the primitive.
dnnl::memory::desc any_layout(const Layout& layout);

/// Scales, zero points and post-operations of one primitive. Scales and zero points are given once
/// and become constants of the kernel; binary post-operands become operands of the call.
class Attributes {
 public:
  /// Codes as Java numbers them (io.octant.kernels.binding.Unary and Binary).
  enum class Unary {
    relu = 0,
    clip = 1,
    hardswish = 2,
    gelu_erf = 3,
    gelu_tanh = 4,
    tanh = 5,
    logistic = 6,
    linear = 7,
    elu = 8,
    abs = 9,
    exp = 10,
    log = 11,
    sqrt = 12,
    square = 13,
    hardsigmoid = 14,
    swish = 15,
    round = 16,
    mish = 17,
    pow = 18,
    soft_relu = 19
  };
  enum class Binary { add = 0, mul = 1, sub = 2, div = 3, max = 4, min = 5 };

  /// `argument`: DNNL_ARG_SRC, DNNL_ARG_SRC_1, DNNL_ARG_WEIGHTS or DNNL_ARG_DST. More than one
  /// value means one per output channel.
  void scales(int argument, std::vector<float> values);
  void zero_point(int argument, int32_t value);
  void eltwise(Unary algorithm, float alpha, float beta);
  void binary(Binary algorithm, const Layout& operand);
  /// Multiplies each channel, axis 1 of a result of `rank` axes, by a constant.
  void multiply_channels(std::vector<float> values, size_t rank);

  /// `weight_channel_mask` tells which weight dims the per-channel scales follow. Of a result in
  /// f32, the clamps at the end are left to clamps().
  dnnl::primitive_attr build(int weight_channel_mask, Type dst) const;

  /// Bounds of one clamp; those of relu are 0 and infinity.
  struct Bounds {
    float low, high;
  };
  /// The clamps at the end of an f32 chain. oneDNN's lose NaN, so they run in a loop of our own;
  /// refuses a chain that goes on behind one.
  std::vector<Bounds> clamps(Type dst) const;

  struct Constant {
    int argument;
    std::vector<float> scales;
    std::vector<int32_t> zero_points;
  };
  const std::vector<Constant>& constants() const { return constants_; }
  /// A post-operation as it was asked for; `layout` is that of the operand of a binary one, which
  /// comes with a call unless its `values` are given here.
  struct PostOperation {
    std::optional<Unary> unary;
    float alpha, beta;
    std::optional<Binary> binary;
    Layout layout;
    std::vector<float> values;
  };
  const std::vector<PostOperation>& post_operations() const { return asked_; }

  /// An 8-bit tensor that lies in memory as the result does: the real numbers of both are added and
  /// the sum is quantized, in [low, high]. Comes last and is for 8-bit layers of our own.
  struct Addition {
    float scale;
    int32_t zero_point;
    float sum_scale;
    int32_t sum_zero_point, low, high;
  };
  void add(const Addition& addition) { addition_ = addition; }
  const std::optional<Addition>& addition() const { return addition_; }

  /// The same for a result that lacks an axis of length 1.
  Attributes without(size_t axis) const;

  /// Post-operation index and layout of each binary post-operand that comes with a call.
  std::vector<std::pair<int, dnnl::memory::desc>> operands() const;

 private:
  size_t joined(Type dst) const;

  std::vector<Constant> constants_;
  std::vector<PostOperation> asked_;
  std::optional<Addition> addition_;
};

dnnl::algorithm algorithm(Attributes::Unary unary);
dnnl::algorithm algorithm(Attributes::Binary binary);

/// Something done to a call's operands once its primitive has run.
using Repair = std::function<void(const std::vector<void*>& operands)>;

/// A oneDNN primitive with its constants. Operands: those added with operand(), in that order, then
/// the binary post-operands of the attributes.
class PrimitiveKernel : public Kernel {
 public:
  PrimitiveKernel(const dnnl::primitive_desc_base& descriptor, const dnnl::primitive& primitive);

  PrimitiveKernel& operand(int argument, const dnnl::memory::desc& layout);
  /// Packs `data`, laid out as `plain`, into the layout that the primitive asks for.
  PrimitiveKernel& constant(int argument, const dnnl::memory::desc& plain, const void* data,
                            const dnnl::memory::desc& packed);
  PrimitiveKernel& attributes(const Attributes& attributes, const Layout& dst);
  /// Adds work after the primitive, in order.
  PrimitiveKernel& then(Repair repair);

  std::unique_ptr<Call> bind(const std::vector<void*>& operands, void* scratch) const override;
  size_t operand_count() const override { return operands_.size(); }
  size_t scratch_bytes() const override { return scratch_.get_size(); }
  size_t constant_bytes() const override;
  std::string implementation() const override { return implementation_; }

 private:
  dnnl::primitive primitive_;
  dnnl::memory::desc scratch_;
  std::string implementation_;
  std::vector<std::pair<int, dnnl::memory::desc>> operands_;
  std::vector<std::pair<int, dnnl::memory>> constants_;
  std::vector<Repair> repairs_;
};

/// Attributes with a user-managed scratchpad and nothing else.
dnnl::primitive_attr plain_attributes();

}  // namespace octant::onednn
