// Functions of one f32 tensor, element by element, computed in double and rounded once; conversions
// of types; responses normalized over channels.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "../kernel.h"
#include "isa.h"

namespace octant::kernels {

/// Codes as Java numbers them (io.octant.kernels.binding.Curve).
enum class Curve {
  log = 0,
  log2 = 1,
  log10 = 2,
  log1p = 3,
  expm1 = 4,
  exp2 = 5,
  erf = 6,
  erfc = 7,
  sin = 8,
  cos = 9,
  tan = 10,
  asin = 11,
  acos = 12,
  atan = 13,
  sinh = 14,
  cosh = 15,
  asinh = 16,
  acosh = 17,
  atanh = 18,
  floor = 19,
  ceil = 20,
  round = 21,
  trunc = 22,
  sign = 23,
  reciprocal = 24,
  rsqrt = 25,
  square = 26,
  softsign = 27,
  logsigmoid = 28,
  /// log(1 + e^(a · x)) / a; x itself where a · x is above b.
  softplus = 29,
  /// a · (x where positive, else b · (eˣ − 1)).
  selu = 30,
  /// x where positive, else a · (e^(x / a) − 1).
  celu = 31,
  /// x where above a, else b; NaN stays.
  threshold = 32,
  /// x beyond ±a, else 0.
  hardshrink = 33,
  /// x moved towards 0 by a, 0 within it.
  softshrink = 34
};

/// Operands: src and dst, f32 [n].
std::unique_ptr<Kernel> curve(Curve curve, int64_t n, double a, double b);

/// Integers are truncated and wrap around; floats beyond s64 end at its bounds, NaN is 0; `truth`
/// makes bytes of 0 and 1. Operands: src [n], dst [n].
std::unique_ptr<Kernel> convert(Type src, Type dst, int64_t n, bool truth);

/// dst = x / (k + alpha · mean of x² over `size` channels)^beta for dense f32 [places, channels].
/// Operands: src, dst.
struct ResponseNorm {
  int64_t places, channels, size;
  double alpha, beta, k;
};
std::unique_ptr<Kernel> response_norm(const ResponseNorm& norm, const std::string& isa);

/// The power is computed by square roots where `beta` is ¾.
const Variants<void(const float* src, float* dst, double* squares, const ResponseNorm& norm)>&
response_norm_f32();

}  // namespace octant::kernels
