// How an 8-bit layer's sums become its results where that fits registers: see Requantization.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include "integer_layer.h"

namespace octant::kernels {

/// clamp((float(sum) + bias) · multiplier + before, low, high), rounded, + after.
struct Ending {
  float before, low, high;
  int32_t after;
  /// The same behind the rounding, which is monotonic: clamp(rounded + shift, least, most) ^ flip,
  /// where what is clamped is unsigned.
  int32_t shift;
  uint8_t least, most, flip;
};

/// The ending of sums of `depth` products, results of type T, that gives what FinishLoop gives up to
/// an addition: for nothing, a ReLU or a clamp behind the multiplication, and numbers of which none
/// is beyond 32 bits when it is rounded. Bounds of such a step move behind `before`, the adding of
/// which is monotonic.
template <typename T>
std::optional<Ending> rounding(const Requantization& r, int64_t depth) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr double most = 1 << 30;
  float first_low = -infinity, first_high = infinity;
  if (r.steps.size() > 1) return {};
  if (!r.steps.empty()) {
    const LayerStep& step = r.steps[0];
    if (step.kind == LayerStep::Kind::leaky_relu && step.a == 0) {
      first_low = 0;
    } else if (step.kind == LayerStep::Kind::clamp && step.a <= step.b) {
      first_low = step.a;
      first_high = step.b;
    } else {
      return {};
    }
  }
  const double sum = 255.0 * 128.0 * static_cast<double>(depth);
  for (size_t c = 0; c < r.bias.size(); ++c) {
    const double x = (sum + std::fabs(r.bias[c])) * std::fabs(r.multiplier[c]);
    if (!(x <= most)) return {};
  }
  const float zero = static_cast<float>(r.zero_point);
  const float before = r.rounds_first ? 0.0f : zero;
  const float after = zero - before;
  const float low = static_cast<float>(std::numeric_limits<T>::min()) - after;
  const float high = static_cast<float>(std::numeric_limits<T>::max()) - after;
  const float least = std::clamp(first_low + before, low, high);
  const float greatest = std::clamp(first_high + before, low, high);
  const uint8_t flip = std::is_signed_v<T> ? 128 : 0;
  const int32_t shift = static_cast<int32_t>(after) + flip;
  const auto byte = [shift](float x) {
    return static_cast<uint8_t>(static_cast<int32_t>(std::nearbyint(x)) + shift);
  };
  return Ending{before, least,       greatest,       static_cast<int32_t>(after),
                shift,  byte(least), byte(greatest), flip};
}

/// The same of layers behind which no addition comes.
template <typename T>
std::optional<Ending> ending(const Requantization& r, int64_t depth) {
  return r.addition ? std::nullopt : rounding<T>(r, depth);
}

/// How an ending's results are added to other 8-bit integers: rounded behind `before`, clamped to
/// [low, high], less `zero`, they are steps of `scale`.
struct Addition {
  float before;
  int32_t low, high, zero;
  float scale;
  int32_t other_zero;
  float other_scale, inverse;
  /// Of the sum's steps.
  Ending sum;
};

/// Nothing where a sum may be beyond 32 bits when it is rounded.
template <typename T>
std::optional<Addition> addition(const Ending& e, const PairAffine& p) {
  constexpr double most = 1 << 30;
  const double scales = static_cast<double>(p.a.scale) + static_cast<double>(p.b.scale);
  if (!(2 * 255 * scales * static_cast<double>(p.dst.inverse) <= most)) return {};
  const uint8_t flip = std::is_signed_v<T> ? 128 : 0;
  Ending sum{};
  sum.shift = p.dst.zero_point + flip;
  sum.least = static_cast<uint8_t>(p.dst.low + flip);
  sum.most = static_cast<uint8_t>(p.dst.high + flip);
  sum.flip = flip;
  const auto whole = [](float x) { return static_cast<int32_t>(std::nearbyint(x)); };
  return Addition{e.before,  whole(e.low),       whole(e.high), whole(e.before), p.a.scale,
                  p.b.zero_point, p.b.scale, p.dst.inverse, sum};
}

}  // namespace octant::kernels
