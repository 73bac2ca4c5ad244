package io.octant.tensor;

import io.octant.OctantException;

/**
 * The integers that a quantized value may take, both ends included.
 *
 * @param min smallest integer, PyTorch's {@code quant_min}
 * @param max largest integer, PyTorch's {@code quant_max}
 */
public record QRange(int min, int max) {
  public QRange {
    if (min > max) {
      throw new OctantException(
          "Cannot make quantized range: " + min + " to " + max + ", expected min <= max");
    }
  }

  /**
   * All integers of a type.
   *
   * @throws OctantException for float types and those wider than 32 bits
   */
  public static QRange of(DType dtype) {
    return switch (dtype) {
      case QINT8, INT8 -> new QRange(-128, 127);
      case QUINT8, UINT8 -> new QRange(0, 255);
      case QUINT4X2 -> new QRange(0, 15);
      case INT16 -> new QRange(-32768, 32767);
      case UINT16 -> new QRange(0, 65535);
      case QINT32, INT32 -> new QRange(Integer.MIN_VALUE, Integer.MAX_VALUE);
      default ->
          throw new OctantException(
              "Cannot quantize to dtype: " + dtype + ", expected an integer type of 4 to 32 bits");
    };
  }

  /** Both ends halved, rounding down: PyTorch's {@code reduce_range}. */
  public QRange reduced() {
    return new QRange(Math.floorDiv(min, 2), Math.floorDiv(max, 2));
  }

  /** How many integers there are. */
  public long levels() {
    return (long) max - min + 1;
  }

  /** Whether an integer lies within, both ends included. */
  public boolean contains(long q) {
    return q >= min && q <= max;
  }

  /** Whether a range lies within this one. */
  public boolean contains(QRange other) {
    return min <= other.min && other.max <= max;
  }

  /** The integer of the range that is nearest. */
  public int clamp(long q) {
    return (int) Math.max(min, Math.min(max, q));
  }

  @Override
  public String toString() {
    return min + ".." + max;
  }
}
