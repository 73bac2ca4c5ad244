// Moves elements by position: pads, nearest neighbours, mirrored axes, rows of a table, selections.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "../kernel.h"

namespace octant::kernels {

/// Stands for a position outside of the source, where the result is the fill value.
constexpr int64_t kOutside = INT64_MIN;

/// dst[i, j, …] = src[offsets[0][i] + offsets[1][j] + …], or `fill` where one of them is outside.
/// `offsets` has one entry for each index of each axis of dst, in elements of 1, 4 or 8 bytes; the
/// low bytes of `fill` are an element. Operands: src, dst.
std::unique_ptr<Kernel> take(int element_bytes, const std::vector<std::vector<int64_t>>& offsets,
                             const std::vector<int64_t>& dst_strides, uint64_t fill);

/// dst[o, k, :] = src[o, index[k], :] of dense [outer, n, inner] with runs of `inner` bytes. An
/// index outside of [0, n), or of [−n, n) where negative ones count from the end, throws when it
/// runs. Operands: src, index of s64 [count], dst.
struct Rows {
  int64_t outer, n, inner_bytes, count;
  bool from_end;
};
std::unique_ptr<Kernel> gather(const Rows& rows);

/// dst = condition ? a : b, by bytes of truth; strides of condition, a, b, dst in elements of 1, 4
/// or 8 bytes. Operands: condition, a, b, dst.
std::unique_ptr<Kernel> select(int element_bytes, const std::vector<int64_t>& dims,
                               const std::array<std::vector<int64_t>, 4>& strides);

}  // namespace octant::kernels
