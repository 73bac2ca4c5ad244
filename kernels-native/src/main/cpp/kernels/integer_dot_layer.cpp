#include "integer_dot_layer.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#include "function_kernel.h"
#include "integer_dot.h"
#include "integer_ending.h"
#include "integer_loops.h"
#include "integer_tile.h"
#include "integer_window.h"

namespace octant::kernels {

namespace {

/// What a block of rows or lines may take, in bytes: with a panel of weights less than a
/// second-level cache.
constexpr int64_t kBlockBytes = 64 * 1024;
/// Lines of fewer positions leave too much of a tile empty.
constexpr int64_t kFewest = 10;

/// How the left operand comes to be.
enum class Rows {
  /// It is src: positions that read one pixel each and lie equally far apart.
  src,
  /// Lines of src, or of a copy with its padding: neighbouring positions of a line read
  /// neighbouring pixels.
  lines,
  /// Each row is gathered by itself.
  gathered
};

/// Activations made unsigned; padding is zero points. What lies between has weights of 0.
struct Copying {
  const DotLoops& loops;
  uint8_t flip, zero;

  uint8_t* zeros(uint8_t* out, int64_t n) const {
    if (n > 0) std::memset(out, zero, static_cast<size_t>(n));
    return out + n;
  }
  uint8_t* copy(const uint8_t* src, uint8_t* out, int64_t n) const {
    if (n > 0) loops.copy(src, out, n, flip);
    return out + n;
  }
};

template <typename T>
class DotLayer {
 public:
  DotLayer(const LayerShape& shape, int32_t zero, const int8_t* weights, Requantization r,
           const DotLoops& loops)
      : shape_(shape),
        zero_(zero + kFlip),
        requantization_(std::move(r)),
        ending_(rounding<T>(requantization_, shape.taps() * shape.in)),
        addition_(ending_ && requantization_.addition
                      ? addition<T>(*ending_, *requantization_.addition)
                      : std::nullopt),
        loops_(loops),
        columns_(loops.columns),
        fill_{loops, kFlip, static_cast<uint8_t>(zero_)},
        finish_(choose(finish(), name_of(loops.isa)).function),
        added_(added_sums<T>(loops.isa)),
        lines_(shape.kernel[0] * shape.kernel[1]),
        line_(shape.kernel[2] * shape.in),
        quads_((line_ + 3) / 4),
        panels_((shape.out + columns_ - 1) / columns_) {
    const auto channels = static_cast<size_t>(shape_.groups * shape_.out + columns_);
    requantization_.bias.resize(channels);  // the last panel is whole
    requantization_.multiplier.resize(channels);
    start_.assign(channels, 0);
    pack(weights);
    const bool whole = kFlip == 0 && line_ % 4 == 0;
    step_ = whole ? step() : 0;
    rows_ = step_ != 0 ? Rows::src : isLined() ? Rows::lines : Rows::gathered;
    if (rows_ == Rows::lines) {
      copies_ = !whole || !isInside(1) || !isInside(2);
      const int64_t pixels = (shape_.dst[2] - 1) * shape_.stride[2] + shape_.kernel[2];
      pitch_ = copies_ ? pixels * shape_.in : shape_.src_stride[1];
      block_ = std::clamp<int64_t>(
          kBlockBytes / std::max<int64_t>(pitch_ * shape_.stride[1], 1), 1,
          std::max<int64_t>(shape_.dst[1], 1));
    } else {
      const int64_t tiles = kBlockBytes / std::max<int64_t>(depth(), 1) / loops_.rows;
      block_ = std::max<int64_t>(tiles, 1) * loops_.rows;
    }
  }

  size_t constant_bytes() const {
    return packed_.size() + start_.size() * (sizeof(int32_t) + 2 * sizeof(float));
  }
  size_t scratch_bytes() const {
    const int64_t rows = rows_ == Rows::gathered ? block_ * depth() + kDotSlack
                         : copies_               ? lines_read(shape_, block_) * pitch_ + kDotSlack
                                                 : 0;
    return static_cast<size_t>(sum_bytes() + rows);
  }

  void run(const T* src, T* dst, const float* const* addends, void* scratch) const {
    const Results results{dst, addends, static_cast<int32_t*>(scratch)};
    auto* rows = static_cast<uint8_t*>(scratch) + sum_bytes();
    for (int64_t g = 0; g < shape_.groups; ++g) {
      const auto* from = reinterpret_cast<const uint8_t*>(src) + g * shape_.in;
      if (rows_ == Rows::lines) {
        run_lines(from, g, rows, results);
      } else {
        run_rows(from, g, rows, results);
      }
    }
  }

 private:
  /// Where results go, and what is added to them on the way.
  struct Results {
    T* dst;
    const float* const* addends;
    int32_t* sums;
  };

