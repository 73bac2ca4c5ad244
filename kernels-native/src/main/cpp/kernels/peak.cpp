#include "peak.h"

#include "dnnl.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace octant::kernels {

namespace {

// More than latency times throughput of any multiply-add so far.
constexpr int kInFlight = 12;

// `step` adds one product to an accumulator; `lanes` is how many multiply-adds that is. Empty
// assembly keeps the compiler from doing less, as taking products of which all are the same out of
// the loop; no address may be taken, or accumulators would lie in memory.
#define OCTANT_PEAK(attributes, name, Vector, zero, step, lanes)                   \
  attributes long name(long n) {                                                   \
    Vector sums[kInFlight];                                                        \
    Vector a = zero, b = zero;                                                     \
    asm volatile("" : "+x"(a), "+x"(b));                                           \
    _Pragma("GCC unroll 12") for (auto& sum : sums) sum = zero;                    \
    for (long i = 0; i < n; ++i) {                                                 \
      _Pragma("GCC unroll 12") for (int k = 0; k < kInFlight; ++k) {               \
        asm volatile("" : "+x"(a));                                                \
        sums[k] = step(sums[k], a, b);                                             \
        asm volatile("" : "+x"(sums[k]));                                          \
      }                                                                            \
    }                                                                              \
    _Pragma("GCC unroll 12") for (auto& sum : sums) asm volatile("" : : "x"(sum)); \
    return n * kInFlight * (lanes);                                                \
  }

#if defined(__x86_64__)

#define OCTANT_VNNI512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define OCTANT_VNNI256 __attribute__((target("avx2,avxvnni")))

#define F_SSE(sum, a, b) _mm_add_ps(sum, _mm_mul_ps(a, b))
#define F_AVX2(sum, a, b) _mm256_fmadd_ps(a, b, sum)
#define F_AVX512(sum, a, b) _mm512_fmadd_ps(a, b, sum)
OCTANT_PEAK(static, float_sse, __m128, _mm_setzero_ps(), F_SSE, 4)
OCTANT_PEAK(OCTANT_AVX2 static, float_avx2, __m256, _mm256_setzero_ps(), F_AVX2, 8)
OCTANT_PEAK(OCTANT_AVX512 static, float_avx512, __m512, _mm512_setzero_ps(), F_AVX512, 16)

// Two pairs of 16 bits in place of four of 8, which only SSSE3 has.
#define I_SSE(sum, a, b) _mm_add_epi32(sum, _mm_madd_epi16(a, b))
#define I_AVX2(sum, a, b) \
  _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), _mm256_set1_epi16(1)))
#define I_AVX512(sum, a, b) \
  _mm512_add_epi32(sum, _mm512_madd_epi16(_mm512_maddubs_epi16(a, b), _mm512_set1_epi16(1)))
#define I_VNNI256(sum, a, b) _mm256_dpbusd_avx_epi32(sum, a, b)
#define I_VNNI512(sum, a, b) _mm512_dpbusd_epi32(sum, a, b)
OCTANT_PEAK(static, integer_sse, __m128i, _mm_setzero_si128(), I_SSE, 8)
OCTANT_PEAK(OCTANT_AVX2 static, integer_avx2, __m256i, _mm256_setzero_si256(), I_AVX2, 32)
OCTANT_PEAK(OCTANT_AVX512 static, integer_avx512, __m512i, _mm512_setzero_si512(), I_AVX512, 64)
OCTANT_PEAK(OCTANT_VNNI256 static, integer_vnni256, __m256i, _mm256_setzero_si256(), I_VNNI256, 32)
OCTANT_PEAK(OCTANT_VNNI512 static, integer_vnni512, __m512i, _mm512_setzero_si512(), I_VNNI512, 64)

#else

long float_plain(long) { return 0; }

#endif

}  // namespace

const Variants<PeakLoop>& float_peak() {
#if defined(__x86_64__)
  static const Variants<PeakLoop> variants{
      {Isa::baseline, float_sse}, {Isa::avx2, float_avx2}, {Isa::avx512, float_avx512}};
#else
  static const Variants<PeakLoop> variants{{Isa::baseline, float_plain}};
#endif
  return variants;
}

PeakLoop* integer_peak() {
#if defined(__x86_64__)
  if (within_cap(dnnl_cpu_isa_avx512_core_vnni)) return integer_vnni512;
  if (within_cap(dnnl_cpu_isa_avx2_vnni)) return integer_vnni256;
  static const Variants<PeakLoop> variants{
      {Isa::baseline, integer_sse}, {Isa::avx2, integer_avx2}, {Isa::avx512, integer_avx512}};
  return choose(variants).function;
#else
  return float_plain;
#endif
}

}  // namespace octant::kernels
