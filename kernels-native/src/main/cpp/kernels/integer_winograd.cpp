#include "integer_winograd.h"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "aligned.h"
#include "function_kernel.h"
#include "integer_dot.h"
#include "integer_ending.h"
#include "integer_loops.h"
#include "integer_pair.h"
#include "integer_tile.h"
#include "integer_winograd_loops.h"

namespace octant::kernels {

namespace {

constexpr int64_t kTaps = 9;
/// Channels below which transforming takes longer than multiplying.
constexpr int64_t kFewestChannels = 32;
/// Tiles of a sample below which the direct form with VNNI is as fast.
constexpr int64_t kFewestOfSample = 16;
/// Transformed tiles that are multiplied at once: as many as some bytes hold, and no fewer than make
/// reading a panel of weights worth it.
constexpr int64_t kTileBytes = 320 * 1024;
constexpr int64_t kFewestTiles = 32, kMostTiles = 96;
/// Between planes, so that they do not meet in one set of a cache.
constexpr int64_t kApart = 64;

/// G with its rows scaled to whole numbers.
constexpr int32_t kWeightRows[kTileReach][3] = {{6, 0, 0}, {1, 1, 1},  {1, -1, 1},
                                                {1, 2, 4}, {1, -2, 4}, {0, 0, 6}};

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }
int64_t tiles_along(int64_t results) { return (results + kTileStep - 1) / kTileStep; }

/// A 3×3 window that moves by one over lines of dense pixels.
bool is_window(const LayerShape& s) {
  if (s.groups != 1 || s.kernel[0] != 1 || s.src[0] != 1 || s.dst[0] != 1 || s.pad[0] != 0) {
    return false;
  }
  for (int i = 1; i < 3; ++i) {
    if (s.kernel[i] != 3 || s.stride[i] != 1 || s.dilation[i] != 1) return false;
  }
  return s.src_stride[2] == s.in;
}

/// Whether so much is multiplied less that transforming pays: tiles at the borders are not whole. A
/// direct form with VNNI does twice as much at once, and reads weights an eighth as long: a sample of
/// few tiles would wait for them.
bool is_faster(const LayerShape& s, bool dot) {
  if (std::min(s.in, s.out) < kFewestChannels) return false;
  const int64_t direct = kTaps * s.dst[1] * s.dst[2];
  const int64_t tiles = tiles_along(s.dst[1]) * tiles_along(s.dst[2]);
  return dot ? tiles >= kFewestOfSample && direct >= 3 * kTilePlanes * tiles
             : 2 * direct >= 3 * kTilePlanes * tiles;
}

/// Whether 64 times every sum fits 32 bits, and every transformed value 16.
template <typename T>
bool is_exact(const LayerShape& s, int32_t zero, const int8_t* weights) {
  const int64_t low = std::numeric_limits<T>::min() - zero;
  const int64_t high = std::numeric_limits<T>::max() - zero;
  if (low < -255 || low > 0 || high < 0 || high > 255) return false;
  constexpr int64_t most = int64_t{1} << 25;
  for (int64_t o = 0; o < s.out; ++o) {
    int64_t least = 0, greatest = 0;
    for (int64_t i = 0; i < s.in * kTaps; ++i) {
      const int64_t w = weights[o * s.in * kTaps + i];
      least += std::min(w * low, w * high);
      greatest += std::max(w * low, w * high);
    }
    if (least < -most || greatest >= most) return false;
  }
  return true;
}

template <typename T>
struct Loops {
  std::string name;
  const PairLoops* pair;
  WinogradLines<T>* lines;
  WinogradTiles* tiles;
  WinogradSums* sums;
  FinishLoop<T>* finish;
  RoundedSums* rounded;
  AddedSums* added;
};

template <typename T>
Loops<T> loops(const std::string& name) {
  const DotLoops* dot = dot_loops(name);
  const Variant<const PairLoops>& pair =
      choose(pair_loops(), dot == nullptr ? name : name_of(dot->isa));
  const std::string isa = name_of(pair.isa);
  Loops<T> out{dot == nullptr ? isa : dot->name,
               dot == nullptr ? pair.function : &dot->pairs,
               nullptr,
               choose(winograd_tiles(), isa).function,
               choose(winograd_sums(), isa).function,
               nullptr,
               choose(rounded_sums(), isa).function,
               added_sums<T>(pair.isa)};
  if constexpr (std::is_signed_v<T>) {
    out.lines = choose(winograd_lines_s8(), isa).function;
    out.finish = choose(finish_s8(), isa).function;
  } else {
    out.lines = choose(winograd_lines_u8(), isa).function;
    out.finish = choose(finish_u8(), isa).function;
  }
  return out;
}

template <typename T>
class WinogradLayer {
 public:
  WinogradLayer(const LayerShape& shape, int32_t zero, const int8_t* weights, Requantization r,
                const std::string& isa)
      : shape_(shape),
        zero_(zero),
        requantization_(std::move(r)),
        ending_(rounding<T>(requantization_, shape.in * kTaps)),
        addition_(ending_ && requantization_.addition
                      ? addition<T>(*ending_, *requantization_.addition)
                      : std::nullopt),
        loops_(loops<T>(isa)),
        rows_(loops_.pair->rows),
        columns_(loops_.pair->columns),
        pairs_((shape.in + 1) / 2),
        panels_((shape.out + columns_ - 1) / columns_),
        down_(tiles_along(shape.dst[1])),
        across_(tiles_along(shape.dst[2])) {
    const auto channels = static_cast<size_t>(shape_.out + columns_);
    requantization_.bias.resize(channels);  // the last panel is whole
    requantization_.multiplier.resize(channels);
    pack(weights);
    const int64_t fit = kTileBytes / (kTilePlanes * depth() * int64_t{sizeof(int16_t)});
    block_ = std::min(std::clamp(fit, kFewestTiles, kMostTiles), tiles());
    values_ = block_ * depth() + kApart / int64_t{sizeof(int16_t)};
    products_ = block_ * columns_ + kApart / int64_t{sizeof(int32_t)};
    line_ = (kTileStep * std::min(block_, across_) + kTileReach - kTileStep) * shape_.in;
    padding_.assign(static_cast<size_t>(line_), static_cast<T>(zero_));
  }

