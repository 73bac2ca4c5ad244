#include "straight_through.h"

#include <algorithm>
#include <limits>

#include "function_kernel.h"

namespace octant::kernels {

namespace {

constexpr int64_t kBlock = 1024;
constexpr int64_t kLanes = 16;

template <bool kSum>
OCTANT_INLINE void extrema_of(const float* __restrict x, const float* __restrict y, int64_t n,
                              float* out) {
  float low[kLanes], high[kLanes];
  uint32_t nan[kLanes];
  for (int64_t l = 0; l < kLanes; ++l) {
    low[l] = std::numeric_limits<float>::infinity();
    high[l] = -std::numeric_limits<float>::infinity();
    nan[l] = 0;
  }
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int64_t l = 0; l < kLanes; ++l) {
      const float v = kSum ? x[i + l] + y[i + l] : x[i + l];
      low[l] = v < low[l] ? v : low[l];
      high[l] = v > high[l] ? v : high[l];
      nan[l] |= stages::all_or_none(v != v);
    }
  }
  for (; i < n; ++i) {
    const float v = kSum ? x[i] + y[i] : x[i];
    low[0] = v < low[0] ? v : low[0];
    high[0] = v > high[0] ? v : high[0];
    nan[0] |= stages::all_or_none(v != v);
  }
  for (int64_t l = 1; l < kLanes; ++l) {
    low[0] = low[l] < low[0] ? low[l] : low[0];
    high[0] = high[l] > high[0] ? high[l] : high[0];
    nan[0] |= nan[l];
  }
  out[0] = low[0];
  out[1] = high[0];
  out[2] = nan[0] != 0 ? 1 : 0;
}

OCTANT_INLINE void extrema_loop(const float* x, const float* y, int64_t rows, int64_t n,
                                float* out) {
  for (int64_t r = 0; r < rows; ++r) {
    if (y == nullptr) {
      extrema_of<false>(x + r * n, nullptr, n, out + 3 * r);
    } else {
      extrema_of<true>(x + r * n, y + r * n, n, out + 3 * r);
    }
  }
}

OCTANT_INLINE void take(const float* __restrict x, const float* __restrict y, float* __restrict dst,
                        uint32_t* __restrict pass, int64_t n) {
  for (int64_t i = 0; i < n; ++i) pass[i] = 0xffffffffu;
  if (y == nullptr) {
    for (int64_t i = 0; i < n; ++i) dst[i] = x[i];
  } else {
    for (int64_t i = 0; i < n; ++i) dst[i] = x[i] + y[i];
  }
}

OCTANT_INLINE void narrow(const uint32_t* __restrict pass, uint8_t* __restrict bytes, int64_t n) {
  for (int64_t i = 0; i < n; ++i) bytes[i] = static_cast<uint8_t>(pass[i]);
}

OCTANT_INLINE void through_loop(const float* x, const float* y, const float* parameters,
                                uint8_t* bytes, float* dst, int64_t n, const Stage* kinds,
                                int64_t count) {
  uint32_t pass[kBlock];
  for (int64_t i = 0; i < n; i += kBlock) {
    const int64_t m = std::min(kBlock, n - i);
    take(x + i, y == nullptr ? nullptr : y + i, dst + i, pass, m);
    stages::run<true>(kinds, count, parameters, dst + i, pass, m);
    narrow(pass, bytes + i, m);
  }
}

OCTANT_INLINE void rows_loop(const float* x, const float* parameters, uint8_t* bytes, float* dst,
                             int64_t rows, int64_t n) {
  constexpr Stage kKind = Stage::fake_quantize;
  for (int64_t r = 0; r < rows; ++r) {
    through_loop(x + r * n, nullptr, parameters + r * kStageFloats, bytes + r * n, dst + r * n, n,
                 &kKind, 1);
  }
}

OCTANT_INLINE void masked_loop(const float* __restrict gradient, const uint8_t* __restrict bytes,
                               float* __restrict dst, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    dst[i] =
        stages::masked(gradient[i], static_cast<uint32_t>(-static_cast<int32_t>(bytes[i] != 0)));
  }
}

OCTANT_INLINE void products_loop(const float* __restrict a, const float* __restrict b,
                                 float* __restrict dst, int64_t rows, int64_t n) {
  for (int64_t r = 0; r < rows; ++r) {
    const float *u = a + r * n, *v = b + r * n;
    double sums[kLanes] = {};
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
      for (int64_t l = 0; l < kLanes; ++l) sums[l] += u[i + l] * v[i + l];
    }
    for (; i < n; ++i) sums[0] += u[i] * v[i];
    double sum = 0;
    for (int64_t l = 0; l < kLanes; ++l) sum += sums[l];
    dst[r] = static_cast<float>(sum);
  }
}

