#include "integer_depthwise.h"

#include <algorithm>
#include <type_traits>

#include "integer_round.h"

namespace octant::kernels {

namespace {

template <typename T>
void depthwise_scalar(const T* const* pixels, int64_t pairs, const int16_t* weights,
                      const int32_t* start, int64_t channels, int32_t* sums) {
  for (int64_t c = 0; c < channels; ++c) {
    int32_t sum = start[c];
    for (int64_t p = 0; p < pairs; ++p) {
      const int16_t* w = weights + 2 * (p * channels + c);
      sum += pixels[2 * p][c] * w[0] + pixels[2 * p + 1][c] * w[1];
    }
    sums[c] = sum;
  }
}

#if defined(__x86_64__)

// Channels of one block. The last block ends with the last channel and may overlap the one before:
// nothing is read beyond a pixel.
constexpr int64_t kLanes = kDepthwiseLanes;

inline __m128i load(const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); }

// The lower and upper 8 of 16 bytes as 16-bit integers.
template <typename T>
inline __m128i lower(__m128i x) {
  const __m128i zero = _mm_setzero_si128();
  return std::is_signed_v<T> ? _mm_srai_epi16(_mm_unpacklo_epi8(zero, x), 8)
                             : _mm_unpacklo_epi8(x, zero);
}
template <typename T>
inline __m128i upper(__m128i x) {
  const __m128i zero = _mm_setzero_si128();
  return std::is_signed_v<T> ? _mm_srai_epi16(_mm_unpackhi_epi8(zero, x), 8)
                             : _mm_unpackhi_epi8(x, zero);
}

template <typename T>
void depthwise_baseline(const T* const* pixels, int64_t pairs, const int16_t* weights,
                        const int32_t* start, int64_t channels, int32_t* sums) {
  if (channels < kLanes) return depthwise_scalar(pixels, pairs, weights, start, channels, sums);
  for (int64_t from = 0; from < channels; from += kLanes) {
    const int64_t c = std::min(from, channels - kLanes);
    __m128i sum[4];
    for (int i = 0; i < 4; ++i) sum[i] = load(start + c + 4 * i);
    const int16_t* w = weights + 2 * c;
    for (int64_t p = 0; p < pairs; ++p, w += 2 * channels) {
      const __m128i x = load(pixels[2 * p] + c), y = load(pixels[2 * p + 1] + c);
      const __m128i low = _mm_unpacklo_epi8(x, y), high = _mm_unpackhi_epi8(x, y);
      sum[0] = _mm_add_epi32(sum[0], _mm_madd_epi16(lower<T>(low), load(w)));
      sum[1] = _mm_add_epi32(sum[1], _mm_madd_epi16(upper<T>(low), load(w + 8)));
      sum[2] = _mm_add_epi32(sum[2], _mm_madd_epi16(lower<T>(high), load(w + 16)));
      sum[3] = _mm_add_epi32(sum[3], _mm_madd_epi16(upper<T>(high), load(w + 24)));
    }
    for (int i = 0; i < 4; ++i) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(sums + c + 4 * i), sum[i]);
    }
  }
}

// Sums of the kLanes channels from c on.
template <typename T>
OCTANT_AVX2 OCTANT_INLINE void block_avx2(const T* const* pixels, int64_t pairs,
                                          const int16_t* weights, const int32_t* start,
                                          int64_t channels, int64_t c, __m256i& first,
                                          __m256i& second) {
  first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(start + c));
  second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(start + c + 8));
  const int16_t* w = weights + 2 * c;
  for (int64_t p = 0; p < pairs; ++p, w += 2 * channels) {
    const __m128i x = load(pixels[2 * p] + c), y = load(pixels[2 * p + 1] + c);
    const __m128i low = _mm_unpacklo_epi8(x, y), high = _mm_unpackhi_epi8(x, y);
    const __m256i a = std::is_signed_v<T> ? _mm256_cvtepi8_epi16(low) : _mm256_cvtepu8_epi16(low);
    const __m256i b = std::is_signed_v<T> ? _mm256_cvtepi8_epi16(high) : _mm256_cvtepu8_epi16(high);
    const __m256i u = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w));
    const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w + 16));
    first = _mm256_add_epi32(first, _mm256_madd_epi16(a, u));
    second = _mm256_add_epi32(second, _mm256_madd_epi16(b, v));
  }
}

template <typename T>
OCTANT_AVX2 void depthwise_avx2(const T* const* pixels, int64_t pairs, const int16_t* weights,
                                const int32_t* start, int64_t channels, int32_t* sums) {
  if (channels < kLanes) return depthwise_scalar(pixels, pairs, weights, start, channels, sums);
  for (int64_t from = 0; from < channels; from += kLanes) {
    const int64_t c = std::min(from, channels - kLanes);
    __m256i first, second;
    block_avx2(pixels, pairs, weights, start, channels, c, first, second);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + c), first);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + c + 8), second);
  }
}

