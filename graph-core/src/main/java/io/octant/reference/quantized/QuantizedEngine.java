package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The PyTorch CPU engine that configurations have defaults for, and whose integer arithmetic a
 * packed weight follows ({@code torch.backends.quantized.engine}).
 *
 * <p>{@link #X86}, {@link #FBGEMM} and {@link #ONEDNN} keep the bias in float and requantize {@code
 * rint((float(acc) + bias / (s_x·s_w)) · float(s_x·s_w / s_y)) + z_y}; {@link #QNNPACK} first
 * rounds the bias to an int32 of scale {@code s_x·s_w}. The two rules differ by one step in about
 * one value in a thousand. oneDNN, which X86 uses for convolutions on processors with VNNI, adds
 * the zero point before it rounds; that shows at ties only.
 */
public enum QuantizedEngine {
  X86,
  FBGEMM,
  ONEDNN,
  QNNPACK;

  /**
   * Whether activations are kept to 7 bits unless one says otherwise, so that two products fit a
   * sum of 16 bits.
   */
  public boolean reducesRange() {
    return this == X86 || this == FBGEMM;
  }

  /** How linear kernels round. */
  Rounding linearRounding() {
    return this == ONEDNN ? Rounding.AFTER_ZERO_POINT : Rounding.BEFORE_ZERO_POINT;
  }

  /** How convolution kernels round; x86 leaves convolutions to oneDNN. */
  Rounding convolutionRounding() {
    return this == ONEDNN || this == X86 ? Rounding.AFTER_ZERO_POINT : Rounding.BEFORE_ZERO_POINT;
  }

  /** Whether the bias is rounded to int32 at scale {@code s_x·s_w} before it is added. */
  public boolean roundsBias() {
    return this == QNNPACK;
  }

  /** The bias that a packed weight carries: qnnpack has zeros where there is none. */
  @Nullable Tensor packedBias(@Nullable Tensor bias, int outputs) {
    return bias == null && this == QNNPACK
        ? Tensor.of(DType.FLOAT32, Shape.of(outputs), new float[outputs])
        : bias;
  }

  /** The bits that dynamic quantization takes when asked for some; qnnpack always takes eight. */
  public ActivationBits supported(ActivationBits bits) {
    return this == QNNPACK ? ActivationBits.EIGHT : bits;
  }

  /**
   * Finds an engine by its PyTorch name, {@code "fbgemm"} say.
   *
   * @throws OctantException if there is none
   */
  public static QuantizedEngine of(String name) {
    for (QuantizedEngine e : values()) {
      if (e.toString().equals(name)) {
        return e;
      }
    }
    throw new OctantException(
        "Cannot resolve quantized engine: "
            + name
            + ", expected one of "
            + Arrays.toString(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
