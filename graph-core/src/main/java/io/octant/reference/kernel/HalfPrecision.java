package io.octant.reference.kernel;

/** Rounds floats to formats with fewer bits, to nearest even, keeping them as floats. */
final class HalfPrecision {
  private HalfPrecision() {}

  /**
   * Rounds in place.
   *
   * @param precision significant bits, the hidden one included
   * @param minExponent exponent of the smallest normal number; below it the spacing is constant
   * @param max largest finite value; what rounds beyond becomes infinite
   */
  static float[] round(float[] values, int precision, int minExponent, float max) {
    for (int i = 0; i < values.length; i++) {
      float v = values[i];
      if (v == 0 || Float.isNaN(v) || Float.isInfinite(v)) {
        continue;
      }
      int exponent = Math.max(Math.getExponent(v), minExponent);
      double unit = Math.scalb(1.0, exponent - precision + 1);
      double rounded = Math.rint(v / unit) * unit;
      values[i] =
          Math.abs(rounded) > max ? Math.copySign(Float.POSITIVE_INFINITY, v) : (float) rounded;
    }
    return values;
  }
}
