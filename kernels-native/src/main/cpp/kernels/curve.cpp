#include "curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "function_kernel.h"

namespace octant::kernels {

namespace {

template <typename Function>
std::unique_ptr<Kernel> each(int64_t n, const Function& f) {
  return std::make_unique<FunctionKernel>(
      "curve", 2, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        const auto* src = in<float>(o, 0);
        auto* dst = out<float>(o, 1);
        for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<float>(f(static_cast<double>(src[i])));
      });
}

double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

}  // namespace

std::unique_ptr<Kernel> curve(Curve curve, int64_t n, double a, double b) {
  const auto limit = static_cast<double>(static_cast<float>(a));
  switch (curve) {
    case Curve::log:
      return each(n, [](double x) { return std::log(x); });
    case Curve::log2:
      return each(n, [](double x) { return std::log(x) / std::log(2.0); });
    case Curve::log10:
      return each(n, [](double x) { return std::log10(x); });
    case Curve::log1p:
      return each(n, [](double x) { return std::log1p(x); });
    case Curve::expm1:
      return each(n, [](double x) { return std::expm1(x); });
    case Curve::exp2:
      return each(n, [](double x) { return std::exp2(x); });
    case Curve::erf:
      return each(n, [](double x) { return std::erf(x); });
    case Curve::erfc:
      return each(n, [](double x) { return std::erfc(x); });
    case Curve::sin:
      return each(n, [](double x) { return std::sin(x); });
    case Curve::cos:
      return each(n, [](double x) { return std::cos(x); });
    case Curve::tan:
      return each(n, [](double x) { return std::tan(x); });
    case Curve::asin:
      return each(n, [](double x) { return std::asin(x); });
    case Curve::acos:
      return each(n, [](double x) { return std::acos(x); });
    case Curve::atan:
      return each(n, [](double x) { return std::atan(x); });
    case Curve::sinh:
      return each(n, [](double x) { return std::sinh(x); });
    case Curve::cosh:
      return each(n, [](double x) { return std::cosh(x); });
    case Curve::asinh:
      return each(n, [](double x) { return std::asinh(x); });
    case Curve::acosh:
      return each(n, [](double x) { return std::acosh(x); });
    case Curve::atanh:
      return each(n, [](double x) { return std::atanh(x); });
    case Curve::floor:
      return each(n, [](double x) { return std::floor(x); });
    case Curve::ceil:
      return each(n, [](double x) { return std::ceil(x); });
    case Curve::round:
      return each(n, [](double x) { return std::rint(x); });
    case Curve::trunc:
      return each(n, [](double x) { return std::trunc(x); });
    case Curve::sign:
      return each(n, [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; });
    case Curve::reciprocal:
      return each(n, [](double x) { return 1 / x; });
    case Curve::rsqrt:
      return each(n, [](double x) { return 1 / std::sqrt(x); });
    case Curve::square:
      return each(n, [](double x) { return x * x; });
    case Curve::softsign:
      return each(n, [](double x) { return x / (1 + std::fabs(x)); });
    case Curve::logsigmoid:
      return each(n, [](double x) { return -softplus(-x); });
    case Curve::softplus:
      return each(n, [=](double x) { return x * a > b ? x : softplus(x * a) / a; });
    case Curve::selu:
      return each(n, [=](double x) { return a * (x > 0 ? x : b * std::expm1(x)); });
    case Curve::celu:
      return each(n, [=](double x) { return x > 0 ? x : a * std::expm1(x / a); });
    case Curve::threshold:
      return each(n, [=](double x) { return x > limit || x != x ? x : b; });
    case Curve::hardshrink:
      return each(n, [=](double x) { return x >= -limit && x <= limit ? 0.0 : x; });
    case Curve::softshrink:
      return each(n, [=](double x) {
        return x > limit ? x - limit : x < -limit ? x + limit : x != x ? x : 0.0;
      });
  }
  throw Unsupported("unknown curve");
}

