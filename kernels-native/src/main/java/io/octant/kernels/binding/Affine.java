package io.octant.kernels.binding;

/**
 * Quantization parameters of an 8-bit tensor and the range that its values are clamped to.
 *
 * @param scale positive, in float32 as the kernels use it
 */
public record Affine(ElementType type, float scale, int zeroPoint, int low, int high) {
  public Affine {
    if (!type.is8Bit()) {
      throw new UnsupportedKernelException("quantized kernels need u8 or s8, not " + type);
    }
  }

  /** The full range of the type. */
  public static Affine of(ElementType type, double scale, int zeroPoint) {
    return type == ElementType.U8
        ? new Affine(type, (float) scale, zeroPoint, 0, 255)
        : new Affine(type, (float) scale, zeroPoint, -128, 127);
  }

  /** Clamps once more, to a range within that of the type. */
  public Affine clamped(int least, int most) {
    return new Affine(
        type,
        scale,
        zeroPoint,
        Math.min(Math.max(low, least), most),
        Math.min(Math.max(high, least), most));
  }

  /** Clamps below at the zero point, which is the real number 0. */
  public Affine withRelu() {
    return new Affine(type, scale, zeroPoint, Math.max(low, zeroPoint), high);
  }
}