  const std::string& isa() const { return loops_.name; }
  size_t constant_bytes() const {
    return packed_.size() * sizeof(int16_t) + padding_.size() +
           2 * requantization_.bias.size() * sizeof(float);
  }
  size_t scratch_bytes() const {
    return static_cast<size_t>(value_bytes() + product_bytes() + sum_bytes() + line_bytes());
  }

  void run(const T* src, T* dst, const float* const* addends, void* scratch) const {
    auto* bytes = static_cast<char*>(scratch);
    const Scratch at{reinterpret_cast<int16_t*>(bytes),
                     reinterpret_cast<int32_t*>(bytes + value_bytes()),
                     reinterpret_cast<int32_t*>(bytes + value_bytes() + product_bytes()),
                     reinterpret_cast<int16_t*>(bytes + value_bytes() + product_bytes() +
                                                sum_bytes())};
    for (int64_t from = 0; from < tiles(); from += block_) {
      const int64_t n = std::min(block_, tiles() - from);
      transform(src, from, n, at);
      for (int64_t panel = 0; panel < panels_; ++panel) {
        multiply(panel, n, at);
        for (int64_t t = 0; t < n; ++t) finish(panel, from + t, t, at, dst, addends);
      }
    }
  }

 private:
  struct Scratch {
    int16_t* values;
    int32_t* products;
    int32_t* sums;
    int16_t* lines;
  };

  int64_t depth() const { return 2 * pairs_; }
  int64_t tiles() const { return shape_.samples * down_ * across_; }
  int64_t value_bytes() const {
    return aligned(kTilePlanes * values_ * int64_t{sizeof(int16_t)});
  }
  int64_t product_bytes() const {
    return aligned(kTilePlanes * products_ * int64_t{sizeof(int32_t)});
  }
  int64_t sum_bytes() const {
    return kTileStep * kTileStep * kMostColumns * int64_t{sizeof(int32_t)};
  }
  int64_t line_bytes() const { return kTileReach * line_ * int64_t{sizeof(int16_t)}; }

