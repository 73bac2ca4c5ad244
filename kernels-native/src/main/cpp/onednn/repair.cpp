#include "repair.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../kernels/nonfinite.h"

namespace octant::onednn {

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Elements from the first to the last one, holes included.
int64_t extent(const Layout& layout) {
  int64_t last = 1;
  for (size_t i = 0; i < layout.dims.size(); ++i) {
    if (layout.dims[i] == 0) return 0;
    last += (layout.dims[i] - 1) * layout.strides[i];
  }
  return last;
}

/// Calls `visit(src offset, dst offset)` for each index of `dims`.
template <typename Visit>
void each(const std::vector<int64_t>& dims, const std::vector<int64_t>& src,
          const std::vector<int64_t>& dst, const Visit& visit) {
  std::vector<int64_t> index(dims.size(), 0);
  for (int64_t d : dims) {
    if (d == 0) return;
  }
  for (;;) {
    int64_t from = 0, to = 0;
    for (size_t i = 0; i < dims.size(); ++i) {
      from += index[i] * src[i];
      to += index[i] * dst[i];
    }
    visit(from, to, index);
    size_t axis = dims.size();
    while (axis > 0 && ++index[axis - 1] == dims[axis - 1]) index[--axis] = 0;
    if (axis == 0) return;
  }
}

const float* source(const std::vector<void*>& operands) {
  return static_cast<const float*>(operands[0]);
}

float* destination(const std::vector<void*>& operands) { return static_cast<float*>(operands[1]); }

}  // namespace

Repair repair_eltwise(Attributes::Unary algorithm, const Layout& src, bool alone) {
  const int64_t n = extent(src);
  const bool identity = alone && algorithm == Attributes::Unary::gelu_erf;
  return [=](const std::vector<void*>& operands) {
    const float* from = source(operands);
    float* to = destination(operands);
    if (!kernels::any_extreme(from, n)) return;
    for (int64_t i = 0; i < n; ++i) {
      if (std::isnan(from[i]) || (identity && from[i] >= kernels::kExtreme)) to[i] = from[i];
    }
  };
}

Repair repair_elu(float alpha, const Layout& src) {
  const int64_t n = extent(src);
  return [=](const std::vector<void*>& operands) {
    const float* from = source(operands);
    float* to = destination(operands);
    for (int64_t i = 0; i < n; ++i) {
      const float x = from[i];
      // From here on the next term of the series is beyond the precision of float.
      const bool small = x < 0 && x > -1e-2f;
      to[i] = small ? alpha * (x + x * x * (0.5f + x * (1.0f / 6))) : to[i];
    }
  };
}

Repair repair_maximum(const Layout& src, const Layout& dst, const Window& window) {
  const int64_t n = extent(src);
  return [=](const std::vector<void*>& operands) {
    const float* from = source(operands);
    float* to = destination(operands);
    if (!kernels::any_extreme(from, n)) return;
    const size_t rank = window.kernel.size();
    // Every NaN reaches the windows that cover it.
    each(src.dims, src.strides, src.strides, [&](int64_t at, int64_t, const auto& index) {
      if (!std::isnan(from[at])) return;
      std::vector<int64_t> first(rank), count(rank), stride(rank);
      int64_t base = index[0] * dst.strides[0] + index[1] * dst.strides[1];
      for (size_t i = 0; i < rank; ++i) {
        int64_t begin = dst.dims[i + 2], end = 0;
        for (int64_t tap = 0; tap < window.kernel[i]; ++tap) {
          const int64_t o = index[i + 2] + window.pad_begin[i] - tap * window.dilation[i];
          if (o < 0 || o % window.stride[i] != 0 || o / window.stride[i] >= dst.dims[i + 2]) {
            continue;
          }
          begin = std::min(begin, o / window.stride[i]);
          end = std::max(end, o / window.stride[i] + 1);
        }
        if (begin >= end) return;
        first[i] = begin;
        count[i] = end - begin;
        stride[i] = dst.strides[i + 2];
        base += begin * stride[i];
      }
      each(count, stride, stride, [&](int64_t offset, int64_t, const auto& window_index) {
        // With dilation not every window between the first and the last covers the value.
        for (size_t i = 0; i < rank; ++i) {
          const int64_t reach =
              index[i + 2] + window.pad_begin[i] - (first[i] + window_index[i]) * window.stride[i];
          if (reach < 0 || reach % window.dilation[i] != 0 ||
              reach / window.dilation[i] >= window.kernel[i]) {
            return;
          }
        }
        to[base + offset] = kNaN;
      });
    });
  };
}

Repair repair_softmax(const Layout& src, const Layout& dst, int axis) {
  const int64_t n = extent(src);
  const auto a = static_cast<size_t>(axis);
  return [=](const std::vector<void*>& operands) {
    const float* from = source(operands);
    float* to = destination(operands);
    if (!kernels::any_extreme(from, n)) return;
    std::vector<int64_t> rows = src.dims;
    rows[a] = 1;
    each(rows, src.strides, dst.strides, [&](int64_t at, int64_t into, const auto&) {
      bool undefined = false, bounded = false;
      for (int64_t i = 0; i < src.dims[a]; ++i) {
        const float v = from[at + i * src.strides[a]];
        undefined |= std::isnan(v) || v == std::numeric_limits<float>::infinity();
        bounded |= v != -std::numeric_limits<float>::infinity();
      }
      if (undefined || !bounded) {
        for (int64_t i = 0; i < src.dims[a]; ++i) to[into + i * dst.strides[a]] = kNaN;
      }
    });
  };
}

}  // namespace octant::onednn
