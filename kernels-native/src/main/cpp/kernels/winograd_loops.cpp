#include "winograd_loops.h"

namespace {

struct V {
  using Vector = float;
  static constexpr int kLanes = 1, kRows = 4;

  static Vector load(const float* p) { return *p; }
  static void store(float* p, Vector x) { *p = x; }
  static Vector set(float x) { return x; }
  static Vector add(Vector a, Vector b) { return a + b; }
  static Vector sub(Vector a, Vector b) { return a - b; }
  static Vector mul(Vector a, Vector b) { return a * b; }
  static Vector fma(Vector a, Vector b, Vector c) { return __builtin_fmaf(a, b, c); }
  static Vector clamp(Vector x, Vector low, Vector high) {
    const Vector raised = x <= low ? low : x;
    return raised >= high ? high : raised;
  }
  static bool finite(Vector x) { return x - x == 0; }
};

}  // namespace

#include "winograd_body.h"

namespace octant::kernels {

const Variants<const WinogradLoops>& winograd_loops() {
#if defined(__x86_64__)
  static const Variants<const WinogradLoops> variants{{Isa::baseline, &kLoops},
                                                      {Isa::avx2, &winograd_avx2()},
                                                      {Isa::avx512, &winograd_avx512()}};
#else
  static const Variants<const WinogradLoops> variants{{Isa::baseline, &kLoops}};
#endif
  return variants;
}

}  // namespace octant::kernels