  // [panel][plane][pair][column][2].
  void pack(const int8_t* weights) {
    packed_.assign(static_cast<size_t>(panels_ * kTilePlanes * pairs_ * columns_ * 2), 0);
    const int64_t plane = pairs_ * columns_ * 2;
    for (int64_t panel = 0; panel < panels_; ++panel) {
      for (int64_t c = 0; c < shape_.in; ++c) {
        const int64_t width = std::min(columns_, shape_.out - panel * columns_);
        for (int64_t column = 0; column < width; ++column) {
          const int64_t o = panel * columns_ + column;
          spread(weights + (o * shape_.in + c) * kTaps, plane,
                 packed_.data() + panel * kTilePlanes * plane +
                     (c / 2 * columns_ + column) * 2 + c % 2);
        }
      }
    }
  }

  // One window of weights over its planes.
  static void spread(const int8_t* weights, int64_t plane, int16_t* out) {
    int32_t down[kTileReach][3];
    for (int64_t i = 0; i < kTileReach; ++i) {
      const int32_t* g = kWeightRows[i];
      for (int b = 0; b < 3; ++b) {
        down[i][b] = g[0] * weights[b] + g[1] * weights[3 + b] + g[2] * weights[6 + b];
      }
    }
    for (int64_t i = 0; i < kTileReach; ++i) {
      for (int64_t j = 0; j < kTileReach; ++j) {
        const int32_t* g = kWeightRows[j];
        out[(i * kTileReach + j) * plane] = static_cast<int16_t>(
            g[0] * down[i][0] + g[1] * down[i][1] + g[2] * down[i][2]);
      }
    }
  }

  // Tiles side by side share what is transformed down their columns.
  void transform(const T* src, int64_t from, int64_t n, const Scratch& at) const {
    for (int64_t done = 0; done < n;) {
      const int64_t line = (from + done) / across_, first = (from + done) % across_;
      const int64_t count = std::min(n - done, across_ - first);
      const T* sample = src + line / down_ * shape_.src_sample;
      columns(sample, line % down_ * kTileStep - shape_.pad[1],
              first * kTileStep - shape_.pad[2],
              kTileStep * count + kTileReach - kTileStep, at.lines);
      for (int64_t i = 0; i < kTileReach; ++i) {
        loops_.tiles(at.lines + i * line_, shape_.in, count,
                              at.values + i * kTileReach * values_ + done * depth(), values_,
                              depth());
      }
      done += count;
    }
  }

  // Six lines from y on, down some columns from x on, padding as the real number 0.
  void columns(const T* sample, int64_t y, int64_t x, int64_t n, int16_t* lines) const {
    const LayerShape& s = shape_;
    const int64_t first = std::clamp<int64_t>(-x, 0, n);
    const int64_t last = std::clamp<int64_t>(s.src[2] - x, first, n);
    std::array<const T*, kTileReach> from;
    for (int64_t r = 0; r < kTileReach; ++r) {
      const bool inside = y + r >= 0 && y + r < s.src[1] && first < last;
      from[static_cast<size_t>(r)] =
          inside ? sample + (y + r) * s.src_stride[1] + (x + first) * s.in : padding_.data();
    }
    for (int64_t i = 0; i < kTileReach; ++i) {
      int16_t* line = lines + i * line_;
      std::fill_n(line, first * s.in, int16_t{0});
      std::fill_n(line + last * s.in, (n - last) * s.in, int16_t{0});
    }
    loops_.lines(from.data(), (last - first) * s.in, zero_, lines + first * s.in, line_);
  }

