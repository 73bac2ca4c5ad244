#include "factories.h"

#include <algorithm>

#include "copy.h"
#include "function_kernel.h"

namespace octant::kernels {

namespace {

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

template <typename T>
std::unique_ptr<Kernel> maximum_with(
    const Variants<void(const T*, T*, const PoolShape&)>& variants, const PoolShape& shape,
    const std::string& isa) {
  const auto variant = choose(variants, isa);
  return std::make_unique<FunctionKernel>(
      named("maximum_pool", variant), 2, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        variant.function(in<T>(o, 0), out<T>(o, 1), shape);
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

std::unique_ptr<Kernel> clamp(Type type, int64_t n, int32_t low, int32_t high,
                              const std::string& isa) {
  require_8_bits("clamp", type);
  return type == Type::u8 ? clamp_with(clamp_u8(), n, low, high, isa)
                          : clamp_with(clamp_s8(), n, low, high, isa);
}

std::unique_ptr<Kernel> look_up(int64_t n, const uint8_t* table) {
  const std::vector<uint8_t> values(table, table + 256);
  LookUp* const function = look_up();
  return std::make_unique<FunctionKernel>(
      "look_up", 2, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        function(in<uint8_t>(o, 0), out<uint8_t>(o, 1), n, values.data());
      });
}

std::unique_ptr<Kernel> look_up_channels(int64_t places, int64_t channels,
                                         const std::vector<uint8_t>& tables) {
  return std::make_unique<FunctionKernel>(
      "look_up_channels", 2, 0,
      [=](const std::vector<void*>& o, void*, int64_t) {
        look_up_channels(in<uint8_t>(o, 0), out<uint8_t>(o, 1), places, channels, tables.data());
      },
      tables.size());
}

std::unique_ptr<Kernel> average_pool(Type type, const PoolShape& shape, int32_t zero_point,
                                     const std::string& isa) {
  require_8_bits("quantized average pooling", type);
  return type == Type::u8 ? average_with(average_u8(), shape, zero_point, isa)
                          : average_with(average_s8(), shape, zero_point, isa);
}

std::unique_ptr<Kernel> maximum_pool(Type type, const PoolShape& shape, const std::string& isa) {
  require_8_bits("quantized max pooling", type);
  if (shape.channels < kMaximumChannels) throw Unsupported("a vector has more channels");
  return type == Type::u8 ? maximum_with(maximum_u8(), shape, isa)
                          : maximum_with(maximum_s8(), shape, isa);
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
