// Copies between strided layouts: transposes, slices, concatenation parts, layout changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace octant::kernels {

/// A copy of one index space between two strided memories, simplified once: axes of length 1 are
/// dropped, axes that are contiguous in both are joined, and the axis that `dst` walks fastest is
/// innermost. Element size is 1, 4 or 8 bytes.
class StridedCopy {
 public:
  StridedCopy(int element_bytes, const std::vector<int64_t>& dims,
              const std::vector<int64_t>& src_strides, const std::vector<int64_t>& dst_strides);

  void run(const void* src, void* dst) const;

 private:
  struct Axis {
    int64_t length;
    int64_t src;
    int64_t dst;
  };

  template <typename T>
  void copy(const T* src, T* dst, size_t axis) const;

  template <typename T>
  static void copy_short_rows(const T* src, T* dst, const Axis& rows, const Axis& row);

  int element_bytes_;
  std::vector<Axis> axes_;
};

}  // namespace octant::kernels
