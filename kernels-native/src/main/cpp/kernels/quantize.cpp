#include "quantize.h"

#include "affine.h"

namespace octant::kernels {

namespace {

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

void look_up(const uint8_t* src, uint8_t* dst, int64_t n, const uint8_t* table) {
  for (int64_t i = 0; i < n; ++i) dst[i] = table[src[i]];
}

void look_up_channels(const uint8_t* src, uint8_t* dst, int64_t places, int64_t channels,
                      const uint8_t* tables) {
  for (int64_t p = 0; p < places; ++p) {
    for (int64_t c = 0; c < channels; ++c) dst[c] = tables[c * 256 + src[c]];
    src += channels;
    dst += channels;
  }
}

}  // namespace octant::kernels
