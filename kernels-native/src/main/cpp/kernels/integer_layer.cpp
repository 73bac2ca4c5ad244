#include "integer_layer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "aligned.h"
#include "function_kernel.h"
#include "integer_depthwise_layer.h"
#include "integer_dot.h"
#include "integer_dot_layer.h"
#include "integer_ending.h"
#include "integer_loops.h"
#include "integer_pair.h"
#include "integer_tile.h"
#include "integer_window.h"
#include "integer_winograd.h"

namespace octant::kernels {

namespace {

/// What a block of widened rows or lines may take, in bytes.
constexpr int64_t kBlockBytes = 64 * 1024;
/// Lines of fewer positions leave too much of a tile empty.
constexpr int64_t kFewest = 4;

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

/// How the left operand comes to be: activations less their zero point, in 16 bits.
enum class Rows {
  /// Positions read one pixel each, side by side: rows are widened in one go.
  pixels,
  /// Lines of src are widened with their padding: neighbouring positions of a line read neighbouring
  /// pixels.
  lines,
  /// Each row is gathered by itself.
  gathered
};

template <typename T>
using Widen = void(const T*, int16_t*, int64_t, int32_t);

const Variants<Widen<uint8_t>>& widen(uint8_t) { return widen_u8(); }
const Variants<Widen<int8_t>>& widen(int8_t) { return widen_s8(); }
const Variants<FinishLoop<uint8_t>>& finish(uint8_t) { return finish_u8(); }
const Variants<FinishLoop<int8_t>>& finish(int8_t) { return finish_s8(); }
const Variants<FinishLoop<float>>& finish(float) { return finish_f32(); }

/// In registers; nothing for real numbers.
template <typename R>
std::optional<Ending> ending_of(const Requantization& r, int64_t depth) {
  if constexpr (std::is_same_v<R, float>) {
    return {};
  } else {
    return ending<R>(r, depth);
  }
}

/// Activations less their zero point; padding is the real number 0.
template <typename T>
struct Widening {
  Widen<T>* widen;
  int32_t zero;

  int16_t* zeros(int16_t* out, int64_t n) const {
    std::fill_n(out, n, int16_t{0});
    return out + n;
  }
  int16_t* copy(const T* src, int16_t* out, int64_t n) const {
    if (n > 0) widen(src, out, n, zero);
    return out + n;
  }
};

/// Of activations of type T and results of type R.
template <typename T, typename R>
class Layer {
 public:
  Layer(const LayerShape& shape, int32_t zero, const int8_t* weights, Requantization r,
        const std::string& isa)
      : shape_(shape),
        fill_{choose(octant::kernels::widen(T{}), isa).function, zero},
        requantization_(std::move(r)),
        ending_(ending_of<R>(requantization_, shape.taps() * shape.in)),
        isa_(choose(pair_loops(), isa).isa),
        loops_(*choose(pair_loops(), isa).function),
        finish_(choose(finish(R{}), isa).function),
        rows_(arrangement()),
        lines_(rows_ == Rows::lines ? shape.kernel[1] : 1),
        pairs_((shape.taps() / lines_ * shape.in + 1) / 2),
        panels_((shape.out + loops_.columns - 1) / loops_.columns) {
    const auto channels = static_cast<size_t>(shape_.groups * shape_.out + loops_.columns);
    requantization_.bias.resize(channels);  // the last panel is whole
    requantization_.multiplier.resize(channels);
    if (loops_.finish == nullptr) ending_.reset();
    pack(weights);
    if (rows_ == Rows::lines) {
      pitch_ = ((shape_.dst[2] - 1) * shape_.stride[2] + shape_.kernel[2]) * shape_.in;
      block_ = std::clamp<int64_t>(kBlockBytes / (2 * pitch_ * shape_.stride[1]), 1,
                                   std::max<int64_t>(shape_.dst[1], 1));
    } else {
      pitch_ = 2 * pairs_;
      const int64_t tiles = kBlockBytes / std::max<int64_t>(2 * pitch_, 1) / loops_.rows;
      block_ = std::max<int64_t>(tiles, 1) * loops_.rows;
    }
  }

  Isa isa() const { return isa_; }
  size_t constant_bytes() const {
    return packed_.size() * sizeof(int16_t) + 2 * requantization_.bias.size() * sizeof(float);
  }
  size_t scratch_bytes() const {
    const int64_t rows = rows_ == Rows::lines ? lines_read(shape_, block_) : block_;
    // A pair may begin with the last value of a line.
    return static_cast<size_t>(sum_bytes() + aligned((rows * pitch_ + 1) * int64_t{sizeof(int16_t)}));
  }

