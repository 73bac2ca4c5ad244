/**
 * Runs conformance suites: data-only cases (JSON and safetensors) that record what PyTorch's FX
 * graph mode quantization does, against Octant on the Java reference kernels. Format: {@code
 * docs/conformance.md}.
 */
package io.octant.conformance;
