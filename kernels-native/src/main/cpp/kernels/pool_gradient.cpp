#include "pool_gradient.h"

#include <algorithm>
#include <limits>

#include "function_kernel.h"
#include "isa.h"

namespace octant::kernels {

namespace {

OCTANT_INLINE void compare(const float* __restrict x, float* __restrict best,
                           int32_t* __restrict where, int32_t here, int64_t channels) {
  for (int64_t c = 0; c < channels; ++c) {
    const float v = x[c];
    const bool take = (v > best[c]) | (v != v);
    best[c] = take ? v : best[c];
    where[c] = take ? here : where[c];
  }
}

OCTANT_INLINE void give(const float* __restrict gradient, const int32_t* __restrict where,
                        int32_t here, float* __restrict dst, int64_t channels) {
  for (int64_t c = 0; c < channels; ++c) dst[c] += where[c] == here ? gradient[c] : 0.0f;
}

OCTANT_INLINE void pool_loop(const float* gradient, const float* x, float* dst, float* best,
                             int32_t* where, const MaxPoolShape& s) {
  const int64_t image = s.height * s.width * s.channels;
  for (int64_t n = 0; n < s.samples; ++n) {
    const float* from = x + n * image;
    float* to = dst + n * image;
    std::fill(to, to + image, 0.0f);
    for (int64_t oh = 0; oh < s.out_height; ++oh) {
      for (int64_t ow = 0; ow < s.out_width; ++ow) {
        const int64_t top = oh * s.stride_height - s.pad_top;
        const int64_t left = ow * s.stride_width - s.pad_left;
        bool first = true;
        for (int pass = 0; pass < 2; ++pass) {
          int32_t here = 0;
          for (int64_t kh = 0; kh < s.kernel_height; ++kh) {
            const int64_t h = top + kh * s.dilation_height;
            for (int64_t kw = 0; kw < s.kernel_width; ++kw, ++here) {
              const int64_t w = left + kw * s.dilation_width;
              if (h < 0 || h >= s.height || w < 0 || w >= s.width) continue;
              const int64_t at = (h * s.width + w) * s.channels;
              if (pass == 1) {
                give(gradient, where, here, to + at, s.channels);
                continue;
              }
              if (first) {
                for (int64_t c = 0; c < s.channels; ++c) {
                  best[c] = -std::numeric_limits<float>::infinity();
                  where[c] = here;
                }
                first = false;
              }
              compare(from + at, best, where, here, s.channels);
            }
          }
        }
        gradient += s.channels;
      }
    }
  }
}

}  // namespace

OCTANT_VARIANTS(pool_variants, pool_loop,
                (const float* gradient, const float* x, float* dst, float* best, int32_t* where,
                 const MaxPoolShape& s),
                (gradient, x, dst, best, where, s))

std::unique_ptr<Kernel> max_pool_gradient(const MaxPoolShape& shape, const std::string& isa) {
  const auto variant = choose(pool_variants(), isa);
  return std::make_unique<FunctionKernel>(
      named("max_pool_gradient", variant), 3, static_cast<size_t>(shape.channels) * 8,
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        float* best = static_cast<float*>(scratch);
        variant.function(in<float>(o, 0), in<float>(o, 1), out<float>(o, 2), best,
                         reinterpret_cast<int32_t*>(best + shape.channels), shape);
      });
}

}  // namespace octant::kernels
