#include "resample.h"

#include "function_kernel.h"

namespace octant::kernels {

namespace {

template <typename T>
OCTANT_INLINE void rows_loop(const T* image, double* __restrict sums, int64_t n, const int64_t* at,
                             const double* weight, int64_t taps, int64_t stride,
                             double zero_point) {
  for (int64_t i = 0; i < n; ++i) sums[i] = 0;
  for (int64_t t = 0; t < taps; ++t) {
    const T* row = image + at[t] * stride;
    const double w = weight[t];
    for (int64_t i = 0; i < n; ++i) sums[i] += w * (static_cast<double>(row[i]) - zero_point);
  }
}

OCTANT_INLINE void store(double v, float* dst, double) { *dst = static_cast<float>(v); }
template <typename T>
OCTANT_INLINE void store(double v, T* dst, double zero_point) {
  *dst = static_cast<T>(static_cast<int32_t>(__builtin_rint(v + zero_point)));
}

template <typename T>
OCTANT_INLINE void columns_loop(const double* sums, T* __restrict dst, int64_t channels,
                                const int64_t* at, const double* weight, int64_t taps,
                                double zero_point) {
  if (taps == 2) {
    const double* a = sums + at[0] * channels;
    const double* b = sums + at[1] * channels;
    const double u = weight[0], v = weight[1];
    for (int64_t c = 0; c < channels; ++c) store(0.0 + u * a[c] + v * b[c], dst + c, zero_point);
    return;
  }
  for (int64_t c = 0; c < channels; ++c) {
    double v = 0;
    for (int64_t t = 0; t < taps; ++t) v += weight[t] * sums[at[t] * channels + c];
    store(v, dst + c, zero_point);
  }
}

}  // namespace

OCTANT_VARIANTS(row_sums_f32, rows_loop,
                (const float* image, double* sums, int64_t n, const int64_t* at,
                 const double* weight, int64_t taps, int64_t stride, double zero_point),
                (image, sums, n, at, weight, taps, stride, zero_point))
OCTANT_VARIANTS(row_sums_u8, rows_loop,
                (const uint8_t* image, double* sums, int64_t n, const int64_t* at,
                 const double* weight, int64_t taps, int64_t stride, double zero_point),
                (image, sums, n, at, weight, taps, stride, zero_point))
OCTANT_VARIANTS(row_sums_s8, rows_loop,
                (const int8_t* image, double* sums, int64_t n, const int64_t* at,
                 const double* weight, int64_t taps, int64_t stride, double zero_point),
                (image, sums, n, at, weight, taps, stride, zero_point))
OCTANT_VARIANTS(column_sums_f32, columns_loop,
                (const double* sums, float* dst, int64_t channels, const int64_t* at,
                 const double* weight, int64_t taps, double zero_point),
                (sums, dst, channels, at, weight, taps, zero_point))
OCTANT_VARIANTS(column_sums_u8, columns_loop,
                (const double* sums, uint8_t* dst, int64_t channels, const int64_t* at,
                 const double* weight, int64_t taps, double zero_point),
                (sums, dst, channels, at, weight, taps, zero_point))
OCTANT_VARIANTS(column_sums_s8, columns_loop,
                (const double* sums, int8_t* dst, int64_t channels, const int64_t* at,
                 const double* weight, int64_t taps, double zero_point),
                (sums, dst, channels, at, weight, taps, zero_point))

namespace {

template <typename T>
std::unique_ptr<Kernel> resample_with(const Variants<RowSums<T>>& row_variants,
                                      const Variants<ColumnSums<T>>& column_variants,
                                      int64_t samples, int64_t channels, const AxisTaps& rows,
                                      const AxisTaps& columns, double zero_point,
                                      const std::string& isa) {
  const auto over_rows = choose(row_variants, isa);
  const auto over_columns = choose(column_variants, isa);
  const int64_t width = columns.in * channels;
  return std::make_unique<FunctionKernel>(
      named("resample", over_rows), 2, static_cast<size_t>(width) * sizeof(double),
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        auto* sums = static_cast<double*>(scratch);
        T* dst = out<T>(o, 1);
        for (int64_t n = 0; n < samples; ++n) {
          const T* image = in<T>(o, 0) + n * rows.in * width;
          for (int64_t h = 0; h < rows.out(); ++h) {
            const int64_t r = rows.begin[h];
            over_rows.function(image, sums, width, rows.at.data() + r, rows.weight.data() + r,
                               rows.begin[h + 1] - r, width, zero_point);
            for (int64_t w = 0; w < columns.out(); ++w) {
              const int64_t c = columns.begin[w];
              over_columns.function(sums, dst, channels, columns.at.data() + c,
                                    columns.weight.data() + c, columns.begin[w + 1] - c,
                                    zero_point);
              dst += channels;
            }
          }
        }
      });
}

}  // namespace

std::unique_ptr<Kernel> resample(Type type, int64_t samples, int64_t channels, const AxisTaps& rows,
                                 const AxisTaps& columns, int32_t zero_point,
                                 const std::string& isa) {
  switch (type) {
    case Type::f32:
      return resample_with(row_sums_f32(), column_sums_f32(), samples, channels, rows, columns, 0,
                           isa);
    case Type::u8:
      return resample_with(row_sums_u8(), column_sums_u8(), samples, channels, rows, columns,
                           zero_point, isa);
    case Type::s8:
      return resample_with(row_sums_s8(), column_sums_s8(), samples, channels, rows, columns,
                           zero_point, isa);
    default:
      throw Unsupported("resizes f32, u8 and s8");
  }
}

}  // namespace octant::kernels
