#include "integer_layer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "integer_loops.h"
#include "integer_tile.h"

namespace octant::kernels {

namespace {

constexpr int64_t kRowBytes = 96 * 1024;
constexpr int64_t kMaxRows = 8 * kTileRows;

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

/// What the layer takes from the list of variants of each loop, for one 8-bit type.
template <typename T>
struct Loops {
  Variant<Tile> tile;
  Variant<void(const T*, int16_t*, int64_t, int32_t)> widen;
  Variant<void(const T*, const int16_t*, int32_t*, int64_t, int32_t)> accumulate;
  Variant<FinishLoop<T>> finish;
};

Loops<uint8_t> loops(const std::string& isa, uint8_t) {
  return {choose(integer_tile(), isa), choose(widen_u8(), isa), choose(accumulate_u8(), isa),
          choose(finish_u8(), isa)};
}

Loops<int8_t> loops(const std::string& isa, int8_t) {
  return {choose(integer_tile(), isa), choose(widen_s8(), isa), choose(accumulate_s8(), isa),
          choose(finish_s8(), isa)};
}

/// Where one output position reads: the sample's first element and the first index of each axis.
struct Origin {
  int64_t sample, at[3];
};

template <typename T>
class Layer {
 public:
  Layer(const LayerShape& shape, int32_t zero, const int8_t* weights, Requantization r,
        const std::string& isa)
      : shape_(shape),
        zero_(zero),
        requantization_(std::move(r)),
        loops_(loops(isa, T{})),
        columns_(tile_columns(loops_.tile.isa)),
        pairs_((shape.taps() * shape.in + 1) / 2),
        panels_((shape.out + columns_ - 1) / columns_) {
    if (shape_.depthwise()) {
      pack_depthwise(weights);
    } else {
      pack_panels(weights);
    }
    const int64_t fit = kRowBytes / std::max<int64_t>(4 * pairs_, 1) / kTileRows * kTileRows;
    rows_ = std::clamp<int64_t>(fit, kTileRows, kMaxRows);
  }

  Isa isa() const { return loops_.tile.isa; }
  size_t constant_bytes() const {
    return packed_.size() * sizeof(int16_t) + 2 * requantization_.bias.size() * sizeof(float);
  }
  size_t scratch_bytes() const {
    if (shape_.depthwise()) return static_cast<size_t>(aligned(shape_.groups * 4));
    return static_cast<size_t>(row_bytes() + aligned(kTileRows * columns_ * 4));
  }

  void run(const T* src, T* dst, const float* const* addends, void* scratch) const {
    if (shape_.depthwise()) {
      run_depthwise(src, dst, addends, static_cast<int32_t*>(scratch));
      return;
    }
    auto* rows = static_cast<int16_t*>(scratch);
    auto* sums = reinterpret_cast<int32_t*>(static_cast<char*>(scratch) + row_bytes());
    for (int64_t g = 0; g < shape_.groups; ++g) {
      for (int64_t from = 0; from < shape_.positions(); from += rows_) {
        const int64_t n = std::min(rows_, shape_.positions() - from);
        for (int64_t r = 0; r < n; ++r) gather(src, g, from + r, rows + r * 2 * pairs_);
        multiply(rows, sums, dst, addends, g, from, n);
      }
    }
  }

 private:
  int64_t row_bytes() const { return aligned(rows_ * 4 * pairs_); }

  // [tap][channel]: neighbouring channels lie together as they do in src.
  void pack_depthwise(const int8_t* weights) {
    packed_.resize(static_cast<size_t>(shape_.taps() * shape_.groups));
    for (int64_t g = 0; g < shape_.groups; ++g) {
      for (int64_t t = 0; t < shape_.taps(); ++t) {
        packed_[static_cast<size_t>(t * shape_.groups + g)] = weights[g * shape_.taps() + t];
      }
    }
  }

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

  Origin origin(int64_t position) const {
    Origin o{};
    for (int i = 2; i >= 0; --i) {
      o.at[i] = position % shape_.dst[i] * shape_.stride[i] - shape_.pad[i];
      position /= shape_.dst[i];
    }
    o.sample = position * shape_.src_sample;
    return o;
  }

