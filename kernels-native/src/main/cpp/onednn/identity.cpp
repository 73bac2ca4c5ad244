#include "identity.h"

#include <algorithm>

#include "dnnl.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace octant::onednn {

void settle() {
  dnnl_set_default_fpmath_mode(dnnl_fpmath_mode_strict);
  dnnl_set_cpu_isa_hints(dnnl_cpu_isa_no_hints);
}

bool limit_isa(int code) {
  return dnnl_set_max_cpu_isa(static_cast<dnnl_cpu_isa_t>(code)) == dnnl_success;
}

int effective_isa() { return static_cast<int>(dnnl_get_effective_cpu_isa()); }

std::string version() {
  const dnnl_version_t* v = dnnl_version();
  return std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
}

#if defined(__x86_64__)

namespace {

struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers cpuid(unsigned leaf, unsigned subleaf) {
  Registers r;
  if (__get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx) == 0) return {};
  return r;
}

// Threads of a core; oneDNN divides a cache among cores, not among threads.
unsigned threads_of_a_core() { return std::max(1u, cpuid(0xb, 0).ebx & 0xffff); }

bool is_amd() { return cpuid(0, 0).ecx == 0x444d4163; }  // "cAMD"

}  // namespace

long cache_bytes(int level) {
  const unsigned leaf = is_amd() ? 0x8000001d : 4;
  for (unsigned subleaf = 0; subleaf < 8; ++subleaf) {
    const Registers r = cpuid(leaf, subleaf);
    const unsigned type = r.eax & 0x1f;
    if (type == 0) break;
    const bool holds_data = type == 1 || type == 3;
    if (!holds_data || static_cast<int>((r.eax >> 5) & 7) != level) continue;
    const long ways = (r.ebx >> 22) + 1, partitions = ((r.ebx >> 12) & 0x3ff) + 1;
    const long line = (r.ebx & 0xfff) + 1, sets = static_cast<long>(r.ecx) + 1;
    const unsigned threads = ((r.eax >> 14) & 0xfff) + 1;
    return ways * partitions * line * sets / std::max(1u, threads / threads_of_a_core());
  }
  return 0;
}

#else

long cache_bytes(int) { return 0; }

#endif

}  // namespace octant::onednn
