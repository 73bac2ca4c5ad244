#include "training.h"

#include <utility>
#include <vector>

namespace octant::onednn {

using dnnl::memory;
using dnnl::prop_kind;

namespace {

/// An argument of a primitive: an operand of the call, or a part of the scratch memory.
struct Argument {
  int name;
  memory::desc layout;
  int operand;  // −1: scratch memory
  size_t offset;
};

struct Step {
  dnnl::primitive primitive;
  std::vector<Argument> arguments;
};

class SequenceCall final : public Call {
 public:
  void add(const dnnl::primitive& primitive, std::unordered_map<int, memory> arguments) {
    steps_.emplace_back(primitive, std::move(arguments));
  }

  void run(int64_t) override {
    single_thread();
    for (auto& [primitive, arguments] : steps_) primitive.execute(stream_, arguments);
  }

 private:
  dnnl::stream stream_{cpu()};
  std::vector<std::pair<dnnl::primitive, std::unordered_map<int, memory>>> steps_;
};

/// Primitives one after the other.
class SequenceKernel final : public Kernel {
 public:
  SequenceKernel(std::string implementation, size_t operands)
      : implementation_(std::move(implementation)), operands_(operands) {}

  Argument operand(int name, const memory::desc& layout, int index) const {
    return {name, layout, index, 0};
  }

  /// Reserves scratch memory for an argument.
  Argument temporary(int name, const memory::desc& layout) {
    const Argument out{name, layout, -1, scratch_};
    scratch_ += (layout.get_size() + 63) / 64 * 64;
    return out;
  }

  /// Adds a primitive with what it needs of scratch memory itself.
  void add(const dnnl::primitive& primitive, const memory::desc& scratchpad,
           std::vector<Argument> arguments) {
    if (scratchpad.get_size() > 0) {
      arguments.push_back(temporary(DNNL_ARG_SCRATCHPAD, scratchpad));
    }
    steps_.push_back({primitive, std::move(arguments)});
  }

  /// Adds a copy into another layout.
  void reorder(const Argument& from, const Argument& to) {
    const dnnl::reorder::primitive_desc pd(cpu(), from.layout, cpu(), to.layout,
                                           plain_attributes());
    Argument source = from, target = to;
    source.name = DNNL_ARG_FROM;
    target.name = DNNL_ARG_TO;
    add(dnnl::reorder(pd), pd.scratchpad_desc(), {source, target});
  }

  std::unique_ptr<Call> bind(const std::vector<void*>& operands, void* scratch) const override {
    auto call = std::make_unique<SequenceCall>();
    for (const Step& step : steps_) {
      std::unordered_map<int, memory> arguments;
      for (const Argument& a : step.arguments) {
        void* address = a.operand >= 0 ? operands[static_cast<size_t>(a.operand)]
                                       : static_cast<char*>(scratch) + a.offset;
        arguments.emplace(a.name, memory(a.layout, cpu(), address));
      }
      call->add(step.primitive, std::move(arguments));
    }
    return call;
  }

  size_t operand_count() const override { return operands_; }
  size_t scratch_bytes() const override { return scratch_; }
  std::string implementation() const override { return implementation_; }

 private:
  std::string implementation_;
  size_t operands_;
  size_t scratch_ = 0;
  std::vector<Step> steps_;
};

}  // namespace

std::unique_ptr<Kernel> trained_convolution(Direction direction, const Layout& src,
                                            const Layout& weights, bool bias, const Layout& dst,
                                            const Window& window) {
  return create("convolution", [&]() -> std::unique_ptr<Kernel> {
    const memory::desc x = descriptor(src), w = any_layout(weights), y = descriptor(dst);
    const memory::desc plain = descriptor(weights);
    memory::desc b;
    if (bias) b = memory::desc({dst.dims[1]}, memory::data_type::f32, memory::format_tag::x);
    const auto algorithm = dnnl::algorithm::convolution_direct;
    dnnl::convolution_forward::primitive_desc forward(
        cpu(), prop_kind::forward_training, algorithm, x, w, b, y, window.stride,
        dilation_of(window), window.pad_begin, window.pad_end, plain_attributes());
    if (direction == Direction::forward) {
      avoid_mistakes(forward, src, weights, dst, window);
      auto kernel = std::make_unique<SequenceKernel>(forward.impl_info_str(), bias ? 4 : 3);
      const Argument packed = kernel->temporary(DNNL_ARG_WEIGHTS, forward.weights_desc());
      kernel->reorder(kernel->operand(0, plain, 1), packed);
      std::vector<Argument> arguments{kernel->operand(DNNL_ARG_SRC, x, 0), packed,
                                      kernel->operand(DNNL_ARG_DST, y, bias ? 3 : 2)};
      if (bias) arguments.push_back(kernel->operand(DNNL_ARG_BIAS, b, 2));
      kernel->add(dnnl::convolution_forward(forward), forward.scratchpad_desc(), arguments);
      return kernel;
    }
    if (direction == Direction::to_source) {
      const dnnl::convolution_backward_data::primitive_desc pd(
          cpu(), algorithm, x, w, y, window.stride, dilation_of(window), window.pad_begin,
          window.pad_end, forward, plain_attributes());
      auto kernel = std::make_unique<SequenceKernel>(pd.impl_info_str(), 3);
      const Argument packed = kernel->temporary(DNNL_ARG_WEIGHTS, pd.weights_desc());
      kernel->reorder(kernel->operand(0, plain, 1), packed);
      kernel->add(dnnl::convolution_backward_data(pd), pd.scratchpad_desc(),
                  {kernel->operand(DNNL_ARG_DIFF_DST, y, 0), packed,
                   kernel->operand(DNNL_ARG_DIFF_SRC, x, 2)});
      return kernel;
    }
    const dnnl::convolution_backward_weights::primitive_desc pd(
        cpu(), algorithm, x, w, b, y, window.stride, dilation_of(window), window.pad_begin,
        window.pad_end, forward, plain_attributes());
    auto kernel = std::make_unique<SequenceKernel>(pd.impl_info_str(), bias ? 4 : 3);
    const Argument packed = kernel->temporary(DNNL_ARG_DIFF_WEIGHTS, pd.diff_weights_desc());
    std::vector<Argument> arguments{kernel->operand(DNNL_ARG_SRC, x, 0),
                                    kernel->operand(DNNL_ARG_DIFF_DST, y, 1), packed};
    if (bias) arguments.push_back(kernel->operand(DNNL_ARG_DIFF_BIAS, b, 2));
    kernel->add(dnnl::convolution_backward_weights(pd), pd.scratchpad_desc(), arguments);
    kernel->reorder(packed, kernel->operand(0, plain, bias ? 3 : 2));
    return kernel;
  });
}

}  // namespace octant::onednn
