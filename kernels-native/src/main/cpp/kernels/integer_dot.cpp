#include "integer_dot.h"

#if defined(__x86_64__)
#include <cstring>
#include <utility>

#include "dnnl.h"
#include "integer_round.h"
#endif

namespace octant::kernels {

#if defined(__x86_64__)

namespace {

namespace avx2_vnni {
#define OCTANT_TARGET __attribute__((target("avx2,fma,avxvnni")))
#define OCTANT_DOT(name) "%{vex%} " name " %2, %1, %0"
#define OCTANT_INTRINSIC(name) _mm256_##name
#define OCTANT_WHOLE(name) _mm256_##name##_si256
using Round = RoundAvx2;
constexpr int kRows = 6, kPairRows = 6;

/// The first 1 to 32 bytes.
OCTANT_TARGET OCTANT_INLINE __m256i some(const uint8_t* src, int64_t n) {
  alignas(32) uint8_t bytes[32] = {};
  std::memcpy(bytes, src, static_cast<size_t>(n));
  return Round::load(bytes);
}

#include "integer_dot_body.h"
}  // namespace avx2_vnni

namespace avx512_vnni {
#define OCTANT_TARGET                                                                      \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma,prefer-vector-" \
                        "width=512")))
#define OCTANT_DOT(name) name " %2, %1, %0"
#define OCTANT_INTRINSIC(name) _mm512_##name
#define OCTANT_WHOLE(name) _mm512_##name##_si512
using Round = RoundAvx512;
constexpr int kRows = 14, kPairRows = 8;

/// The first 1 to 64 bytes.
OCTANT_TARGET OCTANT_INLINE __m512i some(const uint8_t* src, int64_t n) {
  return _mm512_maskz_loadu_epi8(~__mmask64{0} >> (64 - n), src);
}

#include "integer_dot_body.h"
}  // namespace avx512_vnni

}  // namespace

const DotLoops* dot_loops(const std::string& isa) {
  static const DotLoops narrow = avx2_vnni::loops("avx2_vnni", Isa::avx2);
  static const DotLoops wide = avx512_vnni::loops("avx512_vnni", Isa::avx512);
  static const bool has_narrow = supported(Isa::avx2) && __builtin_cpu_supports("avxvnni") &&
                                 within_cap(dnnl_cpu_isa_avx2_vnni);
  static const bool has_wide = supported(Isa::avx512) && __builtin_cpu_supports("avx512vnni") &&
                               within_cap(dnnl_cpu_isa_avx512_core_vnni);
  if (has_wide && (isa.empty() || isa == wide.name)) return &wide;
  if (has_narrow && (isa.empty() || isa == narrow.name)) return &narrow;
  return nullptr;
}

#else

const DotLoops* dot_loops(const std::string&) { return nullptr; }

#endif

}  // namespace octant::kernels