  static const Variants<FinishLoop<T>>& finish() {
    if constexpr (std::is_signed_v<T>) {
      return finish_s8();
    } else {
      return finish_u8();
    }
  }

  /// Whether the sums of so many columns become results in registers.
  bool inRegisters(int64_t width) const {
    return ending_ &&
           (!requantization_.addition || (addition_ && width == columns_));
  }

  /// Sums of a tile that go through memory: all of them where more follows than a clamp.
  int64_t sum_bytes() const {
    const int64_t last = shape_.out - (panels_ - 1) * columns_;
    if (inRegisters(last) && !addition_) return 0;
    return loops_.rows * columns_ * int64_t{sizeof(int32_t)};
  }

  int64_t depth() const { return lines_ * quads_ * 4; }

  // From one position's input to the next one's where each reads a single pixel; 0 if they are not
  // equally far apart.
  int64_t step() const {
    const LayerShape& s = shape_;
    if (s.taps() != 1) return 0;
    int64_t step = 0, count = 1;
    for (int i = 2; i >= -1; --i) {
      const int64_t n = i < 0 ? s.samples : s.dst[i];
      const int64_t stride = i < 0 ? s.src_sample : s.src_stride[i] * s.stride[i];
      if (i >= 0 && !isInside(i)) return 0;
      if (n == 1) continue;
      if (count == 1) step = stride;
      if (stride != step * count) return 0;
      count *= n;
    }
    return count == 1 ? 1 : step;
  }

  bool isInside(int axis) const {
    const LayerShape& s = shape_;
    return s.pad[axis] == 0 && (s.dst[axis] - 1) * s.stride[axis] +
                                       (s.kernel[axis] - 1) * s.dilation[axis] <
                                   s.src[axis];
  }

  bool isLined() const {
    const LayerShape& s = shape_;
    return s.src[0] == 1 && s.kernel[0] == 1 && s.pad[0] == 0 && s.dst[0] == 1 &&
           s.dilation[2] == 1 && s.src_stride[2] == s.in && s.dst[2] >= kFewest &&
           lines_read(s, 1) * (s.src[2] + 2 * s.pad[2]) * s.in <= 4 * kBlockBytes;
  }

  // [group][panel][line][quad][column][4], the depth of a line ordered by tap, then channel.
  void pack(const int8_t* weights) {
    const int64_t taps = shape_.taps(), in = shape_.in;
    packed_.assign(static_cast<size_t>(shape_.groups * panels_ * depth() * columns_), 0);
    for (int64_t g = 0; g < shape_.groups; ++g) {
      for (int64_t o = 0; o < shape_.out; ++o) {
        const int8_t* row = weights + (g * shape_.out + o) * in * taps;
        const int64_t column = o % columns_, panel = o / columns_;
        const int64_t width = shape_.out - panel * columns_ > columns_ / 2 ? columns_ : columns_ / 2;
        int8_t* out = packed_.data() + (g * panels_ + panel) * depth() * columns_;
        int32_t sum = 0;
        for (int64_t t = 0; t < taps; ++t) {
          for (int64_t c = 0; c < in; ++c) {
            const int64_t k = t / shape_.kernel[2] * quads_ * 4 + t % shape_.kernel[2] * in + c;
            const int8_t w = row[c * taps + t];
            out[(k / 4 * width + column) * 4 + k % 4] = w;
            sum += w;
          }
        }
        start_[static_cast<size_t>(g * shape_.out + o)] = -zero_ * sum;
      }
    }
  }

  // The left operand is src, or a block of rows that are gathered.
  void run_rows(const uint8_t* src, int64_t group, uint8_t* rows, const Results& results) const {
    for (int64_t at = 0; at < shape_.positions(); at += block_) {
      const int64_t n = std::min(block_, shape_.positions() - at);
      const uint8_t* from = rows;
      int64_t stride = depth();
      if (rows_ == Rows::src) {
        from = src + at * step_;
        stride = step_;
      } else {
        LayerWindow window(shape_, at);
        for (int64_t r = 0; r < n; ++r, window.advance()) {
          read_window(shape_, src + window.sample(), window, rows + r * stride, 4 * quads_, fill_);
        }
      }
      for (int64_t panel = 0; panel < panels_; ++panel) {
        row({from, stride, 0, nullptr, 1, lines_ * quads_, n}, group, panel, at, results);
      }
    }
  }