template <typename T>
OCTANT_AVX2 void finished_avx2(const T* const* pixels, int64_t pairs, const int16_t* weights,
                               const int32_t* start, int64_t channels, const DepthwiseEnding& e,
                               T* dst) {
  const RoundAvx2 round(e.ending);
  for (int64_t from = 0; from < channels; from += kLanes) {
    const int64_t c = std::min(from, channels - kLanes);
    __m256i first, second;
    block_avx2(pixels, pairs, weights, start, channels, c, first, second);
    const __m256i a = round.whole(first, _mm256_loadu_ps(e.bias + c),
                                  _mm256_loadu_ps(e.multiplier + c));
    const __m256i b = round.whole(second, _mm256_loadu_ps(e.bias + c + 8),
                                  _mm256_loadu_ps(e.multiplier + c + 8));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(dst + c), RoundAvx2::bytes(a, b));
  }
}

template <typename T>
OCTANT_AVX512 OCTANT_INLINE __m512i block_avx512(const T* const* pixels, int64_t pairs,
                                                 const int16_t* weights, const int32_t* start,
                                                 int64_t channels, int64_t c) {
  __m512i sum = _mm512_loadu_si512(start + c);
  const int16_t* w = weights + 2 * c;
  for (int64_t p = 0; p < pairs; ++p, w += 2 * channels) {
    const __m128i x = load(pixels[2 * p] + c), y = load(pixels[2 * p + 1] + c);
    const __m256i xy = _mm256_set_m128i(_mm_unpackhi_epi8(x, y), _mm_unpacklo_epi8(x, y));
    const __m512i a = std::is_signed_v<T> ? _mm512_cvtepi8_epi16(xy) : _mm512_cvtepu8_epi16(xy);
    sum = _mm512_add_epi32(sum, _mm512_madd_epi16(a, _mm512_loadu_si512(w)));
  }
  return sum;
}

template <typename T>
OCTANT_AVX512 void depthwise_avx512(const T* const* pixels, int64_t pairs, const int16_t* weights,
                                    const int32_t* start, int64_t channels, int32_t* sums) {
  if (channels < kLanes) return depthwise_scalar(pixels, pairs, weights, start, channels, sums);
  for (int64_t from = 0; from < channels; from += kLanes) {
    const int64_t c = std::min(from, channels - kLanes);
    _mm512_storeu_si512(sums + c, block_avx512(pixels, pairs, weights, start, channels, c));
  }
}

template <typename T>
OCTANT_AVX512 void finished_avx512(const T* const* pixels, int64_t pairs, const int16_t* weights,
                                   const int32_t* start, int64_t channels,
                                   const DepthwiseEnding& e, T* dst) {
  const RoundAvx512 round(e.ending);
  for (int64_t from = 0; from < channels; from += kLanes) {
    const int64_t c = std::min(from, channels - kLanes);
    const __m512i sum = block_avx512(pixels, pairs, weights, start, channels, c);
    const __m512i whole =
        round.whole(sum, _mm512_loadu_ps(e.bias + c), _mm512_loadu_ps(e.multiplier + c));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(dst + c), RoundAvx512::bytes(whole));
  }
}

#endif

template <typename T>
Variants<Depthwise<T>> variants() {
#if defined(__x86_64__)
  return {{Isa::baseline, depthwise_baseline<T>},
          {Isa::avx2, depthwise_avx2<T>},
          {Isa::avx512, depthwise_avx512<T>}};
#else
  return {{Isa::baseline, depthwise_scalar<T>}};
#endif
}

template <typename T>
Variants<FinishedDepthwise<T>> finished_variants() {
#if defined(__x86_64__)
  return {{Isa::baseline, nullptr},
          {Isa::avx2, finished_avx2<T>},
          {Isa::avx512, finished_avx512<T>}};
#else
  return {{Isa::baseline, nullptr}};
#endif
}

}  // namespace

const Variants<FinishedDepthwise<uint8_t>>& finished_depthwise_u8() {
  static const auto list = finished_variants<uint8_t>();
  return list;
}

const Variants<FinishedDepthwise<int8_t>>& finished_depthwise_s8() {
  static const auto list = finished_variants<int8_t>();
  return list;
}

const Variants<Depthwise<uint8_t>>& depthwise_u8() {
  static const auto list = variants<uint8_t>();
  return list;
}

const Variants<Depthwise<int8_t>>& depthwise_s8() {
  static const auto list = variants<int8_t>();
  return list;
}

}  // namespace octant::kernels
