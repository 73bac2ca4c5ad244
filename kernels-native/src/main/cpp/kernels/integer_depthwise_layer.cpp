#include "integer_depthwise_layer.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "aligned.h"
#include "function_kernel.h"
#include "integer_depthwise.h"
#include "integer_ending.h"
#include "integer_loops.h"

namespace octant::kernels {

namespace {

/// What the interleaved groups of a line may take, in bytes: they stay in a first-level cache.
constexpr int64_t kGroupBytes = 24 * 1024;

constexpr int64_t kLine = 64;

template <typename T>
class DepthwiseLayer {
 public:
  DepthwiseLayer(const LayerShape& shape, int32_t zero, const int8_t* weights, Requantization r,
                 const std::string& isa)
      : shape_(shape),
        flip_(std::is_signed_v<T> ? 128 : 0),
        set_(depthwise_set(isa)),
        requantization_(std::move(r)),
        ending_(ending<T>(requantization_, shape.taps())),
        finish_(choose(finish()).function),
        padding_(static_cast<size_t>(shape.groups), static_cast<uint8_t>(zero)),
        zero_(zero + flip_) {
    requantization_.bias.resize(static_cast<size_t>(shape_.groups + kDepthwiseBlock));
    requantization_.multiplier.resize(static_cast<size_t>(shape_.groups + kDepthwiseBlock));
    if (set_.loops[0].finish == nullptr) ending_.reset();
    group();
    block();
    pack(weights);
  }

  const char* isa() const { return set_.isa; }
  size_t constant_bytes() const {
    return packed_.size() + 2 * requantization_.bias.size() * sizeof(float);
  }
  size_t scratch_bytes() const {
    return static_cast<size_t>(lane_bytes() + sum_bytes() + group_bytes());
  }

  void run(const T* src, T* dst, const float* const* addends, void* scratch) const {
    const LayerShape& s = shape_;
    auto* lanes = static_cast<DepthwiseLane*>(scratch);
    auto* sums = reinterpret_cast<int32_t*>(static_cast<char*>(scratch) + lane_bytes());
    auto* groups = static_cast<uint8_t*>(scratch) + lane_bytes() + sum_bytes();
    int64_t at = 0;
    for (int64_t sample = 0; sample < s.samples; ++sample) {
      const auto* base = reinterpret_cast<const uint8_t*>(src + sample * s.src_sample);
      for (int64_t z = 0; z < s.dst[0]; ++z) {
        for (int64_t y = 0; y < s.dst[1]; ++y, at += s.dst[2]) {
          point(base, z, y, lanes);
          line(lanes, groups, sums, at, dst, addends);
        }
      }
    }
  }

 private:
  /// A lane of a group: a line of the window, and columns to its right.
  struct Lane {
    int64_t tap[2], shift;
  };

  /// Channels that are multiplied at once, and where their constants are.
  struct Channels {
    int64_t from, count;
    int loops;
    DepthwiseBlock constants;
  };

  static int64_t width(int loops) { return int64_t{16} << loops; }

  static const Variants<FinishLoop<T>>& finish() {
    if constexpr (std::is_signed_v<T>) {
      return finish_s8();
    } else {
      return finish_u8();
    }
  }

  static int64_t aligned(int64_t bytes) { return (bytes + kLine - 1) / kLine * kLine; }
  int64_t lane_bytes() const {
    return aligned(static_cast<int64_t>(lanes_.size() * sizeof(DepthwiseLane)));
  }
  int64_t sum_bytes() const {
    return ending_ ? 0 : kDepthwisePositions * kDepthwiseBlock * int64_t{sizeof(int32_t)};
  }
  int64_t group_bytes() const { return columns(positions_) * groups() * 4 * width(widest_); }

  int64_t groups() const { return static_cast<int64_t>(lanes_.size()) / set_.lanes; }
  /// Columns that some positions of a line read.
  int64_t columns(int64_t positions) const {
    return (positions - 1) * shape_.stride[2] + (shape_.kernel[2] - 1) * shape_.dilation[2] + 1;
  }

