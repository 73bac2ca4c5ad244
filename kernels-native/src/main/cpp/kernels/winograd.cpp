#include "winograd.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "function_kernel.h"
#include "nonfinite.h"

namespace octant::kernels {

namespace {

constexpr int64_t kPlaces = 16;
constexpr int64_t kTaps = 9;
constexpr int64_t kLine = 16;  // floats
/// Bytes of transformed pixels and products of a block, which stay in the second-level cache beside
/// the weights that they meet.
constexpr int64_t kBlockBytes = 320 * 1024;
/// Multiply-adds for each float of weights that a block reads, at least: a block of few tiles would
/// wait for weights that do not stay in the cache.
constexpr int64_t kLeastTiles = 112;
/// Tiles that are asked for before they are read or written: pictures are in a farther cache.
constexpr int64_t kAhead = 4;

/// Floats that begin a cache line.
class Floats {
 public:
  explicit Floats(int64_t n)
      : size_(n), data_(static_cast<float*>(std::aligned_alloc(64, (n * 4 + 63) / 64 * 64))) {
    if (data_ == nullptr) throw std::bad_alloc();
    std::fill_n(data_.get(), n, 0.0f);
  }
  float& operator[](int64_t i) { return data_.get()[i]; }
  const float* data() const { return data_.get(); }
  int64_t size() const { return size_; }

 private:
  struct Free {
    void operator()(float* p) const { std::free(p); }
  };
  int64_t size_;
  std::unique_ptr<float, Free> data_;
};

/// An odd number of cache lines, so that places side by side do not meet in one set of a cache.
int64_t odd_lines(int64_t floats) { return ((floats + kLine - 1) / kLine | 1) * kLine; }

class Winograd {
 public:
  Winograd(const WinogradLayer& layer, const float* weights, const float* bias,
           const WinogradLoops& loops)
      : layer_(layer),
        loops_(loops),
        weights_(kPlaces * layer.in * layer.out),
        bias_(layer.out),
        zeros_(layer.in),
        classes_(static_cast<size_t>(layer.in * layer.out)) {
    if (bias != nullptr) std::copy_n(bias, layer.out, &bias_[0]);
    for (int64_t o = 0; o < layer.out; ++o) {
      for (int64_t i = 0; i < layer.in; ++i) pack(weights + (o * layer.in + i) * kTaps, o, i);
    }
    for (const WinogradStep& step : layer.steps) {
      if (step.kind != WinogradStep::Kind::clamp) like_result_.push_back(!step.by_channel);
    }
    const int64_t pixel = kPlaces * 4 * (layer.in + layer.out);
    const int64_t most = std::max(kBlockBytes / pixel, least_tiles());
    tiles_ = std::min(layer.grid.tiles(), std::max(most / loops.rows, int64_t{1}) * loops.rows);
    pitch_ = layer.in + kLine;
    m_pitch_ = layer.out + kLine;
    step_ = odd_lines(tiles_ * pitch_);
    m_step_ = odd_lines(tiles_ * m_pitch_);
  }

  size_t constant_bytes() const {
    return static_cast<size_t>(4 * (weights_.size() + bias_.size() + zeros_.size())) +
           classes_.size() * sizeof(uint32_t);
  }

  size_t scratch_bytes() const {
    return static_cast<size_t>(4 * (kPlaces * (step_ + m_step_) + layer_.out));
  }

  void run(const std::vector<void*>& operands, float* scratch) const {
    const float* const src = in<float>(operands, 0);
    float* const v = scratch;
    float* const m = v + kPlaces * step_;
    float* const outside = m + kPlaces * m_step_;
    const int64_t all = layer_.grid.tiles();
    for (int64_t begin = 0; begin < all; begin += tiles_) {
      const int64_t n = std::min(tiles_, all - begin);
      WinogradTile from(layer_.grid, begin), later(layer_.grid, begin + kAhead);
      for (int64_t t = 0; t < n; ++t, from.advance(), later.advance()) {
        const float* pixels[16];
        if (begin + t + kAhead < all) {
          later.sources(src, zeros_.data(), pixels);
          ask_for_sources(pixels);
        }
        from.sources(src, zeros_.data(), pixels);
        loops_.source(pixels, layer_.in, v + t * pitch_, step_);
      }
      for (int64_t i = 0; i < kPlaces; ++i) {
        loops_.products(v + i * step_, pitch_, n, weights_.data() + i * layer_.in * layer_.out,
                        layer_.in, layer_.out, m + i * m_step_, m_pitch_);
      }
      WinogradTile to(layer_.grid, begin);
      later = WinogradTile(layer_.grid, begin + kAhead);
      for (int64_t t = 0; t < n; ++t, to.advance(), later.advance()) {
        if (begin + t + kAhead < all) ask_for_results(later, operands, outside);
        finish(to, m + t * m_pitch_, operands, outside);
      }
    }
  }

