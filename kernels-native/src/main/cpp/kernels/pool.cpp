#include "pool.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace octant::kernels {

namespace {

struct Span {
  int64_t begin, end, full;
};

// The part of a window that lies inside the input, and the size of the whole window as PyTorch
// counts it with padding: up to the padded edge, not beyond.
OCTANT_INLINE Span window(int64_t o, int64_t in, int64_t out, int64_t kernel, int64_t stride,
                          int64_t pad, bool adaptive) {
  if (adaptive) {
    const int64_t begin = o * in / out, end = ((o + 1) * in + out - 1) / out;
    return {begin, end, end - begin};
  }
  const int64_t begin = o * stride - pad, end = std::min(begin + kernel, in + pad);
  return {std::max<int64_t>(begin, 0), std::min(end, in), end - begin};
}

template <typename T>
OCTANT_INLINE void average_loop(const T* __restrict src, T* __restrict dst,
                                int32_t* __restrict sums, const PoolShape& s, int32_t zero_point) {
  const int64_t channels = s.channels;
  constexpr double low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  for (int64_t n = 0; n < s.samples; ++n) {
    const T* image = src + n * s.height * s.width * channels;
    for (int64_t oh = 0; oh < s.out_height; ++oh) {
      const Span rows = window(oh, s.height, s.out_height, s.kernel_height, s.stride_height,
                               s.pad_top, s.adaptive);
      for (int64_t ow = 0; ow < s.out_width; ++ow) {
        const Span columns = window(ow, s.width, s.out_width, s.kernel_width, s.stride_width,
                                    s.pad_left, s.adaptive);
        const int64_t inside = std::max<int64_t>(rows.end - rows.begin, 0) *
                               std::max<int64_t>(columns.end - columns.begin, 0);
        const int64_t count = s.count_padding ? rows.full * columns.full : inside;
        const auto offset = static_cast<int32_t>(inside * zero_point);
        for (int64_t c = 0; c < channels; ++c) sums[c] = -offset;
        for (int64_t h = rows.begin; h < rows.end; ++h) {
          for (int64_t w = columns.begin; w < columns.end; ++w) {
            const T* pixel = image + (h * s.width + w) * channels;
            for (int64_t c = 0; c < channels; ++c) sums[c] += pixel[c];
          }
        }
        for (int64_t c = 0; c < channels; ++c) {
          double v = static_cast<double>(sums[c]) / static_cast<double>(count);
          v = __builtin_rint(v + zero_point);
          v = v > low ? v : low;
          v = v < high ? v : high;
          dst[c] = static_cast<T>(static_cast<int32_t>(v));
        }
        dst += channels;
      }
    }
  }
}

// A window's largest values of kLanes channels.
template <int kLanes, typename T>
OCTANT_INLINE void largest(const T* image, const PoolShape& s, const Span& rows,
                           const Span& columns, T* dst) {
  typedef T Vector __attribute__((vector_size(kLanes)));
  Vector most = {};
  most += std::numeric_limits<T>::min();
  for (int64_t h = rows.begin; h < rows.end; ++h) {
    const T* pixel = image + (h * s.width + columns.begin) * s.channels;
    for (int64_t w = columns.begin; w < columns.end; ++w, pixel += s.channels) {
      Vector x;
      std::memcpy(&x, pixel, sizeof x);
      most = x > most ? x : most;
    }
  }
  std::memcpy(dst, &most, sizeof most);
}

// The last block of channels ends with the last channel and may overlap the one before.
template <int kLanes, typename T>
OCTANT_INLINE void maximum_blocks(const T* src, T* dst, const PoolShape& s) {
  for (int64_t n = 0; n < s.samples; ++n) {
    const T* image = src + n * s.height * s.width * s.channels;
    for (int64_t oh = 0; oh < s.out_height; ++oh) {
      const Span rows =
          window(oh, s.height, s.out_height, s.kernel_height, s.stride_height, s.pad_top, false);
      for (int64_t ow = 0; ow < s.out_width; ++ow, dst += s.channels) {
        const Span columns =
            window(ow, s.width, s.out_width, s.kernel_width, s.stride_width, s.pad_left, false);
        for (int64_t from = 0; from < s.channels; from += kLanes) {
          const int64_t c = std::min(from, s.channels - kLanes);
          largest<kLanes>(image + c, s, rows, columns, dst + c);
        }
      }
    }
  }
}

template <typename T>
OCTANT_INLINE void maximum_loop(const T* src, T* dst, const PoolShape& s) {
  if (s.channels >= 64) {
    maximum_blocks<64>(src, dst, s);
  } else if (s.channels >= 32) {
    maximum_blocks<32>(src, dst, s);
  } else {
    maximum_blocks<kMaximumChannels>(src, dst, s);
  }
}

}  // namespace

OCTANT_VARIANTS(maximum_u8, maximum_loop, (const uint8_t* src, uint8_t* dst, const PoolShape& shape),
                (src, dst, shape))
OCTANT_VARIANTS(maximum_s8, maximum_loop, (const int8_t* src, int8_t* dst, const PoolShape& shape),
                (src, dst, shape))
OCTANT_VARIANTS(average_u8, average_loop,
                (const uint8_t* src, uint8_t* dst, int32_t* sums, const PoolShape& shape,
                 int32_t zero_point),
                (src, dst, sums, shape, zero_point))
OCTANT_VARIANTS(average_s8, average_loop,
                (const int8_t* src, int8_t* dst, int32_t* sums, const PoolShape& shape,
                 int32_t zero_point),
                (src, dst, sums, shape, zero_point))

}  // namespace octant::kernels