  // Lines of a window that lie below each other make a group, which is read once for each column of
  // the window; of one or two lines that are left, so do neighbouring columns.
  void group() {
    const LayerShape& s = shape_;
    const int64_t lines = s.kernel[0] * s.kernel[1];
    for (int64_t from = 0; from < lines;) {
      const int64_t high = std::min(set_.lanes, lines - from);
      const int64_t wide = set_.lanes / high;
      const int64_t group = groups();
      for (int64_t l = 0; l < set_.lanes; ++l) {
        const int64_t line = from + l % high, shift = l / high % wide;
        lanes_.push_back({{line / s.kernel[1], line % s.kernel[1]}, shift * s.dilation[2]});
      }
      for (int64_t x = 0; x < s.kernel[2]; x += wide) {
        steps_.push_back({group, x, from, high, wide});
      }
      from += high;
    }
  }

  // The widest blocks, and then the narrowest that hold what is left; the last one ends with the
  // last channel and may overlap the one before.
  void block() {
    while (widest_ < 2 && set_.loops[widest_ + 1].interleave != nullptr &&
           width(widest_ + 1) <= shape_.groups) {
      ++widest_;
    }
    for (int64_t from = 0; from < shape_.groups;) {
      int loops = 0;
      while (loops < widest_ && width(loops) < shape_.groups - from) ++loops;
      const int64_t count = std::min(width(loops), shape_.groups);
      from = std::min(from, shape_.groups - count);
      blocks_.push_back({from, count, loops, {}});
      from += count;
    }
    const int64_t column = groups() * 4 * width(widest_);
    const int64_t fit = (kGroupBytes / column - columns(1)) / std::max<int64_t>(shape_.stride[2], 1);
    positions_ = std::clamp<int64_t>(fit + 1, kDepthwisePositions,
                                     std::max<int64_t>(shape_.dst[2], kDepthwisePositions));
    for (int loops = 0; loops <= widest_; ++loops) {
      for (const Step& step : steps_) {
        offsets_[loops].push_back((step.column * shape_.dilation[2] * groups() + step.group) * 4 *
                                  width(loops));
      }
    }
  }

  void pack(const int8_t* weights) {
    const auto steps = static_cast<int64_t>(steps_.size());
    int64_t bytes = 0;
    for (const Channels& c : blocks_) bytes += (steps + 3) * width(c.loops) * 4;
    packed_.assign(static_cast<size_t>(bytes), 0);
    uint8_t* out = packed_.data();
    for (Channels& c : blocks_) {
      const int64_t n = width(c.loops);
      c.constants.weights = out;
      for (const Step& step : steps_) {
        for (int64_t i = 0; i < n; ++i, out += 4) {
          const int64_t channel = depthwise_channel(n, i);
          if (channel >= c.count) continue;
          const int8_t* taps = weights + (c.from + channel) * shape_.taps();
          for (int64_t l = 0; l < step.high * step.wide; ++l) {
            const int64_t column = step.column + l / step.high;
            if (column >= shape_.kernel[2]) continue;
            const int8_t w = taps[(step.line + l % step.high) * shape_.kernel[2] + column];
            if (set_.lanes == 4) {
              std::memcpy(out + l, &w, 1);
            } else {
              const int16_t wide = w;
              std::memcpy(out + 2 * l, &wide, 2);
            }
          }
        }
      }
      auto* start = reinterpret_cast<int32_t*>(out);
      auto* bias = reinterpret_cast<float*>(out + 4 * n);
      auto* multiplier = reinterpret_cast<float*>(out + 8 * n);
      out += 12 * n;
      for (int64_t i = 0; i < n; ++i) {
        const int64_t channel = depthwise_channel(n, i);
        if (channel >= c.count) continue;
        const int8_t* taps = weights + (c.from + channel) * shape_.taps();
        for (int64_t t = 0; t < shape_.taps(); ++t) start[i] -= zero_ * taps[t];
        bias[i] = requantization_.bias[static_cast<size_t>(c.from + channel)];
        multiplier[i] = requantization_.multiplier[static_cast<size_t>(c.from + channel)];
      }
      c.constants.start = start;
      c.constants.bias = bias;
      c.constants.multiplier = multiplier;
    }
  }

