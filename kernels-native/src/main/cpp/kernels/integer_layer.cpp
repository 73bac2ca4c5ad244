#include "integer_layer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "integer_depthwise_layer.h"
#include "integer_dot.h"
#include "integer_dot_layer.h"
#include "integer_ending.h"
#include "integer_loops.h"
#include "integer_tile.h"
#include "integer_window.h"
#include "integer_winograd.h"

namespace octant::kernels {

namespace {

constexpr int64_t kRowBytes = 96 * 1024;
constexpr int64_t kMaxTiles = 12;

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

/// What the layer takes from the list of variants of each loop, for one 8-bit type.
template <typename T>
struct Loops {
  Variant<Tile> tile;
  Variant<FinishedTile> finished;
  Variant<void(const T*, int16_t*, int64_t, int32_t)> widen;
  Variant<FinishLoop<T>> finish;
};

Loops<uint8_t> loops(const std::string& isa, uint8_t) {
  return {choose(integer_tile(), isa), choose(finished_tile(), isa), choose(widen_u8(), isa),
          choose(finish_u8(), isa)};
}

Loops<int8_t> loops(const std::string& isa, int8_t) {
  return {choose(integer_tile(), isa), choose(finished_tile(), isa), choose(widen_s8(), isa),
          choose(finish_s8(), isa)};
}

template <typename T>
class Layer {
 public:
  Layer(const LayerShape& shape, int32_t zero, const int8_t* weights, Requantization r,
        const std::string& isa)
      : shape_(shape),
        zero_(zero),
        requantization_(std::move(r)),
        ending_(ending<T>(requantization_, shape.taps() * shape.in)),
        loops_(loops(isa, T{})),
        tile_rows_(tile_rows(loops_.tile.isa)),
        columns_(tile_columns(loops_.tile.isa)),
        pairs_((shape.taps() * shape.in + 1) / 2),
        panels_((shape.out + columns_ - 1) / columns_) {
    const auto channels = static_cast<size_t>(shape_.groups * shape_.out + columns_);
    requantization_.bias.resize(channels);  // the last panel is whole
    requantization_.multiplier.resize(channels);
    pack_panels(weights);
    const int64_t tiles = kRowBytes / std::max<int64_t>(4 * pairs_, 1) / tile_rows_;
    rows_ = std::clamp<int64_t>(tiles, 1, kMaxTiles) * tile_rows_;
  }

  Isa isa() const { return loops_.tile.isa; }
  size_t constant_bytes() const {
    return packed_.size() * sizeof(int16_t) +
           2 * requantization_.bias.size() * sizeof(float);
  }
  size_t scratch_bytes() const {
    return static_cast<size_t>(row_bytes() + aligned(tile_rows_ * columns_ * 4));
  }

  void run(const T* src, T* dst, const float* const* addends, void* scratch) const {
    auto* rows = static_cast<int16_t*>(scratch);
    auto* sums = reinterpret_cast<int32_t*>(static_cast<char*>(scratch) + row_bytes());
    for (int64_t g = 0; g < shape_.groups; ++g) {
      for (int64_t from = 0; from < shape_.positions(); from += rows_) {
        const int64_t n = std::min(rows_, shape_.positions() - from);
        LayerWindow window(shape_, from);
        for (int64_t r = 0; r < n; ++r, window.advance()) {
          gather(src + window.sample() + g * shape_.in, window, rows + r * 2 * pairs_);
        }
        multiply(rows, sums, dst, addends, g, from, n);
      }
    }
  }

 private:
  int64_t row_bytes() const { return aligned(rows_ * 4 * pairs_); }

  // [group][panel][pair][column][2], the depth ordered as gather() reads: tap, then channel.
  void pack_panels(const int8_t* weights) {
    const int64_t taps = shape_.taps(), in = shape_.in;
    packed_.assign(static_cast<size_t>(shape_.groups * panels_ * pairs_ * columns_ * 2), 0);
    for (int64_t g = 0; g < shape_.groups; ++g) {
      for (int64_t o = 0; o < shape_.out; ++o) {
        const int8_t* row = weights + (g * shape_.out + o) * in * taps;
        const int64_t panel = (g * panels_ + o / columns_) * pairs_;
        for (int64_t t = 0; t < taps; ++t) {
          for (int64_t c = 0; c < in; ++c) {
            const int64_t k = t * in + c;
            const int64_t at = ((panel + k / 2) * columns_ + o % columns_) * 2 + k % 2;
            packed_[static_cast<size_t>(at)] = row[c * taps + t];
          }
        }
      }
    }
  }

  // One row of the left operand: a window of a sample and group, padding as the real number 0.
  void gather(const T* base, const LayerWindow& window, int16_t* row) const {
    const LayerShape& s = shape_;
    // Taps that lie side by side in memory are widened in one go.
    const bool dense = s.dilation[2] == 1 && s.src_stride[2] == s.in;
    const int64_t first = std::clamp<int64_t>(-window.at(2), 0, s.kernel[2]);
    const int64_t last = std::clamp<int64_t>(s.src[2] - window.at(2), first, s.kernel[2]);
    int16_t* out = row;
    for (int64_t a = 0; a < s.kernel[0]; ++a) {
      for (int64_t b = 0; b < s.kernel[1]; ++b) {
        if (!window.inside(0, a) || !window.inside(1, b)) {
          out = zeros(out, s.kernel[2] * s.in);
          continue;
        }
        const T* line =
            base + window.index(0, a) * s.src_stride[0] + window.index(1, b) * s.src_stride[1];
        if (dense) {
          out = zeros(out, first * s.in);
          out = widen(line + (window.at(2) + first) * s.src_stride[2], out, (last - first) * s.in);
          out = zeros(out, (s.kernel[2] - last) * s.in);
          continue;
        }
        for (int64_t c = 0; c < s.kernel[2]; ++c) {
          out = window.inside(2, c) ? widen(line + window.index(2, c) * s.src_stride[2], out, s.in)
                                    : zeros(out, s.in);
        }
      }
    }
    if (out != row + 2 * pairs_) *out = 0;
  }

