// What decides the last digits of oneDNN's float sums, and the settings that must not.
#pragma once

#include <string>

namespace octant::onednn {

/// Takes from the environment what would change results behind our back: float arithmetic of less
/// precision, and a preference for narrower vectors. To be called before anything else.
void settle();

/// Caps the instruction set at a dnnl_cpu_isa_t. False if oneDNN already runs.
bool limit_isa(int code);

/// The dnnl_cpu_isa_t in effect, 0 if it is none of x86. From here on there is no other.
int effective_isa();

/// "3.11.0".
std::string version();

/// Bytes of a core's share of a level of its data caches, as oneDNN reckons them; 0 if unknown.
long cache_bytes(int level);

}  // namespace octant::onednn