namespace {

int64_t whole(float x) {
  if (x != x) return 0;
  if (x >= 9223372036854775808.0f) return std::numeric_limits<int64_t>::max();
  if (x <= -9223372036854775808.0f) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(x);
}
template <typename S>
int64_t whole(S x) {
  return static_cast<int64_t>(x);
}

template <typename S, typename D>
D converted(S x) {
  if constexpr (std::is_same_v<D, float>) {
    return static_cast<float>(x);
  } else {
    return static_cast<D>(whole(x));
  }
}

template <typename S, typename D, typename Function>
std::unique_ptr<Kernel> loop(int64_t n, const Function& f) {
  return std::make_unique<FunctionKernel>("convert", 2, 0,
                                          [=](const std::vector<void*>& o, void*, int64_t) {
                                            const S* src = in<S>(o, 0);
                                            D* dst = out<D>(o, 1);
                                            for (int64_t i = 0; i < n; ++i) dst[i] = f(src[i]);
                                          });
}

template <typename S>
std::unique_ptr<Kernel> convert_from(Type dst, int64_t n, bool truth) {
  if (truth) {
    return loop<S, uint8_t>(n, [](S x) { return static_cast<uint8_t>(x != 0 ? 1 : 0); });
  }
  switch (dst) {
    case Type::f32:
      return loop<S, float>(n, converted<S, float>);
    case Type::s32:
      return loop<S, int32_t>(n, converted<S, int32_t>);
    case Type::s8:
      return loop<S, int8_t>(n, converted<S, int8_t>);
    case Type::u8:
      return loop<S, uint8_t>(n, converted<S, uint8_t>);
    case Type::s64:
      return loop<S, int64_t>(n, converted<S, int64_t>);
  }
  throw Unsupported("unknown type");
}

OCTANT_INLINE void response_loop(const float* __restrict src, float* __restrict dst,
                                 double* __restrict squares, const ResponseNorm& norm) {
  const ResponseNorm p = norm;
  const auto size = static_cast<double>(p.size);
  // Zeros before and after stand for the channels that there are not.
  double* inside = squares + p.size;
  for (int64_t i = 0; i < p.size; ++i) squares[i] = inside[p.channels + i] = 0;
  double* sums = inside + p.channels + p.size;
  for (int64_t place = 0; place < p.places; ++place) {
    for (int64_t c = 0; c < p.channels; ++c) {
      inside[c] = static_cast<double>(src[c]) * static_cast<double>(src[c]);
      sums[c] = 0;
    }
    for (int64_t d = -(p.size / 2); d <= (p.size - 1) / 2; ++d) {
      for (int64_t c = 0; c < p.channels; ++c) sums[c] += inside[c + d];
    }
    if (p.beta == 0.75) {
      for (int64_t c = 0; c < p.channels; ++c) {
        const double root = __builtin_sqrt(p.k + p.alpha * sums[c] / size);
        dst[c] = static_cast<float>(static_cast<double>(src[c]) / (root * __builtin_sqrt(root)));
      }
    } else {
      for (int64_t c = 0; c < p.channels; ++c) {
        dst[c] = static_cast<float>(static_cast<double>(src[c]) /
                                    std::pow(p.k + p.alpha * sums[c] / size, p.beta));
      }
    }
    src += p.channels;
    dst += p.channels;
  }
}

}  // namespace

std::unique_ptr<Kernel> convert(Type src, Type dst, int64_t n, bool truth) {
  switch (src) {
    case Type::f32:
      return convert_from<float>(dst, n, truth);
    case Type::s32:
      return convert_from<int32_t>(dst, n, truth);
    case Type::s8:
      return convert_from<int8_t>(dst, n, truth);
    case Type::u8:
      return convert_from<uint8_t>(dst, n, truth);
    case Type::s64:
      return convert_from<int64_t>(dst, n, truth);
  }
  throw Unsupported("unknown type");
}

OCTANT_VARIANTS(response_norm_f32, response_loop,
                (const float* src, float* dst, double* squares, const ResponseNorm& norm),
                (src, dst, squares, norm))

std::unique_ptr<Kernel> response_norm(const ResponseNorm& norm, const std::string& isa) {
  const auto variant = choose(response_norm_f32(), isa);
  const auto doubles = static_cast<size_t>(2 * norm.channels + 2 * norm.size);
  return std::make_unique<FunctionKernel>(
      named("response_norm", variant), 2, doubles * sizeof(double),
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        variant.function(in<float>(o, 0), out<float>(o, 1), static_cast<double*>(scratch), norm);
      });
}

}  // namespace octant::kernels
