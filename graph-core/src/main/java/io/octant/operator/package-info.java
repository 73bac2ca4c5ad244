/**
 * The operator table: what Octant knows of each operator besides its code, told once, as data.
 * Names, parameter lists, module twins, which tensors it takes, where it leaves the samples of a
 * batch, how its shape follows, how quantized tensors pass, and a sentence.
 *
 * <p>The engines, tracing, shape propagation, conversion, import and the documentation read it.
 * Code has its own place and registers under a row's name: a reference kernel in {@code
 * io.octant.reference}, an import in {@code io.octant.onnx.operator}, a native lowering in {@code
 * io.octant.kernels.plan}. After the idea of PyTorch's {@code native_functions.yaml}.
 */
@NullMarked
package io.octant.operator;

import org.jspecify.annotations.NullMarked;
