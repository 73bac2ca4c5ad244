// Images resized: each output position a weighted sum of input positions, rows first, then columns.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../kernel.h"
#include "isa.h"

namespace octant::kernels {

/// What the output positions of an axis read: those of output o are entries [begin[o], begin[o +
/// 1]) of `at` and `weight`.
struct AxisTaps {
  int64_t in;
  std::vector<int64_t> begin, at;
  std::vector<double> weight;

  int64_t out() const { return static_cast<int64_t>(begin.size()) - 1; }
};

/// A row of images [height, width, channels]: sums over rows into `sums` [width · channels].
template <typename T>
using RowSums = void(const T* image, double* sums, int64_t n, const int64_t* at,
                     const double* weight, int64_t taps, int64_t stride, double zero_point);
const Variants<RowSums<float>>& row_sums_f32();
const Variants<RowSums<uint8_t>>& row_sums_u8();
const Variants<RowSums<int8_t>>& row_sums_s8();

/// A pixel of `channels`: sums over columns, then rounded to the type; 8 bits half to even with the
/// zero point included.
template <typename T>
using ColumnSums = void(const double* sums, T* dst, int64_t channels, const int64_t* at,
                        const double* weight, int64_t taps, double zero_point);
const Variants<ColumnSums<float>>& column_sums_f32();
const Variants<ColumnSums<uint8_t>>& column_sums_u8();
const Variants<ColumnSums<int8_t>>& column_sums_s8();

/// Resizes dense images with channels last, computed in double. Weights of 8-bit images are a mean:
/// not negative, of sum 1. Operands: src, dst of `type`.
std::unique_ptr<Kernel> resample(Type type, int64_t samples, int64_t channels, const AxisTaps& rows,
                                 const AxisTaps& columns, int32_t zero_point,
                                 const std::string& isa);

}  // namespace octant::kernels
