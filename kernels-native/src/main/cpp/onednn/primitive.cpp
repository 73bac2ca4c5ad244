#include "primitive.h"

// From the OpenMP run-time that oneDNN carries; declared here so that no OpenMP headers are needed.
extern "C" void omp_set_num_threads(int);

#include <cstring>
#include <limits>

#include "../kernels/nonfinite.h"
#include "dnnl_debug.h"

namespace octant::onednn {

using dnnl::memory;

namespace {

class PrimitiveCall final : public Call {
 public:
  PrimitiveCall(const dnnl::primitive& primitive, std::vector<std::pair<int, memory>> arguments,
                std::vector<void*> operands, std::vector<Repair> repairs)
      : primitive_(primitive),
        stream_(cpu()),
        arguments_(std::move(arguments)),
        operands_(std::move(operands)),
        repairs_(std::move(repairs)) {
    for (auto& [argument, mem] : arguments_) raw_.push_back({argument, mem.get()});
  }

  void run(int64_t) override {
    single_thread();
    dnnl_status_t status = dnnl_primitive_execute(primitive_.get(), stream_.get(),
                                                  static_cast<int>(raw_.size()), raw_.data());
    if (status != dnnl_success) {
      throw std::runtime_error(std::string("Cannot execute primitive: ") + dnnl_status2str(status));
    }
    for (const Repair& repair : repairs_) repair(operands_);
  }

 private:
  dnnl::primitive primitive_;
  dnnl::stream stream_;
  std::vector<std::pair<int, memory>> arguments_;
  std::vector<dnnl_exec_arg_t> raw_;
  std::vector<void*> operands_;
  std::vector<Repair> repairs_;
};

}  // namespace

void single_thread() {
  static thread_local bool done = (omp_set_num_threads(1), true);
  (void)done;
}

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  single_thread();
  return engine;
}

memory::data_type data_type(Type type) {
  switch (type) {
    case Type::f32:
      return memory::data_type::f32;
    case Type::s32:
      return memory::data_type::s32;
    case Type::s8:
      return memory::data_type::s8;
    case Type::u8:
      return memory::data_type::u8;
    case Type::s64:
      break;
  }
  throw Unsupported("element type s64 has no oneDNN counterpart");
}

memory::desc descriptor(const Layout& layout) {
  return memory::desc(layout.dims, data_type(layout.type), layout.strides);
}

memory::desc any_layout(const Layout& layout) {
  return memory::desc(layout.dims, data_type(layout.type), memory::format_tag::any);
}

dnnl::primitive_attr plain_attributes() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

dnnl::algorithm algorithm(Attributes::Unary unary) {
  using A = dnnl::algorithm;
  switch (unary) {
    case Attributes::Unary::relu:
      return A::eltwise_relu;
    case Attributes::Unary::clip:
      return A::eltwise_clip;
    case Attributes::Unary::hardswish:
      return A::eltwise_hardswish;
    case Attributes::Unary::gelu_erf:
      return A::eltwise_gelu_erf;
    case Attributes::Unary::gelu_tanh:
      return A::eltwise_gelu_tanh;
    case Attributes::Unary::tanh:
      return A::eltwise_tanh;
    case Attributes::Unary::logistic:
      return A::eltwise_logistic;
    case Attributes::Unary::linear:
      return A::eltwise_linear;
    case Attributes::Unary::elu:
      return A::eltwise_elu;
    case Attributes::Unary::abs:
      return A::eltwise_abs;
    case Attributes::Unary::exp:
      return A::eltwise_exp;
    case Attributes::Unary::log:
      return A::eltwise_log;
    case Attributes::Unary::sqrt:
      return A::eltwise_sqrt;
    case Attributes::Unary::square:
      return A::eltwise_square;
    case Attributes::Unary::hardsigmoid:
      return A::eltwise_hardsigmoid;
    case Attributes::Unary::swish:
      return A::eltwise_swish;
    case Attributes::Unary::round:
      return A::eltwise_round;
    case Attributes::Unary::mish:
      return A::eltwise_mish;
    case Attributes::Unary::pow:
      return A::eltwise_pow;
    case Attributes::Unary::soft_relu:
      return A::eltwise_soft_relu;
  }
  throw Unsupported("unknown element-wise algorithm");
}