  void run_lines(const uint8_t* src, int64_t group, uint8_t* copied, const Results& results) const {
    const LayerShape& s = shape_;
    for (int64_t sample = 0; sample < s.samples; ++sample) {
      for (int64_t y = 0; y < s.dst[1]; y += block_) {
        const int64_t n = std::min(block_, s.dst[1] - y);
        const int64_t first = y * s.stride[1] - s.pad[1];
        const uint8_t* from = src + sample * s.src_sample;
        if (copies_) {
          uint8_t* out = copied;
          for (int64_t i = 0; i < lines_read(s, n); ++i, out += pitch_) {
            read_line(s, from, first + i, pitch_ / s.in, out, fill_);
          }
          from = copied;
        } else {
          from += first * pitch_;
        }
        for (int64_t panel = 0; panel < panels_; ++panel) {
          for (int64_t i = 0; i < n; ++i) {
            row({from + i * s.stride[1] * pitch_, s.stride[2] * s.in, s.dilation[1] * pitch_,
                 nullptr, lines_, quads_, s.dst[2]},
                group, panel, (sample * s.dst[1] + y + i) * s.dst[2], results);
          }
        }
      }
    }
  }

  // Some rows, the first of which is position `from`, times a panel.
  void row(DotOperands o, int64_t group, int64_t panel, int64_t from, const Results& to) const {
    const int64_t channels = shape_.groups * shape_.out;
    const int64_t column = panel * columns_, n = o.rows;
    const int64_t width = std::min(columns_, shape_.out - column);
    const int64_t channel = group * shape_.out + column;
    const bool kept = inRegisters(width);
    const DotEnding e{start_.data() + channel, requantization_.bias.data() + channel,
                      requantization_.multiplier.data() + channel,
                      ending_.value_or(Ending{})};
    o.b = packed_.data() + (group * panels_ + panel) * depth() * columns_;
    // Equal tiles: 15 rows are not 14 and one.
    const int64_t most = kept ? loops_.rows : std::min(loops_.rows, kMaxTile / columns_);
    const int64_t tiles = (n + most - 1) / most;
    const uint8_t* rows = o.a;
    for (int64_t t = 0; t < tiles; ++t) {
      const int64_t r = t * n / tiles;
      o.a = rows + r * o.stride;
      o.rows = (t + 1) * n / tiles - r;
      const int64_t at = (from + r) * channels + channel;
      auto* dst = reinterpret_cast<uint8_t*>(to.dst) + at;
      if (kept && addition_) {
        const auto* other = reinterpret_cast<const uint8_t*>(to.addends[0]) + at;
        // What is added is needed at the end only.
        for (int64_t i = 0; i < o.rows; ++i) __builtin_prefetch(other + i * channels);
        loops_.sums(o, e.start, width, to.sums);
        added_(to.sums, {e.bias, e.multiplier, e.ending, o.rows, width, channels}, *addition_,
               other, dst);
        continue;
      }
      if (kept) {
        loops_.finish(o, e, width, dst, channels);
        continue;
      }
      loops_.sums(o, e.start, width, to.sums);
      const int64_t stride = width > columns_ / 2 ? columns_ : columns_ / 2;
      const SumBlock block{to.sums, o.rows, width, stride, channel, at, channels};
      finish_(block, requantization_, to.addends, to.dst);
    }
  }

  static constexpr uint8_t kFlip = std::is_signed_v<T> ? 128 : 0;

  LayerShape shape_;
  /// Of activations made unsigned.
  int32_t zero_;
  Requantization requantization_;
  std::optional<Ending> ending_;
  std::optional<Addition> addition_;
  const DotLoops& loops_;
  int64_t columns_;
  Copying fill_;
  FinishLoop<T>* finish_;
  AddedSums* added_;
  /// Lines of a window, values of each, and quads that hold them.
  int64_t lines_, line_, quads_;
  int64_t panels_;
  Rows rows_ = Rows::gathered;
  bool copies_ = false;
  /// Between positions of src, and between its lines; rows or lines that are multiplied at once.
  int64_t step_ = 0, pitch_ = 0, block_ = 0;
  std::vector<int8_t> packed_;
  std::vector<int32_t> start_;
};

template <typename T>
std::unique_ptr<Kernel> make(const LayerShape& shape, int32_t zero, const int8_t* weights,
                             const Requantization& r, const DotLoops& loops) {
  auto layer = std::make_shared<const DotLayer<T>>(shape, zero, weights, r, loops);
  return std::make_unique<FunctionKernel>(
      std::string("integer_layer:") + loops.name, 2 + r.operands(), layer->scratch_bytes(),
      [layer](const std::vector<void*>& o, void* scratch, int64_t) {
        layer->run(in<T>(o, 0), out<T>(o, 1),
                   reinterpret_cast<const float* const*>(o.data() + 2), scratch);
      },
      layer->constant_bytes());
}

}  // namespace

std::unique_ptr<Kernel> dot_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                  const int8_t* weights, const Requantization& requantization,
                                  const std::string& isa) {
  const DotLoops& loops = *dot_loops(isa);
  return type == Type::u8
             ? make<uint8_t>(shape, src_zero_point, weights, requantization, loops)
             : make<int8_t>(shape, src_zero_point, weights, requantization, loops);
}

}  // namespace octant::kernels
