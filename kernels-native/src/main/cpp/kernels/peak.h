// How many multiply-adds this core does at most: what a profile measures kernels by.
#pragma once

#include "isa.h"

namespace octant::kernels {

/// Runs the widest multiply-add of an instruction set `n` times on registers alone, with enough of
/// them in flight, and returns how many multiply-adds of single numbers that was.
using PeakLoop = long(long n);

/// Of f32: fused where the set has it.
const Variants<PeakLoop>& float_peak();

/// Of u8 x s8 into 32 bits: in one instruction with VNNI, in three without.
PeakLoop* integer_peak();

}  // namespace octant::kernels
