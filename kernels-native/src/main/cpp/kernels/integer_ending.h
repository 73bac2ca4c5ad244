// How an 8-bit layer's sums become its results where that fits registers: see Requantization.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "integer_layer.h"

namespace octant::kernels {

/// clamp((float(sum) + bias) · multiplier + before, low, high), rounded, + after.
struct Ending {
  float before, low, high;
  int32_t after;
};

/// The ending of results of type T that gives what FinishLoop gives: for nothing, a ReLU or a clamp
/// behind the multiplication, and numbers of which no NaN can come. Bounds of such a step move
/// behind the addition, which is monotonic.
template <typename T>
std::optional<Ending> ending(const Requantization& r) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr float most = 1e30f;
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
  const auto finite = [](float x) { return std::fabs(x) <= most; };
  if (!std::all_of(r.bias.begin(), r.bias.end(), finite)) return {};
  if (!std::all_of(r.multiplier.begin(), r.multiplier.end(), finite)) return {};
  const float zero = static_cast<float>(r.zero_point);
  const float before = r.rounds_first ? 0.0f : zero;
  const float after = zero - before;
  const float low = static_cast<float>(std::numeric_limits<T>::min()) - after;
  const float high = static_cast<float>(std::numeric_limits<T>::max()) - after;
  return Ending{before, std::clamp(first_low + before, low, high),
                std::clamp(first_high + before, low, high), static_cast<int32_t>(after)};
}

}  // namespace octant::kernels
