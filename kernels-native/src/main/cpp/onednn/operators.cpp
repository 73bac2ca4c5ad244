#include "operators.h"

#include <algorithm>
#include <functional>

#include "dnnl_debug.h"
#include "repair.h"

namespace octant::onednn {

using dnnl::memory;
using dnnl::prop_kind;

memory::dims dilation_of(const Window& window) {
  memory::dims dilation = window.dilation;
  for (auto& d : dilation) d -= 1;
  return dilation;
}

std::unique_ptr<Kernel> create(const char* what,
                               const std::function<std::unique_ptr<Kernel>()>& make) {
  try {
    return make();
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_unimplemented) {
      throw Unsupported(std::string("oneDNN offers no ") + what + " for these operands");
    }
    if (error.status == dnnl_out_of_memory) throw std::bad_alloc();
    throw std::runtime_error(std::string("Cannot make ") + what + ": oneDNN says " +
                             dnnl_status2str(error.status) + " (" + error.what() + ")");
  }
}

namespace {

/// Whether the padding is all that the positions of the last axis read.
bool reads_padding_alone(const Layout& src, const Layout& dst, const Window& window) {
  const int64_t step = window.stride.back(), apart = window.dilation.back();
  for (int64_t x = 0; x < dst.dims.back(); ++x) {
    for (int64_t tap = 0; tap < window.kernel.back(); ++tap) {
      const int64_t at = x * step - window.pad_begin.back() + tap * apart;
      if (at >= 0 && at < src.dims.back()) return false;
    }
  }
  return true;
}

}  // namespace

void avoid_mistakes(dnnl::convolution_forward::primitive_desc& descriptor, const Layout& src,
                    const Layout& weights, const Layout& dst, const Window& window) {
  const bool grouped = weights.dims.size() > dst.dims.size();
  const bool mistaken =
      (weights.dims[grouped ? 2 : 1] == 1 && dst.dims.back() == 1 && window.stride.back() != 1) ||
      reads_padding_alone(src, dst, window);
  while (mistaken &&
         std::string(descriptor.impl_info_str()).find("brg_conv") != std::string::npos) {
    if (!descriptor.next_impl()) throw Unsupported("oneDNN mistakes the columns of such a window");
  }
}

std::unique_ptr<Kernel> convolution(const Layout& src, const Layout& weights,
                                    const void* weight_data, const float* bias, const Layout& dst,
                                    const Window& window, const Attributes& attributes) {
  return create("convolution", [&] {
    const bool grouped = weights.dims.size() > src.dims.size();
    memory::desc bias_layout;
    if (bias != nullptr) {
      bias_layout = memory::desc({dst.dims[1]}, memory::data_type::f32, memory::format_tag::x);
    }
    dnnl::convolution_forward::primitive_desc pd(
        cpu(), prop_kind::forward_inference, dnnl::algorithm::convolution_direct, descriptor(src),
        any_layout(weights), bias_layout, descriptor(dst), window.stride, dilation_of(window),
        window.pad_begin, window.pad_end, attributes.build(grouped ? 3 : 1, dst.type));
    avoid_mistakes(pd, src, weights, dst, window);
    auto kernel = std::make_unique<PrimitiveKernel>(pd, dnnl::convolution_forward(pd));
    kernel->operand(DNNL_ARG_SRC, pd.src_desc()).operand(DNNL_ARG_DST, pd.dst_desc());
    kernel->constant(DNNL_ARG_WEIGHTS, descriptor(weights), weight_data, pd.weights_desc());
    if (bias != nullptr) kernel->constant(DNNL_ARG_BIAS, bias_layout, bias, pd.bias_desc());
    kernel->attributes(attributes, dst);
    return kernel;
  });
}

std::unique_ptr<Kernel> linear(const Layout& src, const Layout& weights, const void* weight_data,
                               const float* bias, const Layout& dst, const Attributes& attributes) {
  return create("linear", [&] {
    const int64_t n = weights.dims[0], k = weights.dims[1];
    const memory::desc plain({k, n}, data_type(weights.type), memory::dims{1, k});
    const memory::desc packed({k, n}, data_type(weights.type), memory::format_tag::any);
    memory::desc bias_layout;
    if (bias != nullptr) {
      bias_layout = memory::desc({1, n}, memory::data_type::f32, memory::format_tag::ab);
    }
    const dnnl::matmul::primitive_desc pd(cpu(), descriptor(src), packed, bias_layout,
                                          descriptor(dst), attributes.build(2, dst.type));
    auto kernel = std::make_unique<PrimitiveKernel>(pd, dnnl::matmul(pd));
    kernel->operand(DNNL_ARG_SRC, pd.src_desc()).operand(DNNL_ARG_DST, pd.dst_desc());
    kernel->constant(DNNL_ARG_WEIGHTS, plain, weight_data, pd.weights_desc());
    if (bias != nullptr) kernel->constant(DNNL_ARG_BIAS, bias_layout, bias, pd.bias_desc());
    kernel->attributes(attributes, dst);
    return kernel;
  });
}

