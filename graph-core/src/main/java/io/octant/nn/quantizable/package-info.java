/**
 * Modules of several operations that are observed and quantized part by part: {@code
 * torch.ao.nn.quantizable}. A float LSTM is turned into an observed one, calibrated, and then into
 * one on quantized tensors; the parts are modules, so that each has its own parameters.
 */
@NullMarked
package io.octant.nn.quantizable;

import org.jspecify.annotations.NullMarked;
