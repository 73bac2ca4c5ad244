#include "integer_tile.h"

#include "integer_round.h"

namespace octant::kernels {

#if defined(__x86_64__)

namespace {

namespace baseline {
using Round = RoundBaseline;
#define OCTANT_TARGET
#include "integer_tile_body.h"
}  // namespace baseline

namespace avx2 {
using Round = RoundAvx2;
#define OCTANT_TARGET OCTANT_AVX2
#define OCTANT_ADDS AddAvx2
#include "integer_tile_body.h"
}  // namespace avx2

namespace avx512 {
using Round = RoundAvx512;
#define OCTANT_TARGET OCTANT_AVX512
#define OCTANT_ADDS AddAvx512
#include "integer_tile_body.h"
}  // namespace avx512

}  // namespace

#endif

const Variants<RoundedSums>& rounded_sums() {
#if defined(__x86_64__)
  static const Variants<RoundedSums> variants{{Isa::baseline, baseline::rounded},
                                              {Isa::avx2, avx2::rounded},
                                              {Isa::avx512, avx512::rounded}};
#else
  static const Variants<RoundedSums> variants{{Isa::baseline, nullptr}};
#endif
  return variants;
}

template <typename T>
AddedSums* added_sums([[maybe_unused]] Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx2) return avx2::added<T>;
  if (isa == Isa::avx512) return avx512::added<T>;
#endif
  return nullptr;
}
template AddedSums* added_sums<uint8_t>(Isa isa);
template AddedSums* added_sums<int8_t>(Isa isa);

}  // namespace octant::kernels