namespace {

/// A batch axis of length 1 may come with any stride. oneDNN 3.11 takes it for the order of the
/// axes in memory, and unless they come in their order reads the matrices wrongly: it gets that of
/// the axis before it, the first one a stride beyond all others.
memory::desc matrices(const Layout& layout) {
  Layout out = layout;
  int64_t before = 1;
  for (size_t i = 0; i < out.dims.size(); ++i) {
    before = std::max(before, out.dims[i] * out.strides[i]);
  }
  for (size_t i = 0; i + 2 < out.dims.size(); ++i) {
    if (out.dims[i] == 1) out.strides[i] = before;
    before = out.strides[i];
  }
  return descriptor(out);
}

}  // namespace

// A batch axis of length 1 goes where all operands have it.
std::unique_ptr<Kernel> matmul(const Layout& a, const Layout& b, const Layout& dst,
                               const Attributes& attributes) {
  for (size_t axis = 0; axis + 2 < dst.dims.size(); ++axis) {
    if (a.dims[axis] == 1 && b.dims[axis] == 1 && dst.dims[axis] == 1) {
      return matmul(without(a, axis), without(b, axis), without(dst, axis),
                    attributes.without(axis));
    }
  }
  return create("matmul", [&] {
    const dnnl::matmul::primitive_desc pd(cpu(), matrices(a), matrices(b), matrices(dst),
                                          attributes.build(0, dst.type));
    auto kernel = std::make_unique<PrimitiveKernel>(pd, dnnl::matmul(pd));
    kernel->operand(DNNL_ARG_SRC, pd.src_desc())
        .operand(DNNL_ARG_WEIGHTS, pd.weights_desc())
        .operand(DNNL_ARG_DST, pd.dst_desc());
    kernel->attributes(attributes, dst);
    return kernel;
  });
}

std::unique_ptr<Kernel> pooling(Pooling kind, const Layout& src, const Layout& dst,
                                const Window& window, const Attributes& attributes) {
  return create("pooling", [&] {
    const dnnl::algorithm algorithm = kind == Pooling::max ? dnnl::algorithm::pooling_max
                                      : kind == Pooling::average_include_padding
                                          ? dnnl::algorithm::pooling_avg_include_padding
                                          : dnnl::algorithm::pooling_avg_exclude_padding;
    const dnnl::pooling_forward::primitive_desc pd(
        cpu(), prop_kind::forward_inference, algorithm, descriptor(src), descriptor(dst),
        window.stride, window.kernel, dilation_of(window), window.pad_begin, window.pad_end,
        attributes.build(0, dst.type));
    auto kernel = std::make_unique<PrimitiveKernel>(pd, dnnl::pooling_forward(pd));
    kernel->operand(DNNL_ARG_SRC, pd.src_desc()).operand(DNNL_ARG_DST, pd.dst_desc());
    if (kind == Pooling::max && src.type == Type::f32) {
      kernel->then(repair_maximum(src, dst, window));
    }
    kernel->attributes(attributes, dst);
    return kernel;
  });
}

std::unique_ptr<Kernel> softmax(const Layout& src, const Layout& dst, int axis, bool logarithm) {
  return create("softmax", [&] {
    const dnnl::softmax_forward::primitive_desc pd(
        cpu(), prop_kind::forward_inference,
        logarithm ? dnnl::algorithm::softmax_log : dnnl::algorithm::softmax_accurate,
        descriptor(src), descriptor(dst), axis, plain_attributes());
    auto kernel = std::make_unique<PrimitiveKernel>(pd, dnnl::softmax_forward(pd));
    kernel->operand(DNNL_ARG_SRC, pd.src_desc()).operand(DNNL_ARG_DST, pd.dst_desc());
    kernel->then(repair_softmax(src, dst, axis));
    return kernel;
  });
}

