package io.octant.quantization.qconfig;

import java.util.Optional;

/**
 * The outcome of a look-up.
 *
 * <p>No PyTorch counterpart.
 *
 * @param value what was found; empty if the part stays float
 * @param source which entry decided, for reports: "module name layer1.conv"
 */
public record Choice<Q>(Optional<Q> value, String source) {}
