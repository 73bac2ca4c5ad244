// Walks one index space in several strided memories at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace octant::kernels {

/// The index space of `N` strided memories, the last of which is written. Simplified once: axes of
/// length 1 are dropped, axes that are one run in every memory are joined, and the axis that the
/// last memory walks fastest is innermost.
template <size_t N>
class Walk {
 public:
  using Steps = std::array<int64_t, N>;

  Walk(const std::vector<int64_t>& dims, const std::array<std::vector<int64_t>, N>& strides) {
    std::vector<Axis> axes;
    for (size_t i = 0; i < dims.size(); ++i) {
      if (dims[i] == 1) continue;
      Axis axis{dims[i], {}};
      for (size_t m = 0; m < N; ++m) axis.step[m] = strides[m][i];
      axes.push_back(axis);
    }
    std::stable_sort(axes.begin(), axes.end(),
                     [](const Axis& a, const Axis& b) { return a.step[N - 1] > b.step[N - 1]; });
    for (const Axis& axis : axes) {
      if (!axes_.empty() && joins(axes_.back(), axis)) {
        axes_.back() = {axes_.back().length * axis.length, axis.step};
      } else {
        axes_.push_back(axis);
      }
    }
    if (axes_.empty()) {
      Axis one{1, {}};
      one.step.fill(1);
      axes_.push_back(one);
    }
  }

  /// Calls `row(offsets of its first element, elements, steps)` for every run of the innermost
  /// axis.
  template <typename Row>
  void rows(const Row& row) const {
    Steps at{};
    descend(row, at, 0);
  }

 private:
  struct Axis {
    int64_t length;
    Steps step;
  };

  static bool joins(const Axis& outer, const Axis& inner) {
    for (size_t m = 0; m < N; ++m) {
      if (outer.step[m] != inner.length * inner.step[m]) return false;
    }
    return true;
  }

  template <typename Row>
  void descend(const Row& row, const Steps& at, size_t axis) const {
    const Axis& a = axes_[axis];
    if (axis + 1 == axes_.size()) {
      if (a.length > 0) row(at, a.length, a.step);
      return;
    }
    Steps next = at;
    for (int64_t i = 0; i < a.length; ++i) {
      descend(row, next, axis + 1);
      for (size_t m = 0; m < N; ++m) next[m] += a.step[m];
    }
  }

  std::vector<Axis> axes_;
};

}  // namespace octant::kernels