  int64_t index(const Origin& o, int axis, int64_t tap) const {
    return o.at[axis] + tap * shape_.dilation[axis];
  }
  bool inside(int axis, int64_t index) const { return index >= 0 && index < shape_.src[axis]; }

  // One row of the left operand: the window of a position, padding as the real number 0.
  void gather(const T* src, int64_t group, int64_t position, int16_t* row) const {
    const LayerShape& s = shape_;
    const Origin o = origin(position);
    const T* base = src + o.sample + group * s.in;
    // Taps that lie side by side in memory are widened in one go.
    const bool dense = s.dilation[2] == 1 && s.src_stride[2] == s.in;
    const int64_t first = std::clamp<int64_t>(-o.at[2], 0, s.kernel[2]);
    const int64_t last = std::clamp<int64_t>(s.src[2] - o.at[2], first, s.kernel[2]);
    int16_t* out = row;
    for (int64_t a = 0; a < s.kernel[0]; ++a) {
      for (int64_t b = 0; b < s.kernel[1]; ++b) {
        const int64_t d = index(o, 0, a), h = index(o, 1, b);
        if (!inside(0, d) || !inside(1, h)) {
          out = zeros(out, s.kernel[2] * s.in);
          continue;
        }
        const T* line = base + d * s.src_stride[0] + h * s.src_stride[1];
        if (dense) {
          out = zeros(out, first * s.in);
          out = widen(line + (o.at[2] + first) * s.src_stride[2], out, (last - first) * s.in);
          out = zeros(out, (s.kernel[2] - last) * s.in);
          continue;
        }
        for (int64_t c = 0; c < s.kernel[2]; ++c) {
          const int64_t w = index(o, 2, c);
          out = inside(2, w) ? widen(line + w * s.src_stride[2], out, s.in) : zeros(out, s.in);
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
      for (int64_t r = 0; r < n; r += kTileRows) {
        loops_.tile.function(rows + r * 2 * pairs_, 2 * pairs_, weights, pairs_, sums);
        for (int64_t i = 0; i < std::min<int64_t>(kTileRows, n - r); ++i) {
          const int64_t at = (from + r + i) * channels + channel;
          loops_.finish.function(sums + i * columns_, width, requantization_, channel, addends, at,
                                 dst + at);
        }
      }
    }
  }

  void run_depthwise(const T* src, T* dst, const float* const* addends, int32_t* sums) const {
    const LayerShape& s = shape_;
    for (int64_t position = 0; position < s.positions(); ++position) {
      const Origin o = origin(position);
      std::fill_n(sums, s.groups, 0);
      const int16_t* weights = packed_.data();
      for (int64_t a = 0; a < s.kernel[0]; ++a) {
        for (int64_t b = 0; b < s.kernel[1]; ++b) {
          for (int64_t c = 0; c < s.kernel[2]; ++c, weights += s.groups) {
            const int64_t d = index(o, 0, a), h = index(o, 1, b), w = index(o, 2, c);
            if (!inside(0, d) || !inside(1, h) || !inside(2, w)) continue;
            const T* pixel =
                src + o.sample + d * s.src_stride[0] + h * s.src_stride[1] + w * s.src_stride[2];
            loops_.accumulate.function(pixel, weights, sums, s.groups, zero_);
          }
        }
      }
      const int64_t at = position * s.groups;
      loops_.finish.function(sums, s.groups, requantization_, 0, addends, at, dst + at);
    }
  }

  LayerShape shape_;
  int32_t zero_;
  Requantization requantization_;
  Loops<T> loops_;
  int64_t columns_, pairs_, panels_, rows_ = kTileRows;
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
  size_t operands = 2;
  for (const LayerStep& step : r.steps) operands += step.kind == LayerStep::Kind::add;
  return std::make_unique<LayerKernel<T>>(
      std::make_shared<const Layer<T>>(shape, zero, weights, r, isa), operands);
}

}  // namespace

std::unique_ptr<Kernel> integer_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                      const int8_t* weights, const Requantization& requantization,
                                      const std::string& isa) {
  if (type != Type::u8 && type != Type::s8) throw Unsupported("an 8-bit layer needs u8 or s8");
  return type == Type::u8 ? make<uint8_t>(shape, src_zero_point, weights, requantization, isa)
                          : make<int8_t>(shape, src_zero_point, weights, requantization, isa);
}

}  // namespace octant::kernels