namespace {

std::unique_ptr<Kernel> normalization(const char* name, dnnl::normalization_flags flags,
                                      const Layout& src, const Layout& dst, const float* scale,
                                      const float* shift, float epsilon) {
  return create(name, [&] {
    if (scale != nullptr) flags |= dnnl::normalization_flags::use_scale;
    if (shift != nullptr) flags |= dnnl::normalization_flags::use_shift;
    const dnnl::layer_normalization_forward::primitive_desc pd(cpu(), prop_kind::forward_inference,
                                                               descriptor(src), descriptor(dst),
                                                               epsilon, flags, plain_attributes());
    auto kernel = std::make_unique<PrimitiveKernel>(pd, dnnl::layer_normalization_forward(pd));
    kernel->operand(DNNL_ARG_SRC, pd.src_desc()).operand(DNNL_ARG_DST, pd.dst_desc());
    const memory::desc vector({src.dims.back()}, memory::data_type::f32, memory::format_tag::x);
    if (scale != nullptr) kernel->constant(DNNL_ARG_SCALE, vector, scale, vector);
    if (shift != nullptr) kernel->constant(DNNL_ARG_SHIFT, vector, shift, vector);
    return kernel;
  });
}

}  // namespace

std::unique_ptr<Kernel> layer_norm(const Layout& src, const Layout& dst, const float* scale,
                                   const float* shift, float epsilon) {
  return normalization("layer norm", dnnl::normalization_flags::none, src, dst, scale, shift,
                       epsilon);
}

std::unique_ptr<Kernel> rms_norm(const Layout& src, const Layout& dst, const float* scale,
                                 float epsilon) {
  return normalization("rms norm", dnnl::normalization_flags::rms_norm, src, dst, scale, nullptr,
                       epsilon);
}

// Over images of one element oneDNN 3.11 gives post-operands of one value a channel to the wrong
// channels of all samples but the first: these axes go.
std::unique_ptr<Kernel> binary(Attributes::Binary algorithm_of_two, const Layout& a,
                               const Layout& b, const Layout& dst, const Attributes& attributes) {
  const size_t last = dst.dims.size() - 1;
  const auto single = [](int64_t dim) { return dim == 1; };
  if (last >= 2 && a.dims[last] == 1 && b.dims[last] == 1 &&
      std::all_of(dst.dims.begin() + 2, dst.dims.end(), single)) {
    return binary(algorithm_of_two, without(a, last), without(b, last), without(dst, last),
                  attributes.without(last));
  }
  return create("binary operation", [&] {
    const dnnl::binary::primitive_desc pd(cpu(), algorithm(algorithm_of_two), descriptor(a),
                                          descriptor(b), descriptor(dst),
                                          attributes.build(0, dst.type));
    auto kernel = std::make_unique<PrimitiveKernel>(pd, dnnl::binary(pd));
    kernel->operand(DNNL_ARG_SRC_0, pd.src0_desc())
        .operand(DNNL_ARG_SRC_1, pd.src1_desc())
        .operand(DNNL_ARG_DST, pd.dst_desc());
    kernel->attributes(attributes, dst);
    return kernel;
  });
}

std::unique_ptr<Kernel> eltwise(Attributes::Unary algorithm_of_one, float alpha, float beta,
                                const Layout& src, const Layout& dst,
                                const Attributes& attributes) {
  return create("element-wise operation", [&] {
    const dnnl::eltwise_forward::primitive_desc pd(
        cpu(), prop_kind::forward_inference, algorithm(algorithm_of_one), descriptor(src),
        descriptor(dst), alpha, beta, attributes.build(0, dst.type));
    auto kernel = std::make_unique<PrimitiveKernel>(pd, dnnl::eltwise_forward(pd));
    kernel->operand(DNNL_ARG_SRC, pd.src_desc()).operand(DNNL_ARG_DST, pd.dst_desc());
    if (src.type == Type::f32) {
      // Clamps of f32 run behind the repairs.
      const bool alone = attributes.clamps(dst.type).size() == attributes.post_operations().size();
      kernel->then(repair_eltwise(algorithm_of_one, src, alone));
    }
    if (algorithm_of_one == Attributes::Unary::elu) {
      if (!attributes.post_operations().empty()) throw Unsupported("elu stands alone");
      kernel->then(repair_elu(alpha, src));
    }
    kernel->attributes(attributes, dst);
    return kernel;
  });
}

std::unique_ptr<Kernel> reduction(Reduction kind, const Layout& src, const Layout& dst) {
  return create("reduction", [&] {
    const dnnl::algorithm algorithm = kind == Reduction::mean  ? dnnl::algorithm::reduction_mean
                                      : kind == Reduction::sum ? dnnl::algorithm::reduction_sum
                                      : kind == Reduction::max ? dnnl::algorithm::reduction_max
                                                               : dnnl::algorithm::reduction_min;
    const dnnl::reduction::primitive_desc pd(cpu(), algorithm, descriptor(src), descriptor(dst),
                                             0.f, 0.f, plain_attributes());
    auto kernel = std::make_unique<PrimitiveKernel>(pd, dnnl::reduction(pd));
    kernel->operand(DNNL_ARG_SRC, pd.src_desc()).operand(DNNL_ARG_DST, pd.dst_desc());
    return kernel;
  });
}

}  // namespace octant::onednn