  void multiply(int64_t panel, int64_t n, const Scratch& at) const {
    for (int64_t p = 0; p < kTilePlanes; ++p) {
      const int16_t* weights = packed_.data() + (panel * kTilePlanes + p) * pairs_ * columns_ * 2;
      const int16_t* values = at.values + p * values_;
      int32_t* products = at.products + p * products_;
      for (int64_t r = 0; r < n; r += rows_) {
        const int64_t rows = std::min(rows_, n - r);
        loops_.pair->sums({values + r * depth(), depth(), 0, weights, 1, pairs_, rows}, columns_,
                     products + r * columns_);
      }
    }
  }

  /// Whether the sums of so many columns become results in registers.
  bool inRegisters(int64_t width) const {
    if (!ending_) return false;
    return requantization_.addition ? addition_ && loops_.added != nullptr && width == columns_
                                    : loops_.rounded != nullptr;
  }

  // One tile's results, as far as they lie in dst.
  void finish(int64_t panel, int64_t tile, int64_t t, const Scratch& at, T* dst,
              const float* const* addends) const {
    const LayerShape& s = shape_;
    loops_.sums(at.products + t * columns_, products_, columns_, at.sums);
    const int64_t channel = panel * columns_;
    const int64_t width = std::min(columns_, s.out - channel);
    const int64_t x = tile % across_ * kTileStep, y = tile / across_ % down_ * kTileStep;
    const int64_t sample = tile / across_ / down_;
    const int64_t wide = std::min(kTileStep, s.dst[2] - x), high = std::min(kTileStep, s.dst[1] - y);
    for (int64_t i = 0; i < high; ++i) {
      const int32_t* sums = at.sums + i * kTileStep * columns_;
      const int64_t to = ((sample * s.dst[1] + y + i) * s.dst[2] + x) * s.out + channel;
      auto* bytes = reinterpret_cast<uint8_t*>(dst) + to;
      if (inRegisters(width)) {
        const TileEnding e{requantization_.bias.data() + channel,
                           requantization_.multiplier.data() + channel,
                           *ending_,
                           wide,
                           width,
                           s.out};
        if (addition_) {
          const auto* other = reinterpret_cast<const uint8_t*>(addends[0]) + to;
          loops_.added(sums, e, *addition_, other, bytes);
        } else {
          loops_.rounded(sums, e, bytes);
        }
        continue;
      }
      const SumBlock block{sums, wide, width, columns_, channel, to, s.out};
      loops_.finish(block, requantization_, addends, dst);
    }
  }

  LayerShape shape_;
  int32_t zero_;
  Requantization requantization_;
  std::optional<Ending> ending_;
  std::optional<Addition> addition_;
  Loops<T> loops_;
  int64_t rows_, columns_, pairs_, panels_;
  /// Tiles of a sample along its axes, and of a block.
  int64_t down_, across_, block_ = 0;
  /// Numbers of a plane of transformed values, of one of products, of a line.
  int64_t values_ = 0, products_ = 0, line_ = 0;
  Aligned<int16_t> packed_;
  std::vector<T> padding_;
};

template <typename T>
std::unique_ptr<Kernel> make(const LayerShape& shape, int32_t zero, const int8_t* weights,
                             const Requantization& r, const std::string& isa) {
  if (!is_exact<T>(shape, zero, weights)) return nullptr;
  auto layer = std::make_shared<const WinogradLayer<T>>(shape, zero, weights, r, isa);
  return std::make_unique<FunctionKernel>(
      std::string("integer_winograd:") + layer->isa(), 2 + r.operands(), layer->scratch_bytes(),
      [layer](const std::vector<void*>& o, void* scratch, int64_t) {
        layer->run(in<T>(o, 0), out<T>(o, 1),
                   reinterpret_cast<const float* const*>(o.data() + 2), scratch);
      },
      layer->constant_bytes());
}

}  // namespace

std::unique_ptr<Kernel> winograd_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                       const int8_t* weights, const Requantization& requantization,
                                       const std::string& isa) {
  if (!is_window(shape) || !is_faster(shape, dot_loops(isa) != nullptr)) return nullptr;
  return type == Type::u8 ? make<uint8_t>(shape, src_zero_point, weights, requantization, isa)
                          : make<int8_t>(shape, src_zero_point, weights, requantization, isa);
}

}  // namespace octant::kernels
