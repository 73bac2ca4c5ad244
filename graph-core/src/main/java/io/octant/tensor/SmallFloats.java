package io.octant.tensor;

/**
 * The 8- and 16-bit float encodings: IEEE 754 binary16, bfloat16, and the two 8-bit types of "FP8
 * Formats for Deep Learning" (arXiv 2209.05433) as onnx.proto stores them. The element types are
 * PyTorch's; no class there is for the encodings.
 */
public final class SmallFloats {
  private SmallFloats() {}

  /** The value of a bit pattern in the low bits; exact. */
  public static float decode(DType dtype, int bits) {
    return switch (dtype) {
      case FLOAT16 -> decode(bits & 0xffff, 5, 10, true);
      case BFLOAT16 -> Float.intBitsToFloat(bits << 16);
      case FLOAT8_E5M2 -> decode(bits & 0xff, 5, 2, true);
      case FLOAT8_E4M3FN -> (bits & 0x7f) == 0x7f ? Float.NaN : decode(bits & 0xff, 4, 3, false);
      default -> throw new IllegalArgumentException(dtype + " is no small float type");
    };
  }

  private static float decode(int bits, int exponentBits, int mantissaBits, boolean hasInfinity) {
    int mantissa = bits & ((1 << mantissaBits) - 1);
    int exponent = bits >>> mantissaBits & ((1 << exponentBits) - 1);
    float sign = bits >>> (mantissaBits + exponentBits) == 0 ? 1 : -1;
    int bias = (1 << exponentBits - 1) - 1;
    if (hasInfinity && exponent == (1 << exponentBits) - 1) {
      return mantissa == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return exponent == 0
        ? sign * Math.scalb((float) mantissa, 1 - bias - mantissaBits)
        : sign * Math.scalb((float) (mantissa | 1 << mantissaBits), exponent - bias - mantissaBits);
  }

  /**
   * The bit pattern of a value that the 16-bit type represents exactly, as tensors of these types
   * hold them.
   */
  public static int encode(DType dtype, float value) {
    int f = Float.floatToIntBits(value);
    if (dtype == DType.BFLOAT16) {
      return f >>> 16;
    }
    int sign = f >>> 16 & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return sign | 0x7e00;
    }
    if (magnitude >= 65520) {
      return sign | 0x7c00;
    }
    if (magnitude < 0x1p-14f) {
      return sign | (int) Math.rint(Math.scalb(magnitude, 24));
    }
    int exponent = Math.getExponent(magnitude);
    int mantissa = (int) Math.rint(Math.scalb(magnitude, 10 - exponent));
    return sign | (exponent + 14 << 10) + mantissa;
  }
}
