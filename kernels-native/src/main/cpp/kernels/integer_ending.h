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

/// The ending of sums of `depth` products, results of type T, that gives what FinishLoop gives: for
/// nothing, a ReLU or a clamp behind the multiplication, and numbers of which none is beyond 32 bits
/// when it is rounded. Bounds of such a step move behind the addition, which is monotonic.
template <typename T>
std::optional<Ending> ending(const Requantization& r, int64_t depth) {
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

}  // namespace octant::kernels