 private:
  /// What a result is computed from once more.
  struct Again {
    const Winograd* layer;
    const float* pixels[16];
  };

  int64_t least_tiles() const {
    return 4 * weights_.size() > kBlockBytes ? kLeastTiles : 0;
  }

  // g becomes G g Gᵀ, rounded once. Of each weight its sign and whether it is 0 are kept, which
  // rounding takes from those that are small beside others.
  void pack(const float* g, int64_t to, int64_t from) {
    double rows[4][3];
    uint32_t classes = 0;
    for (int i = 0; i < kTaps; ++i) {
      if (!(std::fabs(g[i]) < kExtreme)) {
        throw Unsupported("weights that are not finite keep their own products");
      }
      classes |= (std::signbit(g[i]) ? 1u : 0u) << i | (g[i] == 0 ? 1u : 0u) << (kTaps + i);
    }
    for (int j = 0; j < 3; ++j) {
      const double a = g[j], b = g[3 + j], c = g[6 + j];
      rows[0][j] = a;
      rows[1][j] = (a + b + c) / 2;
      rows[2][j] = (a - b + c) / 2;
      rows[3][j] = c;
    }
    for (int i = 0; i < 4; ++i) {
      const double a = rows[i][0], b = rows[i][1], c = rows[i][2];
      const double places[4] = {a, (a + b + c) / 2, (a - b + c) / 2, c};
      for (int j = 0; j < 4; ++j) {
        weights_[at(4 * i + j, to, from)] = static_cast<float>(places[j]);
      }
    }
    classes_[static_cast<size_t>(to * layer_.in + from)] = classes;
  }

  /// [place][panel][in][column]
  int64_t at(int64_t place, int64_t out, int64_t in) const {
    const int64_t first = out / loops_.panel * loops_.panel;
    const int64_t width = std::min(loops_.panel, layer_.out - first);
    return (place * layer_.out + first) * layer_.in + in * width + out - first;
  }

  // The columns that the tile before does not read.
  void ask_for_sources(const float* const* pixels) const {
    for (int i = 2; i < 16; i += i % 4 == 3 ? 3 : 1) {
      for (int64_t c = 0; c < layer_.in; c += kLine) __builtin_prefetch(pixels[i] + c);
    }
  }

  void ask_for_results(const WinogradTile& tile, const std::vector<void*>& operands,
                       float* outside) const {
    float* pixels[4];
    for (size_t o = 1; o < operands.size(); ++o) {
      if (o > 1 && !like_result_[o - 2]) continue;
      tile.results(out<float>(operands, o), outside, pixels);
      for (const float* pixel : pixels) {
        for (int64_t c = 0; c < layer_.out; c += kLine) __builtin_prefetch(pixel + c, 1);
      }
    }
  }

  void finish(const WinogradTile& tile, const float* m, const std::vector<void*>& operands,
              float* outside) const {
    float* pixels[4];
    tile.results(out<float>(operands, 1), outside, pixels);
    const float* beside[4 * kMaxSteps];
    for (size_t s = 0, next = 2; s < layer_.steps.size(); ++s) {
      const WinogradStep& step = layer_.steps[s];
      if (step.kind == WinogradStep::Kind::clamp) continue;
      const float* operand = in<float>(operands, next++);
      const float* of_pixels[4] = {operand, operand, operand, operand};
      if (!step.by_channel) tile.results(operand, static_cast<const float*>(outside), of_pixels);
      std::copy_n(of_pixels, 4, beside + 4 * s);
    }
    Again again{this, {}};
    tile.sources(in<float>(operands, 0), zeros_.data(), again.pixels);
    loops_.results(m, m_step_, layer_.out,
                   {pixels, bias_.data(), layer_.steps.data(),
                    static_cast<int64_t>(layer_.steps.size()), beside, repair, &again});
  }

