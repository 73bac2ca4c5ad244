// Tensors of f32 through clamps and fake quantizes, with bytes that tell where a gradient passes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../kernel.h"
#include "stages.h"

namespace octant::kernels {

/// Smallest and largest value, NaN left out, and 1 if there was NaN: f32 [3] for each of `rows`
/// equal parts. Operands: x [n], one more [n] that is added where `sum`, the result.
std::unique_ptr<Kernel> extrema(int64_t rows, int64_t n, bool sum, const std::string& isa);

/// The stages on x, or on the sum of two tensors. Operands: x [n], the other [n] where `sum`, the
/// stages' parameters, the bytes [n], dst [n].
std::unique_ptr<Kernel> straight_through(int64_t n, bool sum, const std::vector<Stage>& stages,
                                         const std::string& isa);

/// Fake quantization of each row by parameters of its own. Operands: x [rows][n], kStageFloats
/// parameters a row, the bytes, dst.
std::unique_ptr<Kernel> straight_through_rows(int64_t rows, int64_t n, const std::string& isa);

/// The gradient where its byte is not 0, else 0. Operands: gradient [n], the bytes, dst.
std::unique_ptr<Kernel> masked_gradient(int64_t n, const std::string& isa);

/// The sum of the products of each row, taken in f64 from f32 products. Operands: a [rows][n],
/// b [rows][n], dst [rows].
std::unique_ptr<Kernel> row_products(int64_t rows, int64_t n, const std::string& isa);

/// The sum of each column, in f64. Operands: x [rows][n], dst [n].
std::unique_ptr<Kernel> column_sums(int64_t rows, int64_t n, const std::string& isa);

}  // namespace octant::kernels