OCTANT_INLINE void columns_loop(const float* __restrict x, float* __restrict dst,
                                double* __restrict sums, int64_t rows, int64_t n) {
  for (int64_t i = 0; i < n; ++i) sums[i] = 0;
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t i = 0; i < n; ++i) sums[i] += x[r * n + i];
  }
  for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<float>(sums[i]);
}

}  // namespace

OCTANT_VARIANTS(extrema_variants, extrema_loop,
                (const float* x, const float* y, int64_t rows, int64_t n, float* out),
                (x, y, rows, n, out))
OCTANT_VARIANTS(through_variants, through_loop,
                (const float* x, const float* y, const float* parameters, uint8_t* bytes,
                 float* dst, int64_t n, const Stage* kinds, int64_t count),
                (x, y, parameters, bytes, dst, n, kinds, count))
OCTANT_VARIANTS(rows_variants, rows_loop,
                (const float* x, const float* parameters, uint8_t* bytes, float* dst, int64_t rows,
                 int64_t n),
                (x, parameters, bytes, dst, rows, n))
OCTANT_VARIANTS(masked_variants, masked_loop,
                (const float* gradient, const uint8_t* bytes, float* dst, int64_t n),
                (gradient, bytes, dst, n))
OCTANT_VARIANTS(products_variants, products_loop,
                (const float* a, const float* b, float* dst, int64_t rows, int64_t n),
                (a, b, dst, rows, n))
OCTANT_VARIANTS(columns_variants, columns_loop,
                (const float* x, float* dst, double* sums, int64_t rows, int64_t n),
                (x, dst, sums, rows, n))

std::unique_ptr<Kernel> extrema(int64_t rows, int64_t n, bool sum, const std::string& isa) {
  const auto variant = choose(extrema_variants(), isa);
  return std::make_unique<FunctionKernel>(
      named("extrema", variant), sum ? 3 : 2, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        variant.function(in<float>(o, 0), sum ? in<float>(o, 1) : nullptr, rows, n,
                         out<float>(o, sum ? 2 : 1));
      });
}

std::unique_ptr<Kernel> straight_through(int64_t n, bool sum, const std::vector<Stage>& stages,
                                         const std::string& isa) {
  const auto variant = choose(through_variants(), isa);
  return std::make_unique<FunctionKernel>(
      named("straight_through", variant), sum ? 5 : 4, 0,
      [=](const std::vector<void*>& o, void*, int64_t) {
        const size_t at = sum ? 2 : 1;
        variant.function(in<float>(o, 0), sum ? in<float>(o, 1) : nullptr, in<float>(o, at),
                         out<uint8_t>(o, at + 1), out<float>(o, at + 2), n, stages.data(),
                         static_cast<int64_t>(stages.size()));
      });
}

std::unique_ptr<Kernel> straight_through_rows(int64_t rows, int64_t n, const std::string& isa) {
  const auto variant = choose(rows_variants(), isa);
  return std::make_unique<FunctionKernel>(named("straight_through_rows", variant), 4, 0,
                                          [=](const std::vector<void*>& o, void*, int64_t) {
                                            variant.function(in<float>(o, 0), in<float>(o, 1),
                                                             out<uint8_t>(o, 2), out<float>(o, 3),
                                                             rows, n);
                                          });
}

std::unique_ptr<Kernel> masked_gradient(int64_t n, const std::string& isa) {
  const auto variant = choose(masked_variants(), isa);
  return std::make_unique<FunctionKernel>(
      named("masked_gradient", variant), 3, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        variant.function(in<float>(o, 0), in<uint8_t>(o, 1), out<float>(o, 2), n);
      });
}

std::unique_ptr<Kernel> row_products(int64_t rows, int64_t n, const std::string& isa) {
  const auto variant = choose(products_variants(), isa);
  return std::make_unique<FunctionKernel>(
      named("row_products", variant), 3, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        variant.function(in<float>(o, 0), in<float>(o, 1), out<float>(o, 2), rows, n);
      });
}

std::unique_ptr<Kernel> column_sums(int64_t rows, int64_t n, const std::string& isa) {
  const auto variant = choose(columns_variants(), isa);
  return std::make_unique<FunctionKernel>(
      named("column_sums", variant), 2, static_cast<size_t>(n) * sizeof(double),
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        variant.function(in<float>(o, 0), out<float>(o, 1), static_cast<double*>(scratch), rows, n);
      });
}

}  // namespace octant::kernels
