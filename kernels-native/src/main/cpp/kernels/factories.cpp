#include "factories.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "copy.h"

namespace octant::kernels {

namespace {

/// A kernel that is one function of its operands' addresses, its scratch and the valid samples.
using Body = std::function<void(const std::vector<void*>& operands, void* scratch, int64_t valid)>;

class FunctionCall final : public Call {
 public:
  FunctionCall(Body body, std::vector<void*> operands, void* scratch)
      : body_(std::move(body)), operands_(std::move(operands)), scratch_(scratch) {}

  void run(int64_t valid) override { body_(operands_, scratch_, valid); }

 private:
  Body body_;
  std::vector<void*> operands_;
  void* scratch_;
};

class FunctionKernel final : public Kernel {
 public:
  FunctionKernel(std::string name, size_t operands, size_t scratch_bytes, Body body)
      : name_(std::move(name)),
        operands_(operands),
        scratch_bytes_(scratch_bytes),
        body_(std::move(body)) {}

  std::unique_ptr<Call> bind(const std::vector<void*>& operands, void* scratch) const override {
    return std::make_unique<FunctionCall>(body_, operands, scratch);
  }
  size_t operand_count() const override { return operands_; }
  size_t scratch_bytes() const override { return scratch_bytes_; }
  std::string implementation() const override { return name_; }

 private:
  std::string name_;
  size_t operands_;
  size_t scratch_bytes_;
  Body body_;
};

template <typename T>
const T* in(const std::vector<void*>& operands, size_t i) {
  return static_cast<const T*>(operands[i]);
}

template <typename T>
T* out(const std::vector<void*>& operands, size_t i) {
  return static_cast<T*>(operands[i]);
}

void require_8_bits(const char* what, Type type) {
  if (type != Type::u8 && type != Type::s8) {
    throw Unsupported(std::string(what) + " needs u8 or s8");
  }
}

template <typename Function>
std::string named(const char* name, const Variant<Function>& variant) {
  return std::string(name) + ":" + name_of(variant.isa);
}

template <typename T>
std::unique_ptr<Kernel> quantize_with(
    const Variants<void(const float*, T*, int64_t, const Affine&)>& variants, int64_t n,
    const Affine& q, const std::string& isa) {
  const auto variant = choose(variants, isa);
  return std::make_unique<FunctionKernel>(named("quantize", variant), 2, 0,
                                          [=](const std::vector<void*>& o, void*, int64_t) {
                                            variant.function(in<float>(o, 0), out<T>(o, 1), n, q);
                                          });
}

template <typename T>
std::unique_ptr<Kernel> dequantize_with(
    const Variants<void(const T*, float*, int64_t, const Affine&)>& variants, int64_t n,
    const Affine& q, const std::string& isa) {
  const auto variant = choose(variants, isa);
  return std::make_unique<FunctionKernel>(named("dequantize", variant), 2, 0,
                                          [=](const std::vector<void*>& o, void*, int64_t) {
                                            variant.function(in<T>(o, 0), out<float>(o, 1), n, q);
                                          });
}

template <typename T>
std::unique_ptr<Kernel> combine_with(const char* name, const Variants<CombineLoop<T>>& variants,
                                     int64_t n, int64_t b_step, const Affine& a, const Affine& b,
                                     const Affine& dst, const std::string& isa) {
  const auto variant = choose(variants, isa);
  return std::make_unique<FunctionKernel>(
      named(name, variant), 3, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        variant.function(in<T>(o, 0), in<T>(o, 1), out<T>(o, 2), n, b_step, a, b, dst);
      });
}

template <typename T>
std::unique_ptr<Kernel> clamp_with(
    const Variants<void(const T*, T*, int64_t, int32_t, int32_t)>& variants, int64_t n, int32_t low,
    int32_t high, const std::string& isa) {
  const auto variant = choose(variants, isa);
  return std::make_unique<FunctionKernel>(
      named("clamp", variant), 2, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        variant.function(in<T>(o, 0), out<T>(o, 1), n, low, high);
      });
}

template <typename T>
std::unique_ptr<Kernel> average_with(
    const Variants<void(const T*, T*, int32_t*, const PoolShape&, int32_t)>& variants,
    const PoolShape& shape, int32_t zero_point, const std::string& isa) {
  const auto variant = choose(variants, isa);
  return std::make_unique<FunctionKernel>(
      named("average_pool", variant), 2, static_cast<size_t>(shape.channels) * sizeof(int32_t),
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        variant.function(in<T>(o, 0), out<T>(o, 1), static_cast<int32_t*>(scratch), shape,
                         zero_point);
      });
}

}  // namespace

