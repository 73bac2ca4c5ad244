// Where the tiles of a 3×3 convolution of stride 1 by Winograd's F(2×2, 3×3) lie: each makes 2×2
// results of 4×4 pixels.
#pragma once

#include <cstdint>

namespace octant::kernels {

/// Channels last: a pixel's channels lie side by side, all else has strides in elements. `pad` is
/// that before the first row and column; behind the last ones is as much as the results ask for.
struct WinogradGrid {
  int64_t samples, src[2], dst[2], pad[2];
  int64_t src_sample, src_stride[2], dst_sample, dst_stride[2];

  int64_t across(int axis) const { return (dst[axis] + 1) / 2; }
  int64_t tiles() const { return samples * across(0) * across(1); }
};

/// One tile after the other, in the order of samples, rows, columns.
class WinogradTile {
 public:
  WinogradTile(const WinogradGrid& grid, int64_t tile) : grid_(&grid) {
    x_ = tile % grid.across(1);
    tile /= grid.across(1);
    y_ = tile % grid.across(0);
    sample_ = tile / grid.across(0);
  }

  void advance() {
    if (++x_ < grid_->across(1)) return;
    x_ = 0;
    if (++y_ < grid_->across(0)) return;
    y_ = 0;
    ++sample_;
  }

  /// The 4×4 pixels that the tile reads; `zeros` where one lies in the padding.
  template <typename T>
  void sources(const T* src, const T* zeros, const T* (&pixels)[16]) const {
    src += sample_ * grid_->src_sample;
    for (int64_t i = 0; i < 4; ++i) {
      const int64_t y = 2 * y_ - grid_->pad[0] + i;
      const bool row = y >= 0 && y < grid_->src[0];
      for (int64_t j = 0; j < 4; ++j) {
        const int64_t x = 2 * x_ - grid_->pad[1] + j;
        const bool inside = row && x >= 0 && x < grid_->src[1];
        pixels[4 * i + j] =
            inside ? src + y * grid_->src_stride[0] + x * grid_->src_stride[1] : zeros;
      }
    }
  }

  /// The 2×2 pixels that the tile makes in a tensor like dst; `outside` where there is none.
  template <typename T>
  void results(T* dst, T* outside, T* (&pixels)[4]) const {
    dst += sample_ * grid_->dst_sample;
    for (int64_t i = 0; i < 4; ++i) {
      const int64_t y = 2 * y_ + i / 2, x = 2 * x_ + i % 2;
      const bool inside = y < grid_->dst[0] && x < grid_->dst[1];
      pixels[i] = inside ? dst + y * grid_->dst_stride[0] + x * grid_->dst_stride[1] : outside;
    }
  }

 private:
  const WinogradGrid* grid_;
  int64_t sample_, y_, x_;
};

}  // namespace octant::kernels