  void run(const T* src, R* dst, const float* const* addends, void* scratch) const {
    const Results results{dst, addends, static_cast<int32_t*>(scratch)};
    auto* rows = reinterpret_cast<int16_t*>(static_cast<char*>(scratch) + sum_bytes());
    for (int64_t g = 0; g < shape_.groups; ++g) {
      if (rows_ == Rows::lines) {
        run_lines(src + g * shape_.in, g, rows, results);
      } else {
        run_rows(src + g * shape_.in, g, rows, results);
      }
    }
  }

 private:
  /// Where results go, and what is added to them on the way.
  struct Results {
    R* dst;
    const float* const* addends;
    int32_t* sums;
  };

  int64_t sum_bytes() const { return ending_ ? 0 : kMaxTile * int64_t{sizeof(int32_t)}; }

  Rows arrangement() const {
    const LayerShape& s = shape_;
    bool dense = s.taps() == 1 && s.in % 2 == 0;
    int64_t pixel = s.in;
    for (int i = 2; i >= -1; --i) {
      const int64_t n = i < 0 ? s.samples : s.dst[i];
      const int64_t step = i < 0 ? s.src_sample : s.src_stride[i] * s.stride[i];
      const bool inside = i < 0 || (s.pad[i] == 0 && (n - 1) * s.stride[i] < s.src[i]);
      dense = dense && (n == 1 || step == pixel) && inside;
      pixel *= n;
    }
    if (dense) return Rows::pixels;
    const bool flat = s.src[0] == 1 && s.kernel[0] == 1 && s.pad[0] == 0 && s.dst[0] == 1;
    return flat && s.dilation[2] == 1 && s.src_stride[2] == s.in && s.dst[2] >= kFewest &&
                   lines_read(s, 1) * (s.src[2] + 2 * s.pad[2]) * s.in <= 2 * kBlockBytes
               ? Rows::lines
               : Rows::gathered;
  }

  int64_t columns(int64_t width) const {
    return width > loops_.columns / 2 ? loops_.columns : loops_.columns / 2;
  }

  // [group][panel][line][pair][column][2], the depth of a line ordered by tap, then channel.
  void pack(const int8_t* weights) {
    const int64_t taps = shape_.taps(), in = shape_.in, across = taps / lines_;
    packed_.assign(static_cast<size_t>(shape_.groups * panels_ * panel_size()), 0);
    for (int64_t g = 0; g < shape_.groups; ++g) {
      for (int64_t o = 0; o < shape_.out; ++o) {
        const int8_t* row = weights + (g * shape_.out + o) * in * taps;
        const int64_t panel = o / loops_.columns, column = o % loops_.columns;
        const int64_t n = columns(shape_.out - panel * loops_.columns);
        int16_t* out = packed_.data() + (g * panels_ + panel) * panel_size();
        for (int64_t t = 0; t < taps; ++t) {
          for (int64_t c = 0; c < in; ++c) {
            const int64_t k = t / across * 2 * pairs_ + t % across * in + c;
            out[(k / 2 * n + column) * 2 + k % 2] = row[c * taps + t];
          }
        }
      }
    }
  }

  int64_t panel_size() const { return lines_ * pairs_ * loops_.columns * 2; }

  void run_rows(const T* src, int64_t group, int16_t* rows, const Results& results) const {
    for (int64_t at = 0; at < shape_.positions(); at += block_) {
      const int64_t n = std::min(block_, shape_.positions() - at);
      if (rows_ == Rows::pixels) {
        fill_.copy(src + at * shape_.in, rows, n * shape_.in);
      } else {
        LayerWindow window(shape_, at);
        const int64_t values = shape_.taps() * shape_.in;
        for (int64_t r = 0; r < n; ++r, window.advance()) {
          int16_t* row = rows + r * pitch_;
          read_window(shape_, src + window.sample(), window, row, shape_.kernel[2] * shape_.in,
                      fill_);
          if (values != pitch_) row[values] = 0;
        }
      }
      for (int64_t panel = 0; panel < panels_; ++panel) {
        multiply({rows, pitch_, 0, nullptr, 1, pairs_, n}, group, panel, at, results);
      }
    }
  }

