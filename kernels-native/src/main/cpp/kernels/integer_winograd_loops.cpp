#include "integer_winograd_loops.h"

namespace octant::kernels {

namespace {

// Arithmetic modulo 2^16 and 2^32: of the input every value fits, of the products only what comes
// out at the end has to.
struct Reach {
  uint16_t d0, d1, d2, d3, d4, d5;

  OCTANT_INLINE void transform(int16_t* out, int64_t pitch) const {
    const uint16_t e = static_cast<uint16_t>(d4 - 4 * d2), f = static_cast<uint16_t>(d3 - 4 * d1);
    const uint16_t a = static_cast<uint16_t>(d4 - d2);
    const uint16_t b = static_cast<uint16_t>(2 * static_cast<uint16_t>(d3 - d1));
    out[0] = static_cast<int16_t>(4 * d0 - d2 + e);
    out[pitch] = static_cast<int16_t>(e + f);
    out[2 * pitch] = static_cast<int16_t>(e - f);
    out[3 * pitch] = static_cast<int16_t>(a + b);
    out[4 * pitch] = static_cast<int16_t>(a - b);
    out[5 * pitch] = static_cast<int16_t>(d5 - f - 4 * d3);
  }
};

template <typename T>
OCTANT_INLINE void lines_loop(const T* const* lines, int64_t n, int32_t zero,
                              int16_t* __restrict dst, int64_t pitch) {
  const T *l0 = lines[0], *l1 = lines[1], *l2 = lines[2], *l3 = lines[3], *l4 = lines[4],
          *l5 = lines[5];
  const auto z = static_cast<uint16_t>(zero);
#pragma GCC ivdep
  for (int64_t k = 0; k < n; ++k) {
    const auto at = [&](const T* line) { return static_cast<uint16_t>(line[k] - z); };
    Reach{at(l0), at(l1), at(l2), at(l3), at(l4), at(l5)}.transform(dst + k, pitch);
  }
}

OCTANT_INLINE void tiles_loop(const int16_t* __restrict line, int64_t channels, int64_t tiles,
                              int16_t* __restrict dst, int64_t plane, int64_t stride) {
  for (int64_t t = 0; t < tiles; ++t) {
    const int16_t* d = line + t * kTileStep * channels;
    int16_t* out = dst + t * stride;
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; ++c) {
      const auto at = [&](int64_t i) { return static_cast<uint16_t>(d[i * channels + c]); };
      Reach{at(0), at(1), at(2), at(3), at(4), at(5)}.transform(out + c, plane);
    }
  }
}

/// The inverse of 9 modulo 2^32.
constexpr uint32_t kNinth = 954437177u;
static_assert(kNinth * 9u == 1u, "the inverse of 9");

// 9 · 2^(e + f) times a sum, with e and f by row and column, becomes the sum: the division by 9 is
// exact modulo 2^32, and the shift if 2^(e + f) times the sum fits 32 bits.
template <int shift>
OCTANT_INLINE int32_t sum_of(uint32_t scaled) {
  return static_cast<int32_t>(scaled * kNinth) >> shift;
}

template <int shift>
OCTANT_INLINE void sums_row(const uint32_t* __restrict m, int64_t columns, int32_t* __restrict y) {
#pragma GCC ivdep
  for (int64_t c = 0; c < columns; ++c) {
    const auto at = [&](int64_t i) { return m[i * kMostColumns + c]; };
    const uint32_t p = at(1) + at(2), q = at(1) - at(2), r = at(3) + at(4), s = at(3) - at(4);
    y[c] = sum_of<shift + 3>(at(0) - 4 * p + r);
    y[columns + c] = sum_of<shift + 2>(s - 2 * q);
    y[2 * columns + c] = sum_of<shift + 1>(r - p);
    y[3 * columns + c] = sum_of<shift + 1>(2 * s - q + at(5));
  }
}

OCTANT_INLINE void sums_loop(const int32_t* __restrict products, int64_t plane, int64_t columns,
                             int32_t* __restrict sums) {
  alignas(64) uint32_t rows[kTileStep][kTileReach * kMostColumns];
  for (int64_t j = 0; j < kTileReach; ++j) {
    const int32_t* m = products + j * plane;
    uint32_t* out = rows[0] + j * kMostColumns;
    constexpr int64_t next = kTileReach * kMostColumns;
#pragma GCC ivdep
    for (int64_t c = 0; c < columns; ++c) {
      const auto at = [&](int64_t i) {
        return static_cast<uint32_t>(m[i * kTileReach * plane + c]);
      };
      const uint32_t p = at(1) + at(2), q = at(1) - at(2), r = at(3) + at(4), s = at(3) - at(4);
      out[c] = at(0) - 4 * p + r;
      out[next + c] = s - 2 * q;
      out[2 * next + c] = r - p;
      out[3 * next + c] = 2 * s - q + at(5);
    }
  }
  sums_row<3>(rows[0], columns, sums);
  sums_row<2>(rows[1], columns, sums + kTileStep * columns);
  sums_row<1>(rows[2], columns, sums + 2 * kTileStep * columns);
  sums_row<1>(rows[3], columns, sums + 3 * kTileStep * columns);
}

}  // namespace

OCTANT_VARIANTS(winograd_lines_u8, lines_loop,
                (const uint8_t* const* lines, int64_t n, int32_t zero, int16_t* dst, int64_t pitch),
                (lines, n, zero, dst, pitch))
OCTANT_VARIANTS(winograd_lines_s8, lines_loop,
                (const int8_t* const* lines, int64_t n, int32_t zero, int16_t* dst, int64_t pitch),
                (lines, n, zero, dst, pitch))
OCTANT_VARIANTS(winograd_tiles, tiles_loop,
                (const int16_t* line, int64_t channels, int64_t tiles, int16_t* dst, int64_t plane,
                 int64_t stride),
                (line, channels, tiles, dst, plane, stride))
OCTANT_VARIANTS(winograd_sums, sums_loop,
                (const int32_t* products, int64_t plane, int64_t columns, int32_t* sums),
                (products, plane, columns, sums))

}  // namespace octant::kernels
