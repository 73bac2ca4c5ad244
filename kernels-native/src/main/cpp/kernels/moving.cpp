#include "moving.h"

#include <cstring>
#include <stdexcept>
#include <string>

#include "function_kernel.h"
#include "walk.h"

namespace octant::kernels {

namespace {

/// Calls `body` with a value of the unsigned type of an element.
template <typename Body>
auto with_element(int bytes, const Body& body) {
  switch (bytes) {
    case 1:
      return body(uint8_t{});
    case 4:
      return body(uint32_t{});
    case 8:
      return body(uint64_t{});
    default:
      throw std::invalid_argument("Cannot move elements of " + std::to_string(bytes) +
                                  " bytes, expected 1, 4 or 8");
  }
}

/// Axes ordered from the slowest of dst to the fastest, whose positions are joined to runs.
class Positions {
 public:
  Positions(const std::vector<std::vector<int64_t>>& offsets, const std::vector<int64_t>& strides) {
    for (size_t i = 0; i < offsets.size(); ++i) {
      if (offsets[i].empty()) empty_ = true;
      axes_.push_back({strides[i], offsets[i]});
    }
    std::stable_sort(axes_.begin(), axes_.end(),
                     [](const Axis& a, const Axis& b) { return a.dst > b.dst; });
    if (axes_.empty()) axes_.push_back({1, {0}});
    const std::vector<int64_t>& at = axes_.back().offsets;
    for (size_t i = 0; i < at.size();) {
      Run run{static_cast<int64_t>(i), 1, at[i], 0};
      size_t next = i + 1;
      if (at[i] == kOutside) {
        while (next < at.size() && at[next] == kOutside) ++next;
      } else if (next < at.size() && at[next] != kOutside) {
        run.step = at[next] - at[i];
        while (next < at.size() && at[next] != kOutside && at[next] - at[next - 1] == run.step) {
          ++next;
        }
      }
      run.length = static_cast<int64_t>(next - i);
      runs_.push_back(run);
      i = next;
    }
  }

  template <typename T>
  void move(const T* src, T* dst, T fill) const {
    if (!empty_) move(src, dst, fill, 0, false);
  }

 private:
  struct Axis {
    int64_t dst;
    std::vector<int64_t> offsets;
  };
  struct Run {
    int64_t begin, length, src, step;
  };

  template <typename T>
  void move(const T* src, T* dst, T fill, size_t axis, bool outside) const {
    if (axis + 1 == axes_.size()) return row(src, dst, fill, outside);
    const Axis& a = axes_[axis];
    for (size_t i = 0; i < a.offsets.size(); ++i) {
      const bool beyond = outside || a.offsets[i] == kOutside;
      move(beyond ? src : src + a.offsets[i], dst + static_cast<int64_t>(i) * a.dst, fill, axis + 1,
           beyond);
    }
  }

  template <typename T>
  void row(const T* src, T* dst, T fill, bool outside) const {
    const int64_t step = axes_.back().dst;
    for (const Run& run : runs_) {
      T* to = dst + run.begin * step;
      if (outside || run.src == kOutside) {
        for (int64_t i = 0; i < run.length; ++i) to[i * step] = fill;
        continue;
      }
      const T* from = src + run.src;
      if (run.step == 1 && step == 1) {
        std::memcpy(to, from, static_cast<size_t>(run.length) * sizeof(T));
      } else {
        for (int64_t i = 0; i < run.length; ++i) to[i * step] = from[i * run.step];
      }
    }
  }

  std::vector<Axis> axes_;
  std::vector<Run> runs_;
  bool empty_ = false;
};

}  // namespace

std::unique_ptr<Kernel> take(int element_bytes, const std::vector<std::vector<int64_t>>& offsets,
                             const std::vector<int64_t>& dst_strides, uint64_t fill) {
  const Positions positions(offsets, dst_strides);
  return with_element(element_bytes, [&](auto element) -> std::unique_ptr<Kernel> {
    using T = decltype(element);
    return std::make_unique<FunctionKernel>(
        "take", 2, 0, [=](const std::vector<void*>& o, void*, int64_t) {
          positions.move(in<T>(o, 0), out<T>(o, 1), static_cast<T>(fill));
        });
  });
}

std::unique_ptr<Kernel> gather(const Rows& rows) {
  return std::make_unique<FunctionKernel>(
      "gather", 3, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        const auto* src = in<uint8_t>(o, 0);
        const auto* index = in<int64_t>(o, 1);
        auto* dst = out<uint8_t>(o, 2);
        for (int64_t k = 0; k < rows.count; ++k) {
          if (index[k] < (rows.from_end ? -rows.n : 0) || index[k] >= rows.n) {
            throw std::out_of_range("Cannot look up row " + std::to_string(index[k]) + " of " +
                                    std::to_string(rows.n) + ", expected a row inside");
          }
        }
        const auto bytes = static_cast<size_t>(rows.inner_bytes);
        for (int64_t i = 0; i < rows.outer; ++i) {
          for (int64_t k = 0; k < rows.count; ++k) {
            const int64_t row = index[k] < 0 ? index[k] + rows.n : index[k];
            std::memcpy(dst, src + (i * rows.n + row) * rows.inner_bytes, bytes);
            dst += rows.inner_bytes;
          }
        }
      });
}

std::unique_ptr<Kernel> select(int element_bytes, const std::vector<int64_t>& dims,
                               const std::array<std::vector<int64_t>, 4>& strides) {
  const Walk<4> walk(dims, strides);
  return with_element(element_bytes, [&](auto element) -> std::unique_ptr<Kernel> {
    using T = decltype(element);
    return std::make_unique<FunctionKernel>(
        "select", 4, 0, [=](const std::vector<void*>& o, void*, int64_t) {
          walk.rows([&](const Walk<4>::Steps& at, int64_t n, const Walk<4>::Steps& s) {
            const uint8_t* condition = in<uint8_t>(o, 0) + at[0];
            const T* a = in<T>(o, 1) + at[1];
            const T* b = in<T>(o, 2) + at[2];
            T* dst = out<T>(o, 3) + at[3];
            for (int64_t i = 0; i < n; ++i) {
              dst[i * s[3]] = condition[i * s[0]] != 0 ? a[i * s[1]] : b[i * s[2]];
            }
          });
        });
  });
}

}  // namespace octant::kernels
