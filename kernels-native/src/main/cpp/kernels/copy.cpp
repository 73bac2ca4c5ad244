#include "copy.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

#include "isa.h"

namespace octant::kernels {

StridedCopy::StridedCopy(int element_bytes, const std::vector<int64_t>& dims,
                         const std::vector<int64_t>& src_strides,
                         const std::vector<int64_t>& dst_strides)
    : element_bytes_(element_bytes) {
  if (element_bytes != 1 && element_bytes != 4 && element_bytes != 8) {
    throw std::invalid_argument("Cannot copy elements of " + std::to_string(element_bytes) +
                                " bytes, expected 1, 4 or 8");
  }
  std::vector<Axis> axes;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] != 1) axes.push_back({dims[i], src_strides[i], dst_strides[i]});
  }
  std::stable_sort(axes.begin(), axes.end(),
                   [](const Axis& a, const Axis& b) { return a.dst > b.dst; });
  for (const Axis& axis : axes) {
    if (!axes_.empty() && axes_.back().src == axis.length * axis.src &&
        axes_.back().dst == axis.length * axis.dst) {
      axes_.back() = {axes_.back().length * axis.length, axis.src, axis.dst};
    } else {
      axes_.push_back(axis);
    }
  }
  if (axes_.empty()) axes_.push_back({1, 1, 1});
}

namespace {

// Rows of an interleaved image have a few channels: a loop a row would be all overhead.
constexpr int64_t kShort = 8;
constexpr int64_t kBlock = 2048;

// Three planes as pixels.
template <typename T>
OCTANT_INLINE void interleave_loop(const T* __restrict a, const T* __restrict b,
                                   const T* __restrict c, T* __restrict dst, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    dst[3 * i] = a[i];
    dst[3 * i + 1] = b[i];
    dst[3 * i + 2] = c[i];
  }
}

}  // namespace

OCTANT_VARIANTS(interleave_bytes, interleave_loop,
                (const uint8_t* a, const uint8_t* b, const uint8_t* c, uint8_t* dst, int64_t n),
                (a, b, c, dst, n))
OCTANT_VARIANTS(interleave_words, interleave_loop,
                (const uint32_t* a, const uint32_t* b, const uint32_t* c, uint32_t* dst, int64_t n),
                (a, b, c, dst, n))

template <typename T>
void StridedCopy::copy_short_rows(const T* src, T* dst, const Axis& rows, const Axis& row) {
  if constexpr (sizeof(T) < 8) {
    if (row.length == 3 && row.dst == 1 && rows.dst == 3 && rows.src == 1) {
      const T *a = src, *b = src + row.src, *c = src + 2 * row.src;
      if constexpr (sizeof(T) == 1) {
        choose(interleave_bytes()).function(a, b, c, dst, rows.length);
      } else {
        choose(interleave_words()).function(a, b, c, dst, rows.length);
      }
      return;
    }
  }
  for (int64_t from = 0; from < rows.length; from += kBlock) {
    const int64_t to = std::min(from + kBlock, rows.length);
    for (int64_t k = 0; k < row.length; ++k) {
      const T* s = src + k * row.src;
      T* d = dst + k * row.dst;
      for (int64_t i = from; i < to; ++i) d[i * rows.dst] = s[i * rows.src];
    }
  }
}

template <typename T>
void StridedCopy::copy(const T* src, T* dst, size_t axis) const {
  const Axis a = axes_[axis];
  if (axis + 2 == axes_.size() && axes_.back().length <= kShort) {
    copy_short_rows(src, dst, a, axes_.back());
  } else if (axis + 1 < axes_.size()) {
    for (int64_t i = 0; i < a.length; ++i) copy(src + i * a.src, dst + i * a.dst, axis + 1);
  } else if (a.src == 1 && a.dst == 1) {
    std::memcpy(dst, src, static_cast<size_t>(a.length) * sizeof(T));
  } else {
    for (int64_t i = 0; i < a.length; ++i) dst[i * a.dst] = src[i * a.src];
  }
}

void StridedCopy::run(const void* src, void* dst) const {
  switch (element_bytes_) {
    case 1:
      return copy(static_cast<const uint8_t*>(src), static_cast<uint8_t*>(dst), 0);
    case 4:
      return copy(static_cast<const uint32_t*>(src), static_cast<uint32_t*>(dst), 0);
    default:
      return copy(static_cast<const uint64_t*>(src), static_cast<uint64_t*>(dst), 0);
  }
}

}  // namespace octant::kernels