dnnl::algorithm algorithm(Attributes::Binary binary) {
  using A = dnnl::algorithm;
  switch (binary) {
    case Attributes::Binary::add:
      return A::binary_add;
    case Attributes::Binary::mul:
      return A::binary_mul;
    case Attributes::Binary::sub:
      return A::binary_sub;
    case Attributes::Binary::div:
      return A::binary_div;
    case Attributes::Binary::max:
      return A::binary_max;
    case Attributes::Binary::min:
      return A::binary_min;
  }
  throw Unsupported("unknown binary algorithm");
}

void Attributes::scales(int argument, std::vector<float> values) {
  constants_.push_back({argument, std::move(values), {}});
}

void Attributes::zero_point(int argument, int32_t value) {
  constants_.push_back({argument, {}, {value}});
}

void Attributes::eltwise(Unary unary, float alpha, float beta) {
  asked_.push_back({unary, alpha, beta, {}, {}, {}});
}

void Attributes::binary(Binary algorithm_of_two, const Layout& operand) {
  asked_.push_back({{}, 0, 0, algorithm_of_two, operand, {}});
}

void Attributes::multiply_channels(std::vector<float> values, size_t rank) {
  Layout layout{Type::f32, std::vector<int64_t>(rank, 1), std::vector<int64_t>(rank, 1)};
  layout.dims[1] = static_cast<int64_t>(values.size());
  layout.strides[0] = layout.dims[1];
  asked_.push_back({{}, 0, 0, Binary::mul, std::move(layout), std::move(values)});
}

namespace {

bool is_clamp(const Attributes::PostOperation& p) {
  return p.unary == Attributes::Unary::clip || (p.unary == Attributes::Unary::relu && p.alpha == 0);
}

}  // namespace

// The post-operations that oneDNN gets: all but the clamps at the end of an f32 chain.
size_t Attributes::joined(Type dst) const {
  size_t n = 0;
  while (n < asked_.size() && (dst != Type::f32 || !is_clamp(asked_[n]))) ++n;
  return n;
}

std::vector<Attributes::Bounds> Attributes::clamps(Type dst) const {
  std::vector<Bounds> out;
  for (size_t i = joined(dst); i < asked_.size(); ++i) {
    const PostOperation& p = asked_[i];
    if (!is_clamp(p)) throw Unsupported("a clamp of f32 ends a chain of post-operations");
    const bool relu = p.unary == Unary::relu;
    out.push_back(relu ? Bounds{0, std::numeric_limits<float>::infinity()}
                       : Bounds{p.alpha, p.beta});
  }
  return out;
}

Attributes Attributes::without(size_t axis) const {
  Attributes out = *this;
  for (PostOperation& p : out.asked_) {
    if (p.binary) p.layout = octant::without(p.layout, axis);
  }
  return out;
}

std::vector<std::pair<int, memory::desc>> Attributes::operands() const {
  std::vector<std::pair<int, memory::desc>> out;
  for (size_t i = 0; i < asked_.size(); ++i) {
    if (!asked_[i].binary || !asked_[i].values.empty()) continue;
    out.emplace_back(static_cast<int>(i), descriptor(asked_[i].layout));
  }
  return out;
}

dnnl::primitive_attr Attributes::build(int weight_channel_mask, Type dst) const {
  if (addition_) throw Unsupported("oneDNN adds no tensor to a rounded result");
  dnnl::primitive_attr attr = plain_attributes();
  for (const Constant& constant : constants_) {
    if (constant.scales.empty()) {
      attr.set_zero_points_mask(constant.argument, 0);
    } else {
      attr.set_scales_mask(constant.argument, constant.scales.size() > 1 ? weight_channel_mask : 0);
    }
  }
  dnnl::post_ops post_ops;
  for (size_t i = 0; i < joined(dst); ++i) {
    const PostOperation& p = asked_[i];
    if (p.unary) {
      post_ops.append_eltwise(algorithm(*p.unary), p.alpha, p.beta);
    } else {
      post_ops.append_binary(algorithm(*p.binary), descriptor(p.layout));
    }
  }
  attr.set_post_ops(post_ops);
  return attr;
}