  void run_lines(const T* src, int64_t group, int16_t* lines, const Results& results) const {
    const LayerShape& s = shape_;
    for (int64_t sample = 0; sample < s.samples; ++sample) {
      for (int64_t y = 0; y < s.dst[1]; y += block_) {
        const int64_t n = std::min(block_, s.dst[1] - y);
        for (int64_t i = 0; i < lines_read(s, n); ++i) {
          read_line(s, src + sample * s.src_sample, y * s.stride[1] - s.pad[1] + i, pitch_ / s.in,
                    lines + i * pitch_, fill_);
        }
        for (int64_t panel = 0; panel < panels_; ++panel) {
          for (int64_t i = 0; i < n; ++i) {
            multiply({lines + i * s.stride[1] * pitch_, s.stride[2] * s.in,
                      s.dilation[1] * pitch_, nullptr, lines_, pairs_, s.dst[2]},
                     group, panel, (sample * s.dst[1] + y + i) * s.dst[2], results);
          }
        }
      }
    }
  }

  // Some rows, the first of which is position `from`, times a panel.
  void multiply(PairOperands o, int64_t group, int64_t panel, int64_t from,
                const Results& to) const {
    const int64_t channels = shape_.groups * shape_.out;
    const int64_t column = panel * loops_.columns, n = o.rows;
    const int64_t width = std::min(loops_.columns, shape_.out - column);
    const int64_t channel = group * shape_.out + column;
    const PairEnding e{requantization_.bias.data() + channel,
                       requantization_.multiplier.data() + channel, ending_.value_or(Ending{})};
    o.b = packed_.data() + (group * panels_ + panel) * panel_size();
    for (int64_t r = 0; r < n; r += loops_.rows, o.a += loops_.rows * o.stride) {
      o.rows = std::min(loops_.rows, n - r);
      const int64_t at = (from + r) * channels + channel;
      if (ending_) {
        loops_.finish(o, e, width, reinterpret_cast<uint8_t*>(to.dst) + at, channels);
        continue;
      }
      loops_.sums(o, width, to.sums);
      const SumBlock block{to.sums, o.rows, width, columns(width), channel, at, channels};
      finish_(block, requantization_, to.addends, to.dst);
    }
  }

  LayerShape shape_;
  Widening<T> fill_;
  Requantization requantization_;
  std::optional<Ending> ending_;
  Isa isa_;
  const PairLoops& loops_;
  FinishLoop<R>* finish_;
  Rows rows_;
  /// Lines of a window, and pairs of values of each.
  int64_t lines_, pairs_;
  int64_t panels_;
  /// Values of a row or line; rows or lines that are multiplied at once.
  int64_t pitch_ = 0, block_ = 0;
  Aligned<int16_t> packed_;
};

template <typename T, typename R = T>
std::unique_ptr<Kernel> make(const LayerShape& shape, int32_t zero, const int8_t* weights,
                             const Requantization& r, const std::string& isa) {
  auto layer = std::make_shared<const Layer<T, R>>(shape, zero, weights, r, isa);
  return std::make_unique<FunctionKernel>(
      std::string("integer_layer:") + name_of(layer->isa()), 2 + r.operands(), layer->scratch_bytes(),
      [layer](const std::vector<void*>& o, void* scratch, int64_t) {
        layer->run(in<T>(o, 0), out<R>(o, 1),
                   reinterpret_cast<const float* const*>(o.data() + 2), scratch);
      },
      layer->constant_bytes());
}

}  // namespace

std::unique_ptr<Kernel> integer_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                      const int8_t* weights, const Requantization& requantization,
                                      const std::string& isa) {
  if (type != Type::u8 && type != Type::s8) throw Unsupported("an 8-bit layer needs u8 or s8");
  if (shape.depthwise()) {
    return depthwise_layer(type, shape, src_zero_point, weights, requantization, isa);
  }
  if (auto kernel = winograd_layer(type, shape, src_zero_point, weights, requantization, isa)) {
    return kernel;
  }
  if (dot_loops(isa) != nullptr) {
    return dot_layer(type, shape, src_zero_point, weights, requantization, isa);
  }
  return type == Type::u8 ? make<uint8_t>(shape, src_zero_point, weights, requantization, isa)
                          : make<int8_t>(shape, src_zero_point, weights, requantization, isa);
}

std::unique_ptr<Kernel> integer_layer_to_float(Type type, const LayerShape& shape,
                                               int32_t src_zero_point, const int8_t* weights,
                                               const Requantization& requantization,
                                               const std::string& isa) {
  if (type != Type::u8 && type != Type::s8) throw Unsupported("an 8-bit layer needs u8 or s8");
  return type == Type::u8
             ? make<uint8_t, float>(shape, src_zero_point, weights, requantization, isa)
             : make<int8_t, float>(shape, src_zero_point, weights, requantization, isa);
}

}  // namespace octant::kernels