Affine affine(float scale, int32_t zero_point, int32_t low, int32_t high) {
  return {scale, 1.0f / scale, zero_point, low, high};
}

std::unique_ptr<Kernel> quantize(Type dst, int64_t n, const Affine& q, const std::string& isa) {
  require_8_bits("quantize", dst);
  return dst == Type::u8 ? quantize_with(quantize_u8(), n, q, isa)
                         : quantize_with(quantize_s8(), n, q, isa);
}

std::unique_ptr<Kernel> dequantize(Type src, int64_t n, const Affine& q, const std::string& isa) {
  require_8_bits("dequantize", src);
  return src == Type::u8 ? dequantize_with(dequantize_u8(), n, q, isa)
                         : dequantize_with(dequantize_s8(), n, q, isa);
}

std::unique_ptr<Kernel> combine(Combination combination, Type type, int64_t n, int64_t b_step,
                                const Affine& a, const Affine& b, const Affine& dst,
                                const std::string& isa) {
  require_8_bits("quantized arithmetic", type);
  const bool add = combination == Combination::add;
  const char* name = add ? "quantized_add" : "quantized_multiply";
  return type == Type::u8
             ? combine_with(name, add ? add_u8() : multiply_u8(), n, b_step, a, b, dst, isa)
             : combine_with(name, add ? add_s8() : multiply_s8(), n, b_step, a, b, dst, isa);
}

std::unique_ptr<Kernel> clamp(Type type, int64_t n, int32_t low, int32_t high,
                              const std::string& isa) {
  require_8_bits("clamp", type);
  return type == Type::u8 ? clamp_with(clamp_u8(), n, low, high, isa)
                          : clamp_with(clamp_s8(), n, low, high, isa);
}

std::unique_ptr<Kernel> look_up(int64_t n, const uint8_t* table) {
  const std::vector<uint8_t> values(table, table + 256);
  return std::make_unique<FunctionKernel>(
      "look_up", 2, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        look_up(in<uint8_t>(o, 0), out<uint8_t>(o, 1), n, values.data());
      });
}

std::unique_ptr<Kernel> average_pool(Type type, const PoolShape& shape, int32_t zero_point,
                                     const std::string& isa) {
  require_8_bits("quantized average pooling", type);
  return type == Type::u8 ? average_with(average_u8(), shape, zero_point, isa)
                          : average_with(average_s8(), shape, zero_point, isa);
}

std::unique_ptr<Kernel> observe(const Batch& batch, const std::string& isa) {
  const auto variant = choose(observe(), isa);
  return std::make_unique<FunctionKernel>(
      named("observe", variant), 2, 0, [=](const std::vector<void*>& o, void*, int64_t valid) {
        Observer* observer = out<Observer>(o, 1);
        const int64_t n = std::min(valid, batch.samples) * batch.inner;
        for (int64_t i = 0; i < batch.outer; ++i) {
          variant.function(in<float>(o, 0) + i * batch.samples * batch.inner, n, observer->bins(),
                           observer->extrema());
        }
      });
}

std::unique_ptr<Kernel> observe_shared(int64_t n, const std::string& isa) {
  const auto variant = choose(observe(), isa);
  return std::make_unique<FunctionKernel>(
      named("observe", variant), 2, 0, [=](const std::vector<void*>& o, void*, int64_t valid) {
        Observer* observer = out<Observer>(o, 1);
        for (int64_t i = 0; i < valid; ++i) {
          variant.function(in<float>(o, 0), n, observer->bins(), observer->extrema());
        }
      });
}

std::unique_ptr<Kernel> copy(int element_bytes, const std::vector<int64_t>& dims,
                             const std::vector<int64_t>& src_strides,
                             const std::vector<int64_t>& dst_strides) {
  const StridedCopy plan(element_bytes, dims, src_strides, dst_strides);
  return std::make_unique<FunctionKernel>(
      "strided_copy", 2, 0,
      [=](const std::vector<void*>& o, void*, int64_t) { plan.run(o[0], o[1]); });
}

}  // namespace octant::kernels
