// Run-time choice among builds of one loop for several instruction sets.
//
// Every family writes its loop once, as an always-inlined function, and OCTANT_VARIANTS compiles it
// for each instruction set into one list. Production takes the last entry that the machine
// supports; tests and benchmarks walk the same list. The compiler may not contract to fused
// multiply-add (where one is meant, the loop says so), so every variant does the same IEEE
// operations in the same order and equals the first bit for bit.
#pragma once

#include <string>
#include <vector>

namespace octant::kernels {

enum class Isa { baseline, avx2, avx512 };

inline const char* name_of(Isa isa) {
  return isa == Isa::baseline ? "baseline" : isa == Isa::avx2 ? "avx2" : "avx512";
}

/// Whether the machine has an instruction set and oneDNN's cap (ONEDNN_MAX_CPU_ISA) allows it, so
/// that a capped process runs as a lesser machine does.
bool supported(Isa isa);

/// Whether oneDNN runs on a set here, one of its bit sets (`dnnl::cpu_isa`).
bool within_cap(unsigned isa);

template <typename Function>
struct Variant {
  Isa isa;
  Function* function;
};

template <typename Function>
using Variants = std::vector<Variant<Function>>;

/// The fastest variant that this machine runs, or the one for `isa` where that is given by name.
template <typename Function>
const Variant<Function>& choose(const Variants<Function>& variants, const std::string& isa = "") {
  const Variant<Function>* best = &variants.front();
  for (const auto& variant : variants) {
    if (supported(variant.isa) && (isa.empty() || isa == name_of(variant.isa))) best = &variant;
  }
  return *best;
}

}  // namespace octant::kernels

#define OCTANT_INLINE inline __attribute__((always_inline))

// OCTANT_VARIANTS(list, body, (parameter types and names), (arguments)) builds `body` for each
// instruction set and defines `const Variants<...>& list()`.
#if defined(__x86_64__)
#define OCTANT_AVX2 __attribute__((target("avx2,fma")))
#define OCTANT_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma,prefer-vector-width=512")))
#define OCTANT_VARIANTS(list, body, parameters, arguments)                                    \
  namespace list##_builds {                                                                   \
    static void baseline parameters { body arguments; }                                       \
    OCTANT_AVX2 static void avx2 parameters { body arguments; }                               \
    OCTANT_AVX512 static void avx512 parameters { body arguments; }                           \
  }                                                                                           \
  const Variants<void parameters>& list() {                                                   \
    static const Variants<void parameters> variants{{Isa::baseline, list##_builds::baseline}, \
                                                    {Isa::avx2, list##_builds::avx2},         \
                                                    {Isa::avx512, list##_builds::avx512}};    \
    return variants;                                                                          \
  }
#else
#define OCTANT_VARIANTS(list, body, parameters, arguments)                                     \
  namespace list##_builds {                                                                    \
    static void baseline parameters { body arguments; }                                        \
  }                                                                                            \
  const Variants<void parameters>& list() {                                                    \
    static const Variants<void parameters> variants{{Isa::baseline, list##_builds::baseline}}; \
    return variants;                                                                           \
  }
#endif
