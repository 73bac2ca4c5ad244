#include "isa.h"

#include "dnnl.hpp"

namespace octant::kernels {

// oneDNN's instruction sets are sets of bits, a larger one holding those of the smaller.
bool within_cap(unsigned isa) {
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & isa) == isa;
}

bool supported(Isa isa) {
#if defined(__x86_64__)
  switch (isa) {
    case Isa::baseline:
      return true;
    case Isa::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             within_cap(dnnl_cpu_isa_avx2);
    case Isa::avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
             within_cap(dnnl_cpu_isa_avx512_core);
  }
#endif
  return isa == Isa::baseline;
}

}  // namespace octant::kernels