  // The line of src that every lane reads for a line of dst.
  void point(const uint8_t* sample, int64_t z, int64_t y, DepthwiseLane* out) const {
    const LayerShape& s = shape_;
    for (const Lane& lane : lanes_) {
      const int64_t a = z * s.stride[0] - s.pad[0] + lane.tap[0] * s.dilation[0];
      const int64_t b = y * s.stride[1] - s.pad[1] + lane.tap[1] * s.dilation[1];
      const bool inside = a >= 0 && a < s.src[0] && b >= 0 && b < s.src[1];
      *out++ = inside ? DepthwiseLane{sample + a * s.src_stride[0] + b * s.src_stride[1],
                                      s.src_stride[2], lane.shift}
                      : DepthwiseLane{padding_.data(), 0, lane.shift};
    }
  }

  void line(DepthwiseLane* lanes, uint8_t* groups, int32_t* sums, int64_t at, T* dst,
            const float* const* addends) const {
    const LayerShape& s = shape_;
    int64_t channel = 0;
    for (const Channels& c : blocks_) {
      for (size_t l = 0; l < lanes_.size(); ++l) lanes[l].line += c.from - channel;
      channel = c.from;
      const DepthwiseLoops& loops = set_.loops[c.loops];
      const int64_t each = this->groups() * 4 * width(c.loops);
      for (int64_t x = 0; x < s.dst[2]; x += positions_) {
        const int64_t n = std::min(positions_, s.dst[2] - x);
        loops.interleave({lanes, this->groups(), x * s.stride[2] - s.pad[2], columns(n), s.src[2],
                          c.count, padding_.data() + c.from, static_cast<uint8_t>(flip_)},
                         groups);
        DepthwisePositions p{groups, each * s.stride[2], n, offsets_[c.loops].data(),
                             static_cast<int64_t>(steps_.size())};
        const int64_t first = (at + x) * s.groups + c.from;
        if (ending_) {
          loops.finish(p, c.constants, *ending_, c.count, reinterpret_cast<uint8_t*>(dst) + first,
                       s.groups);
          continue;
        }
        for (int64_t i = 0; i < n; i += kDepthwisePositions) {
          p.groups = groups + i * p.stride;
          p.positions = std::min(kDepthwisePositions, n - i);
          loops.sums(p, c.constants, sums);
          const SumBlock block{sums,   p.positions,          c.count, width(c.loops),
                               c.from, first + i * s.groups, s.groups};
          finish_(block, requantization_, addends, dst);
        }
      }
    }
  }

  /// A multiplication by a group: at a column of the window, of lines from `line` on.
  struct Step {
    int64_t group, column, line, high, wide;
  };

  LayerShape shape_;
  int32_t flip_;
  const DepthwiseSet& set_;
  Requantization requantization_;
  std::optional<Ending> ending_;
  FinishLoop<T>* finish_;
  /// A pixel of zero points, as src has them; `start` takes them away with those of the data.
  std::vector<uint8_t> padding_;
  int32_t zero_;
  std::vector<Lane> lanes_;
  std::vector<Step> steps_;
  std::vector<Channels> blocks_;
  int widest_ = 0;
  /// Positions of a line whose groups are interleaved at once.
  int64_t positions_ = 0;
  std::vector<int64_t> offsets_[3];
  Aligned<uint8_t> packed_;
};

template <typename T>
std::unique_ptr<Kernel> make(const LayerShape& shape, int32_t zero, const int8_t* weights,
                             const Requantization& r, const std::string& isa) {
  auto layer = std::make_shared<const DepthwiseLayer<T>>(shape, zero, weights, r, isa);
  return std::make_unique<FunctionKernel>(
      std::string("integer_layer:") + layer->isa(), 2 + r.operands(), layer->scratch_bytes(),
      [layer](const std::vector<void*>& o, void* scratch, int64_t) {
        layer->run(in<T>(o, 0), out<T>(o, 1),
                   reinterpret_cast<const float* const*>(o.data() + 2), scratch);
      },
      layer->constant_bytes());
}

}  // namespace

std::unique_ptr<Kernel> depthwise_layer(Type type, const LayerShape& shape, int32_t src_zero_point,
                                        const int8_t* weights,
                                        const Requantization& requantization,
                                        const std::string& isa) {
  return type == Type::u8 ? make<uint8_t>(shape, src_zero_point, weights, requantization, isa)
                          : make<int8_t>(shape, src_zero_point, weights, requantization, isa);
}

}  // namespace octant::kernels