  int16_t* zeros(int16_t* out, int64_t n) const {
    std::fill_n(out, n, int16_t{0});
    return out + n;
  }
  int16_t* widen(const T* src, int16_t* out, int64_t n) const {
    if (n > 0) loops_.widen.function(src, out, n, zero_);
    return out + n;
  }

  void multiply(const int16_t* rows, int32_t* sums, T* dst, const float* const* addends,
                int64_t group, int64_t from, int64_t n) const {
    const int64_t channels = shape_.groups * shape_.out;
    for (int64_t panel = 0; panel < panels_; ++panel) {
      const int64_t column = panel * columns_;
      const int64_t width = std::min<int64_t>(columns_, shape_.out - column);
      const int64_t channel = group * shape_.out + column;
      const int16_t* weights = packed_.data() + (group * panels_ + panel) * pairs_ * columns_ * 2;
      for (int64_t r = 0; r < n; r += tile_rows_) {
        const int16_t* row = rows + r * 2 * pairs_;
        const int64_t count = std::min(tile_rows_, n - r), at = (from + r) * channels + channel;
        if (ending_ && loops_.finished.function != nullptr) {
          const TileEnding e{requantization_.bias.data() + channel,
                             requantization_.multiplier.data() + channel,
                             *ending_,
                             count,
                             width,
                             channels};
          loops_.finished.function(row, 2 * pairs_, weights, pairs_, e,
                                   reinterpret_cast<uint8_t*>(dst) + at);
          continue;
        }
        loops_.tile.function(row, 2 * pairs_, weights, pairs_, sums);
        const SumBlock block{sums, count, width, columns_, channel, at, channels};
        loops_.finish.function(block, requantization_, addends, dst);
      }
    }
  }

  LayerShape shape_;
  int32_t zero_;
  Requantization requantization_;
  std::optional<Ending> ending_;
  Loops<T> loops_;
  int64_t tile_rows_, columns_, pairs_, panels_, rows_ = 0;
  std::vector<int16_t> packed_;
};

template <typename T>
class LayerCall final : public Call {
 public:
  LayerCall(std::shared_ptr<const Layer<T>> layer, const std::vector<void*>& operands,
            void* scratch)
      : layer_(std::move(layer)),
        src_(static_cast<const T*>(operands[0])),
        dst_(static_cast<T*>(operands[1])),
        scratch_(scratch) {
    for (size_t i = 2; i < operands.size(); ++i) {
      addends_.push_back(static_cast<const float*>(operands[i]));
    }
  }

  void run(int64_t) override { layer_->run(src_, dst_, addends_.data(), scratch_); }

 private:
  std::shared_ptr<const Layer<T>> layer_;
  const T* src_;
  T* dst_;
  std::vector<const float*> addends_;
  void* scratch_;
};

template <typename T>
class LayerKernel final : public Kernel {
 public:
  LayerKernel(std::shared_ptr<const Layer<T>> layer, size_t operands)
      : layer_(std::move(layer)), operands_(operands) {}

  std::unique_ptr<Call> bind(const std::vector<void*>& operands, void* scratch) const override {
    return std::make_unique<LayerCall<T>>(layer_, operands, scratch);
  }
  size_t operand_count() const override { return operands_; }
  size_t scratch_bytes() const override { return layer_->scratch_bytes(); }
  size_t constant_bytes() const override { return layer_->constant_bytes(); }
  std::string implementation() const override {
    return std::string("integer_layer:") + name_of(layer_->isa());
  }

 private:
  std::shared_ptr<const Layer<T>> layer_;
  size_t operands_;
};

template <typename T>
std::unique_ptr<Kernel> make(const LayerShape& shape, int32_t zero, const int8_t* weights,
                             const Requantization& r, const std::string& isa) {
  return std::make_unique<LayerKernel<T>>(
      std::make_shared<const Layer<T>>(shape, zero, weights, r, isa), 2 + r.operands());
}

}  // namespace

std::unique_ptr<Kernel> integer_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                      const int8_t* weights, const Requantization& requantization,
                                      const std::string& isa) {
  if (type != Type::u8 && type != Type::s8) throw Unsupported("an 8-bit layer needs u8 or s8");
  if (shape.depthwise()) {
    return depthwise_layer(type, shape, src_zero_point, weights, requantization, isa);
  }
  if (dot_loops() != nullptr && (isa.empty() || isa == kDotIsa)) {
    return dot_layer(type, shape, src_zero_point, weights, requantization);
  }
  if (auto kernel = winograd_layer(type, shape, src_zero_point, weights, requantization, isa)) {
    return kernel;
  }
  return type == Type::u8 ? make<uint8_t>(shape, src_zero_point, weights, requantization, isa)
                          : make<int8_t>(shape, src_zero_point, weights, requantization, isa);
}

}  // namespace octant::kernels
