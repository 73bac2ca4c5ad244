#include "integer_pair.h"

#include <cstring>
#include <utility>

#include "integer_round.h"

namespace octant::kernels {

namespace {

#if defined(__x86_64__)

alignas(64) constexpr uint8_t kZeros[64] = {};

namespace baseline {
using Round = RoundBaseline;
constexpr int kRows = 4;
#define OCTANT_TARGET
#define OCTANT_INTRINSIC(name) _mm_##name
#define OCTANT_WHOLE(name) _mm_##name##_si128
#include "integer_pair_body.h"
}  // namespace baseline

namespace avx2 {
using Round = RoundAvx2;
constexpr int kRows = 4;
#define OCTANT_TARGET OCTANT_AVX2
#define OCTANT_INTRINSIC(name) _mm256_##name
#define OCTANT_WHOLE(name) _mm256_##name##_si256
#include "integer_pair_body.h"
}  // namespace avx2

namespace avx512 {
using Round = RoundAvx512;
constexpr int kRows = 8;
#define OCTANT_TARGET OCTANT_AVX512
#define OCTANT_INTRINSIC(name) _mm512_##name
#define OCTANT_WHOLE(name) _mm512_##name##_si512
#include "integer_pair_body.h"
}  // namespace avx512

#else

constexpr int64_t kColumns = 8;

void sums(const PairOperands& o, int64_t width, int32_t* dst) {
  const int64_t columns = width > kColumns / 2 ? kColumns : kColumns / 2;
  for (int64_t r = 0; r < o.rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) {
      uint32_t sum = 0;  // which may wrap on the way
      for (int64_t l = 0; l < o.lines; ++l) {
        const int16_t* a = o.a + l * o.line_stride + r * o.stride;
        const int16_t* b = o.b + l * o.pairs * 2 * columns + 2 * c;
        for (int64_t p = 0; p < o.pairs; ++p, a += 2, b += 2 * columns) {
          sum += static_cast<uint32_t>(a[0] * b[0] + a[1] * b[1]);
        }
      }
      dst[r * columns + c] = static_cast<int32_t>(sum);
    }
  }
}

#endif

}  // namespace

const Variants<const PairLoops>& pair_loops() {
#if defined(__x86_64__)
  static const Variants<const PairLoops> variants{{Isa::baseline, &baseline::kLoops},
                                                  {Isa::avx2, &avx2::kLoops},
                                                  {Isa::avx512, &avx512::kLoops}};
#else
  static const PairLoops loops{4, kColumns, nullptr, sums};
  static const Variants<const PairLoops> variants{{Isa::baseline, &loops}};
#endif
  return variants;
}

}  // namespace octant::kernels