  // Infinities, and what is near them, pass the transformations as NaN where the sum of products is
  // infinite or finite. A result feels no pixel beyond its own nine, so that the others are right.
  static void repair(const void* context, int64_t channel, int64_t lanes, float* results) {
    const Again& again = *static_cast<const Again*>(context);
    for (int64_t i = 0; i < 4; ++i) {
      for (int64_t l = 0; l < lanes; ++l) {
        float& y = results[i * lanes + l];
        if (!std::isfinite(y)) y = again.layer->sum(again.pixels, i, channel + l);
      }
    }
  }

  float sum(const float* const* pixels, int64_t result, int64_t out) const {
    double sum = bias_.data()[out];
    for (int64_t in = 0; in < layer_.in; ++in) {
      double weights[kTaps];
      regain(out, in, weights);
      for (int64_t tap = 0; tap < kTaps; ++tap) {
        const float* pixel = pixels[4 * (result / 2 + tap / 3) + result % 2 + tap % 3];
        if (pixel != zeros_.data()) sum += pixel[in] * weights[tap];
      }
    }
    return static_cast<float>(sum);
  }

  // The weights, to the last digits of the largest of them, with the signs and zeros that they had.
  void regain(int64_t out, int64_t in, double (&weights)[kTaps]) const {
    double rows[4][3];
    for (int i = 0; i < 4; ++i) {
      double u[4];
      for (int j = 0; j < 4; ++j) u[j] = weights_.data()[at(4 * i + j, out, in)];
      rows[i][0] = u[0];
      rows[i][1] = u[1] - u[2];
      rows[i][2] = u[3];
    }
    const uint32_t classes = classes_[static_cast<size_t>(out * layer_.in + in)];
    for (int tap = 0; tap < kTaps; ++tap) {
      const int i = tap / 3, j = tap % 3;
      const double w = i == 1 ? rows[1][j] - rows[2][j] : rows[i == 0 ? 0 : 3][j];
      const double magnitude = std::max<double>(std::fabs(w), kLeastWeight);
      const bool negative = (classes >> tap & 1) != 0, zero = (classes >> (kTaps + tap) & 1) != 0;
      weights[tap] = zero ? 0 : negative ? -magnitude : magnitude;
    }
  }

 public:
  static constexpr size_t kMaxSteps = 8;

 private:
  static constexpr double kLeastWeight = 1e-45;

  const WinogradLayer layer_;
  const WinogradLoops& loops_;
  Floats weights_, bias_, zeros_;
  std::vector<uint32_t> classes_;
  /// Of each operand behind dst.
  std::vector<bool> like_result_;
  int64_t tiles_, pitch_, m_pitch_, step_, m_step_;
};

}  // namespace

std::unique_ptr<Kernel> winograd(const WinogradLayer& layer, const float* weights,
                                 const float* bias, const std::string& isa) {
  if (layer.in % kWinogradChannels != 0 || layer.out % kWinogradChannels != 0) {
    throw Unsupported("winograd needs multiples of 16 channels");
  }
  if (layer.steps.size() > Winograd::kMaxSteps) throw Unsupported("winograd joins eight steps");
  const auto variant = choose(winograd_loops(), isa);
  const auto kernel = std::make_shared<const Winograd>(layer, weights, bias, *variant.function);
  size_t operands = 2;
  for (const WinogradStep& step : layer.steps) {
    if (step.kind != WinogradStep::Kind::clamp) ++operands;
  }
  return std::make_unique<FunctionKernel>(
      named("winograd", variant), operands, kernel->scratch_bytes(),
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        kernel->run(o, static_cast<float*>(scratch));
      },
      kernel->constant_bytes());
}

}  // namespace octant::kernels
