#include "quantize.h"

namespace octant::kernels {

namespace {

// A NaN stands for the real number 0. The comparisons clamp before the conversion to an integer.
OCTANT_INLINE int32_t clamp_to_step(float shifted, const Affine& q) {
  const float low = static_cast<float>(q.low);
  const float high = static_cast<float>(q.high);
  float v = shifted == shifted ? shifted : static_cast<float>(q.zero_point);
  v = v > low ? v : low;
  v = v < high ? v : high;
  return static_cast<int32_t>(v);
}

// One rounding in all, the zero point included.
OCTANT_INLINE int32_t to_step(float x, const Affine& q) {
  const float shifted = __builtin_fmaf(x, q.inverse, static_cast<float>(q.zero_point));
  return clamp_to_step(__builtin_rintf(shifted), q);
}

// Rounds before the zero point comes in, as PyTorch's arithmetic does.
OCTANT_INLINE int32_t to_step_then_shift(float x, const Affine& q) {
  const float steps = __builtin_rintf(x * q.inverse);
  return clamp_to_step(steps + static_cast<float>(q.zero_point), q);
}

OCTANT_INLINE float to_real(int32_t q, const Affine& a) {
  return static_cast<float>(q - a.zero_point) * a.scale;
}

template <typename T>
OCTANT_INLINE void quantize_loop(const float* __restrict src, T* __restrict dst, int64_t n,
                                 const Affine& q) {
  const Affine local = q;
  for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<T>(to_step(src[i], local));
}

template <typename T>
OCTANT_INLINE void dequantize_loop(const T* __restrict src, float* __restrict dst, int64_t n,
                                   const Affine& q) {
  const Affine local = q;
  for (int64_t i = 0; i < n; ++i) dst[i] = to_real(src[i], local);
}

template <typename T>
OCTANT_INLINE void clamp_loop(const T* __restrict src, T* __restrict dst, int64_t n, int32_t low,
                              int32_t high) {
  const T lo = static_cast<T>(low), hi = static_cast<T>(high);
  for (int64_t i = 0; i < n; ++i) {
    const T v = src[i] > lo ? src[i] : lo;
    dst[i] = v < hi ? v : hi;
  }
}

struct Add {
  OCTANT_INLINE float operator()(float x, float y) const { return x + y; }
};

struct Multiply {
  OCTANT_INLINE float operator()(float x, float y) const { return x * y; }
};

template <typename Operation, typename T>
OCTANT_INLINE void combine_loop(const T* a, const T* b, T* __restrict dst, int64_t n,
                                int64_t b_step, const Affine& qa, const Affine& qb,
                                const Affine& qd) {
  const Affine la = qa, lb = qb, ld = qd;
  const Operation operation;
  if (b_step == 0) {
    const float y = to_real(b[0], lb);
    for (int64_t i = 0; i < n; ++i) {
      dst[i] = static_cast<T>(to_step_then_shift(operation(to_real(a[i], la), y), ld));
    }
  } else {
    for (int64_t i = 0; i < n; ++i) {
      dst[i] =
          static_cast<T>(to_step_then_shift(operation(to_real(a[i], la), to_real(b[i], lb)), ld));
    }
  }
}

}  // namespace

OCTANT_VARIANTS(quantize_u8, quantize_loop,
                (const float* src, uint8_t* dst, int64_t n, const Affine& q), (src, dst, n, q))
OCTANT_VARIANTS(quantize_s8, quantize_loop,
                (const float* src, int8_t* dst, int64_t n, const Affine& q), (src, dst, n, q))
OCTANT_VARIANTS(dequantize_u8, dequantize_loop,
                (const uint8_t* src, float* dst, int64_t n, const Affine& q), (src, dst, n, q))
OCTANT_VARIANTS(dequantize_s8, dequantize_loop,
                (const int8_t* src, float* dst, int64_t n, const Affine& q), (src, dst, n, q))

OCTANT_VARIANTS(clamp_u8, clamp_loop,
                (const uint8_t* src, uint8_t* dst, int64_t n, int32_t low, int32_t high),
                (src, dst, n, low, high))
OCTANT_VARIANTS(clamp_s8, clamp_loop,
                (const int8_t* src, int8_t* dst, int64_t n, int32_t low, int32_t high),
                (src, dst, n, low, high))

OCTANT_VARIANTS(add_u8, combine_loop<Add>,
                (const uint8_t* a, const uint8_t* b, uint8_t* dst, int64_t n, int64_t b_step,
                 const Affine& qa, const Affine& qb, const Affine& qd),
                (a, b, dst, n, b_step, qa, qb, qd))
OCTANT_VARIANTS(add_s8, combine_loop<Add>,
                (const int8_t* a, const int8_t* b, int8_t* dst, int64_t n, int64_t b_step,
                 const Affine& qa, const Affine& qb, const Affine& qd),
                (a, b, dst, n, b_step, qa, qb, qd))
OCTANT_VARIANTS(multiply_u8, combine_loop<Multiply>,
                (const uint8_t* a, const uint8_t* b, uint8_t* dst, int64_t n, int64_t b_step,
                 const Affine& qa, const Affine& qb, const Affine& qd),
                (a, b, dst, n, b_step, qa, qb, qd))
OCTANT_VARIANTS(multiply_s8, combine_loop<Multiply>,
                (const int8_t* a, const int8_t* b, int8_t* dst, int64_t n, int64_t b_step,
                 const Affine& qa, const Affine& qb, const Affine& qd),
                (a, b, dst, n, b_step, qa, qb, qd))

void look_up(const uint8_t* src, uint8_t* dst, int64_t n, const uint8_t* table) {
  for (int64_t i = 0; i < n; ++i) dst[i] = table[src[i]];
}

}  // namespace octant::kernels
