// Functions of two tensors, element by element, each with strides of its own: 0 stretches an axis.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../kernel.h"
#include "affine.h"
#include "isa.h"

namespace octant::kernels {

/// Codes as Java numbers them (io.octant.kernels.binding.Binary), oneDNN's first.
enum class Pair {
  add = 0,
  mul = 1,
  sub = 2,
  div = 3,
  max = 4,
  min = 5,
  pow = 6,
  eq = 7,
  ne = 8,
  lt = 9,
  le = 10,
  gt = 11,
  ge = 12,
  logical_and = 13,
  logical_or = 14,
  logical_xor = 15
};

/// An index space and the strides of a, b and dst in it, in elements.
struct PairSpace {
  std::vector<int64_t> dims;
  std::array<std::vector<int64_t>, 3> strides;
};

/// One row: `n` elements, of which a and b step by the given strides and dst by 1.
template <typename T, typename R>
using PairRow = void(Pair function, const T* a, const T* b, R* dst, int64_t n, int64_t a_step,
                     int64_t b_step);
/// Arithmetic, add to pow; NaN wins over numbers in max and min, and −0 is smaller than +0.
const Variants<PairRow<float, float>>& pair_f32();
/// Arithmetic, add, mul, sub, max, min; wraps around.
const Variants<PairRow<int64_t, int64_t>>& pair_s64();
const Variants<PairRow<int32_t, int32_t>>& pair_s32();
/// Comparisons and logic, of truth values of a byte.
const Variants<PairRow<float, uint8_t>>& compare_f32();
const Variants<PairRow<int64_t, uint8_t>>& compare_s64();
const Variants<PairRow<uint8_t, uint8_t>>& compare_u8();

/// Add, mul, sub, div, max and min of quantized tensors in float32, quantized again by
/// clamp(rint(x · inverse) + zero_point, low, high).
struct PairAffine {
  Affine a, b, dst;
};
template <typename T>
using QuantizedPairRow = void(Pair function, const T* a, const T* b, T* dst, int64_t n,
                              int64_t a_step, int64_t b_step, const PairAffine& q);
const Variants<QuantizedPairRow<uint8_t>>& quantized_pair_u8();
const Variants<QuantizedPairRow<int8_t>>& quantized_pair_s8();

/// Operands: a and b of `type`, dst of `type`, or u8 for comparisons and logic. Refuses what has no
/// loop. The innermost axis of dst has stride 1.
std::unique_ptr<Kernel> pairwise(Pair function, Type type, const PairSpace& space,
                                 const std::string& isa);

/// Operands: a, b and dst of `type`, 8 bits each.
std::unique_ptr<Kernel> quantized_pairwise(Pair function, Type type, const PairSpace& space,
                                           const PairAffine& q, const std::string& isa);

}  // namespace octant::kernels
