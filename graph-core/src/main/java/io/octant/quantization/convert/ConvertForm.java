package io.octant.quantization.convert;

/** How far conversion goes: what {@code fx._lower_to_native_backend} takes, or what it makes. */
public enum ConvertForm {
  /** Operators on quantized tensors wherever there are kernels: {@code convert_fx}. */
  LOWERED,
  /** Float operators between quantize and dequantize: {@code convert_to_reference_fx}. */
  REFERENCE,
  /**
   * As the reference, with plain integers and literal parameters: {@code
   * _convert_to_reference_decomposed_fx}.
   */
  DECOMPOSED
}
