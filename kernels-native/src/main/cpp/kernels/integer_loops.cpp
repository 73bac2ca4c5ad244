#include "integer_loops.h"

#include <cmath>
#include <limits>

#include "steps.h"

namespace octant::kernels {

namespace {

template <typename T>
OCTANT_INLINE void widen_loop(const T* __restrict src, int16_t* __restrict dst, int64_t n,
                              int32_t zero) {
  const auto z = static_cast<int16_t>(zero);
  for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<int16_t>(src[i] - z);
}

template <typename T>
OCTANT_INLINE void accumulate_loop(const T* __restrict src, const int16_t* __restrict weights,
                                   int32_t* __restrict sums, int64_t n, int32_t zero) {
  const auto z = static_cast<int16_t>(zero);
  for (int64_t i = 0; i < n; ++i) {
    sums[i] += static_cast<int32_t>(static_cast<int16_t>(src[i] - z)) * weights[i];
  }
}

// Math.max of Java and the comparisons here keep a NaN, which becomes the zero point at the end.
OCTANT_INLINE void apply(const LayerStep& step, float scale, float* v, int64_t n) {
  switch (step.kind) {
    case LayerStep::Kind::leaky_relu:
      if (step.a == 0) {
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

template <typename T>
OCTANT_INLINE void finish_loop(const int32_t* __restrict sums, int64_t n, const Requantization& r,
                               int64_t channel, const float* const* addends, int64_t at,
                               T* __restrict dst) {
  constexpr int64_t kBlock = 64;
  constexpr int32_t low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  const float zero = static_cast<float>(r.zero_point);
  float v[kBlock];
  for (int64_t from = 0; from < n; from += kBlock) {
    const int64_t m = n - from < kBlock ? n - from : kBlock;
    const float* bias = r.bias.data() + channel + from;
    const float* multiplier = r.multiplier.data() + channel + from;
    for (int64_t i = 0; i < m; ++i) {
      v[i] = (static_cast<float>(sums[from + i]) + bias[i]) * multiplier[i];
    }
    size_t addition = 0;
    for (const LayerStep& step : r.steps) {
      if (step.kind == LayerStep::Kind::add) {
        const float* addend = addends[addition++] + at + from;
        for (int64_t i = 0; i < m; ++i) v[i] += addend[i] / r.scale;
      } else {
        apply(step, r.scale, v, m);
      }
    }
    if (r.rounds_first) {
      for (int64_t i = 0; i < m; ++i) {
        const float whole = __builtin_rintf(v[i]) + zero;
        dst[from + i] = static_cast<T>(clamp_whole(whole, r.zero_point, low, high));
      }
    } else {
      for (int64_t i = 0; i < m; ++i) {
        const float whole = __builtin_rintf(v[i] + zero);
        dst[from + i] = static_cast<T>(clamp_whole(whole, r.zero_point, low, high));
      }
    }
  }
}

}  // namespace

OCTANT_VARIANTS(widen_u8, widen_loop, (const uint8_t* src, int16_t* dst, int64_t n, int32_t zero),
                (src, dst, n, zero))
OCTANT_VARIANTS(widen_s8, widen_loop, (const int8_t* src, int16_t* dst, int64_t n, int32_t zero),
                (src, dst, n, zero))
OCTANT_VARIANTS(accumulate_u8, accumulate_loop,
                (const uint8_t* src, const int16_t* weights, int32_t* sums, int64_t n,
                 int32_t zero),
                (src, weights, sums, n, zero))
OCTANT_VARIANTS(accumulate_s8, accumulate_loop,
                (const int8_t* src, const int16_t* weights, int32_t* sums, int64_t n, int32_t zero),
                (src, weights, sums, n, zero))
OCTANT_VARIANTS(finish_u8, finish_loop,
                (const int32_t* sums, int64_t n, const Requantization& r, int64_t channel,
                 const float* const* addends, int64_t at, uint8_t* dst),
                (sums, n, r, channel, addends, at, dst))
OCTANT_VARIANTS(finish_s8, finish_loop,
                (const int32_t* sums, int64_t n, const Requantization& r, int64_t channel,
                 const float* const* addends, int64_t at, int8_t* dst),
                (sums, n, r, channel, addends, at, dst))

}  // namespace octant::kernels