PrimitiveKernel::PrimitiveKernel(const dnnl::primitive_desc_base& descriptor,
                                 const dnnl::primitive& primitive)
    : primitive_(primitive),
      scratch_(descriptor.scratchpad_desc()),
      implementation_(descriptor.impl_info_str()) {}

PrimitiveKernel& PrimitiveKernel::operand(int argument, const memory::desc& layout) {
  operands_.emplace_back(argument, layout);
  return *this;
}

PrimitiveKernel& PrimitiveKernel::constant(int argument, const memory::desc& plain,
                                           const void* data, const memory::desc& packed) {
  memory source(plain, cpu(), const_cast<void*>(data));
  memory target(packed, cpu());
  dnnl::stream stream(cpu());
  dnnl::reorder(source, target).execute(stream, source, target);
  stream.wait();
  constants_.emplace_back(argument, target);
  return *this;
}

PrimitiveKernel& PrimitiveKernel::then(Repair repair) {
  repairs_.push_back(std::move(repair));
  return *this;
}

PrimitiveKernel& PrimitiveKernel::attributes(const Attributes& attributes, const Layout& dst) {
  size_t written = 0;
  while (written < operands_.size() && operands_[written].first != DNNL_ARG_DST) ++written;
  for (const auto& bounds : attributes.clamps(dst.type)) {
    const int64_t n = dst.elements();
    if (static_cast<int64_t>(operands_[written].second.get_size()) != n * 4) {
      throw Unsupported("a clamp of f32 needs a dense result");
    }
    const auto clip = kernels::choose(kernels::clip()).function;
    then([=](const std::vector<void*>& operands) {
      clip(static_cast<float*>(operands[written]), n, bounds.low, bounds.high);
    });
  }
  for (const auto& c : attributes.constants()) {
    const bool scales = !c.scales.empty();
    const auto n = static_cast<memory::dim>(scales ? c.scales.size() : c.zero_points.size());
    memory::desc layout({n}, scales ? memory::data_type::f32 : memory::data_type::s32,
                        memory::format_tag::x);
    memory values(layout, cpu());
    std::memcpy(values.get_data_handle(),
                scales ? static_cast<const void*>(c.scales.data()) : c.zero_points.data(),
                layout.get_size());
    constants_.emplace_back(
        (scales ? DNNL_ARG_ATTR_SCALES : DNNL_ARG_ATTR_ZERO_POINTS) | c.argument, values);
  }
  const auto& asked = attributes.post_operations();
  for (size_t i = 0; i < asked.size(); ++i) {
    if (asked[i].values.empty()) continue;
    memory values(descriptor(asked[i].layout), cpu());
    std::memcpy(values.get_data_handle(), asked[i].values.data(),
                asked[i].values.size() * sizeof(float));
    constants_.emplace_back(DNNL_ARG_ATTR_MULTIPLE_POST_OP(static_cast<int>(i)) | DNNL_ARG_SRC_1,
                            values);
  }
  for (const auto& [index, layout] : attributes.operands()) {
    operand(DNNL_ARG_ATTR_MULTIPLE_POST_OP(index) | DNNL_ARG_SRC_1, layout);
  }
  return *this;
}

size_t PrimitiveKernel::constant_bytes() const {
  size_t bytes = 0;
  for (const auto& [argument, mem] : constants_) bytes += mem.get_desc().get_size();
  return bytes;
}

std::unique_ptr<Call> PrimitiveKernel::bind(const std::vector<void*>& operands,
                                            void* scratch) const {
  std::vector<std::pair<int, memory>> arguments = constants_;
  for (size_t i = 0; i < operands_.size(); ++i) {
    arguments.emplace_back(operands_[i].first, memory(operands_[i].second, cpu(), operands[i]));
  }
  if (scratch_.get_size() > 0) {
    arguments.emplace_back(DNNL_ARG_SCRATCHPAD, memory(scratch_, cpu(), scratch));
  }
  return std::make_unique<PrimitiveCall>(primitive_, std::move(arguments), operands, repairs_);
}

}  // namespace octant::onednn
