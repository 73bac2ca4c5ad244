#include "integer_loops.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "integer_tile.h"

namespace octant::kernels {

namespace {

template <typename T>
OCTANT_INLINE void widen_loop(const T* __restrict src, int16_t* __restrict dst, int64_t n,
                              int32_t zero) {
  const auto z = static_cast<int16_t>(zero);
  for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<int16_t>(src[i] - z);
}

// Math.max of Java and the comparisons here keep a NaN, which becomes the zero point at the end.
OCTANT_INLINE void apply(const LayerStep& step, float scale, float* v, int64_t n) {
  switch (step.kind) {
    case LayerStep::Kind::leaky_relu:
      if (step.a == 0) {  // 0 · −∞ would be NaN
        for (int64_t i = 0; i < n; ++i) v[i] = v[i] < 0 ? 0.0f : v[i];
      } else {
        for (int64_t i = 0; i < n; ++i) v[i] = v[i] > 0 ? v[i] : v[i] * step.a;
      }
      break;
    case LayerStep::Kind::clamp:
      for (int64_t i = 0; i < n; ++i) {
        const float low = v[i] < step.a ? step.a : v[i];
        v[i] = low > step.b ? step.b : low;
      }
      break;
    case LayerStep::Kind::tanh:
      for (int64_t i = 0; i < n; ++i) {
        const double real = static_cast<double>(v[i] * scale);
        v[i] = static_cast<float>(std::tanh(real)) / scale;
      }
      break;
    case LayerStep::Kind::add:
      break;
  }
}

// What sums are before they are rounded, in steps of T's scale, for floats in real numbers. Returns
// how many addends the steps have taken.
template <typename T>
OCTANT_INLINE size_t unrounded(const SumBlock& block, const Requantization& r,
                               const float* const* addends, float* v) {
  const int64_t n = block.rows * block.stride;
  // A clamp or ReLU that comes first takes no loop of its own.
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const LayerStep first = r.steps.empty() ? LayerStep{LayerStep::Kind::add} : r.steps[0];
  const bool relu = first.kind == LayerStep::Kind::leaky_relu && first.a == 0;
  const bool clamps = relu || first.kind == LayerStep::Kind::clamp;
  const float first_low = clamps ? first.a : -infinity;
  const float first_high = clamps && !relu ? first.b : infinity;
  const float* __restrict bias = r.bias.data() + block.channel;
  const float* __restrict multiplier = r.multiplier.data() + block.channel;
  for (int64_t row = 0; row < n; row += block.stride) {
    for (int64_t c = 0; c < block.stride; ++c) {
      const float sum = static_cast<float>(block.sums[row + c]);
      float x = std::is_same_v<T, float> ? sum * multiplier[c] + bias[c]
                                         : (sum + bias[c]) * multiplier[c];
      x = x < first_low ? first_low : x;
      v[row + c] = x > first_high ? first_high : x;
    }
  }
  size_t addition = 0;
  for (size_t i = clamps ? 1 : 0; i < r.steps.size(); ++i) {
    const LayerStep& step = r.steps[i];
    if (step.kind == LayerStep::Kind::add) {
      const float* addend = addends[addition++] + block.at;
      for (int64_t i = 0; i < block.rows; ++i) {
        for (int64_t c = 0; c < block.width; ++c) {
          v[i * block.stride + c] += addend[i * block.pitch + c] / r.scale;
        }
      }
    } else {
      apply(step, r.scale, v, n);
    }
  }
  return addition;
}

// Values pass through memory between short loops over a whole block, each of which the compiler
// turns into vectors. Clamping to whole numbers before rounding gives what clamping after it gives;
// a float of that size plus 1.5 · 2^23 holds it, rounded to the nearest even, in its low bits.
template <typename T>
OCTANT_INLINE void finish_loop(const SumBlock& block, const Requantization& r,
                               const float* const* addends, T* __restrict dst) {
  const float zero = static_cast<float>(r.zero_point);
  const float before = r.rounds_first ? 0.0f : zero;
  const float after = zero - before;
  const float low = static_cast<float>(std::numeric_limits<T>::min()) - after;
  const float high = static_cast<float>(std::numeric_limits<T>::max()) - after;
  constexpr float magic = 12582912.0f;
  const int32_t offset = static_cast<int32_t>(after) - 0x4B400000;
  const int64_t n = block.rows * block.stride;
  float v[kMaxTile];
  T q[kMaxTile];
  const size_t addition = unrounded<T>(block, r, addends, v);
  for (int64_t i = 0; i < n; ++i) {
    float x = v[i] + before;
    x = x == x ? x : before;  // NaN is the real number 0
    x = x > low ? x : low;
    x = (x < high ? x : high) + magic;
    int32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    q[i] = static_cast<T>(bits + offset);
  }
  if (r.addition) {
    const PairAffine& p = *r.addition;
    const T* addend = reinterpret_cast<const T*>(addends[addition]) + block.at;
    for (int64_t i = 0; i < block.rows; ++i) {
      const T* __restrict own = q + i * block.stride;
      const T* __restrict other = addend + i * block.pitch;
      T* __restrict sum = dst + block.at + i * block.pitch;
      for (int64_t c = 0; c < block.width; ++c) {
        const float x = to_real(own[c], p.a) + to_real(other[c], p.b);
        sum[c] = static_cast<T>(to_step_then_shift(x, p.dst));
      }
    }
    return;
  }
  for (int64_t i = 0; i < block.rows; ++i) {
    std::memcpy(dst + block.at + i * block.pitch, q + i * block.stride,
                static_cast<size_t>(block.width));
  }
}

OCTANT_INLINE void finish_real(const SumBlock& block, const Requantization& r,
                               const float* const* addends, float* __restrict dst) {
  float v[kMaxTile];
  unrounded<float>(block, r, addends, v);
  for (int64_t i = 0; i < block.rows; ++i) {
    std::memcpy(dst + block.at + i * block.pitch, v + i * block.stride,
                static_cast<size_t>(block.width) * sizeof(float));
  }
}

}  // namespace

OCTANT_VARIANTS(widen_u8, widen_loop, (const uint8_t* src, int16_t* dst, int64_t n, int32_t zero),
                (src, dst, n, zero))
OCTANT_VARIANTS(widen_s8, widen_loop, (const int8_t* src, int16_t* dst, int64_t n, int32_t zero),
                (src, dst, n, zero))
OCTANT_VARIANTS(finish_u8, finish_loop,
                (const SumBlock& block, const Requantization& r, const float* const* addends,
                 uint8_t* dst),
                (block, r, addends, dst))
OCTANT_VARIANTS(finish_s8, finish_loop,
                (const SumBlock& block, const Requantization& r, const float* const* addends,
                 int8_t* dst),
                (block, r, addends, dst))
OCTANT_VARIANTS(finish_f32, finish_real,
                (const SumBlock& block, const Requantization& r, const float* const* addends,
                 float* dst),
                (block, r, addends, dst))

}  // namespace octant::kernels
