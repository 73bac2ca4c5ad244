// Float 3×3 convolutions of stride 1 by Winograd's F(2×2, 3×3): 16 multiplications for four results
// instead of 36, and additions before and after. The sums over channels have one order, whatever
// the instruction set.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../kernel.h"
#include "winograd_loops.h"
#include "winograd_tiles.h"

namespace octant::kernels {

/// Channels in and out are multiples of kWinogradChannels.
struct WinogradLayer {
  WinogradGrid grid;
  int64_t in, out;
  std::vector<WinogradStep> steps;
};

/// `weights` are [out, in, 3, 3], `bias` is [out] or null. Refuses weights that are not finite or
/// beyond kExtreme, of which more than the results that they belong to would overflow. Operands:
/// src, dst, those of the steps that have one.
std::unique_ptr<Kernel> winograd(const WinogradLayer& layer, const float* weights,
                                 const float* bias, const std::string& isa);

}  // namespace octant::kernels
