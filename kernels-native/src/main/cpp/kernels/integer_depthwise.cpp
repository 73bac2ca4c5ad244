#include "integer_depthwise.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "integer_dot.h"
#include "integer_round.h"
#include "isa.h"

namespace octant::kernels {

namespace {

#if defined(__x86_64__)

namespace baseline {
#define OCTANT_TARGET
#define OCTANT_WIDEST 16
#define OCTANT_LANES 2
#include "integer_depthwise_body.h"
}  // namespace baseline

namespace avx2 {
#define OCTANT_TARGET OCTANT_AVX2
#define OCTANT_WIDEST 32
#define OCTANT_LANES 2
#include "integer_depthwise_body.h"
}  // namespace avx2

namespace avx2_vnni {
#define OCTANT_TARGET __attribute__((target("avx2,fma,avxvnni")))
#define OCTANT_WIDEST 32
#define OCTANT_LANES 4
#define OCTANT_DOT4 "%{vex%} vpdpbusd %2, %1, %0"
#include "integer_depthwise_body.h"
}  // namespace avx2_vnni

namespace avx512 {
#define OCTANT_TARGET OCTANT_AVX512
#define OCTANT_WIDEST 64
#define OCTANT_LANES 2
#include "integer_depthwise_body.h"
}  // namespace avx512

namespace avx512_vnni {
#define OCTANT_TARGET                                              \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma," \
                        "avx512vnni,prefer-vector-width=512")))
#define OCTANT_WIDEST 64
#define OCTANT_LANES 4
#define OCTANT_DOT4 "vpdpbusd %2, %1, %0"
#include "integer_depthwise_body.h"
}  // namespace avx512_vnni

#else

// Blocks of 16 channels in plain loops.
constexpr int64_t kPlain = 16;

void interleave(const DepthwiseColumns& c, uint8_t* groups) {
  for (int64_t x = 0; x < c.columns; ++x) {
    for (int64_t g = 0; g < c.groups; ++g, groups += 4 * kPlain) {
      int16_t out[kPlain][2] = {};
      for (int l = 0; l < 2; ++l) {
        const DepthwiseLane& lane = c.lanes[2 * g + l];
        const int64_t column = c.first + x + lane.shift;
        const bool inside = column >= 0 && column < c.width;
        const uint8_t* at = inside ? lane.line + column * lane.step : c.padding;
        for (int64_t i = 0; i < kPlain; ++i) {
          const int64_t channel = depthwise_channel(kPlain, i);
          if (channel < c.count) out[i][l] = at[channel] ^ c.flip;
        }
      }
      std::memcpy(groups, out, sizeof out);
    }
  }
}

void sums(const DepthwisePositions& p, const DepthwiseBlock& block, int32_t* dst) {
  for (int64_t r = 0; r < p.positions; ++r, dst += kPlain) {
    for (int64_t i = 0; i < kPlain; ++i) {
      int32_t sum = block.start[i];
      for (int64_t s = 0; s < p.steps; ++s) {
        int16_t x[2], w[2];
        std::memcpy(x, p.groups + r * p.stride + p.offsets[s] + 4 * i, sizeof x);
        std::memcpy(w, static_cast<const uint8_t*>(block.weights) + (s * kPlain + i) * 4, sizeof w);
        sum += x[0] * w[0] + x[1] * w[1];
      }
      dst[depthwise_channel(kPlain, i)] = sum;
    }
  }
}

#endif

const std::vector<DepthwiseSet>& sets() {
#if defined(__x86_64__)
  static const std::vector<DepthwiseSet> list{
      baseline::set(name_of(Isa::baseline), [] { return true; }),
      avx2::set(name_of(Isa::avx2), [] { return supported(Isa::avx2); }),
      avx2_vnni::set("avx2_vnni", [] { return dot_loops("avx2_vnni") != nullptr; }),
      avx512::set(name_of(Isa::avx512), [] { return supported(Isa::avx512); }),
      avx512_vnni::set("avx512_vnni", [] { return dot_loops("avx512_vnni") != nullptr; })};
#else
  static const std::vector<DepthwiseSet> list{
      {name_of(Isa::baseline), [] { return true; }, 2, {{interleave, nullptr, sums}, {}, {}}}};
#endif
  return list;
}

}  // namespace

const DepthwiseSet& depthwise_set(const std::string& isa) {
  const DepthwiseSet* best = &sets().front();
  for (const DepthwiseSet& set : sets()) {
    if (set.supported() && (isa.empty() || isa == set.isa)) best = &set;
  }
  return *best;
}

}  // namespace octant::kernels
