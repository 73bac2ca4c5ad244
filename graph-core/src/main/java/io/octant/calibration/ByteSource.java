package io.octant.calibration;

import io.octant.OctantException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

/** Reads what {@link ByteSink} wrote; every failure names the thing read and the byte. */
final class ByteSource {
  private final String thing;
  private final byte[] bytes;
  private int at;

  ByteSource(String thing, byte[] bytes) {
    this.thing = thing;
    this.bytes = bytes;
  }

  int u8() {
    need(1);
    return bytes[at++] & 0xff;
  }

  int u16() {
    return u8() | u8() << 8;
  }

  int u32() {
    return u16() | u16() << 16;
  }

  float f32() {
    return Float.intBitsToFloat(u32());
  }

  /**
   * Two finite numbers in order, or +∞ and −∞ for none; never −0, which has the same meaning as +0
   * in other bytes.
   */
  ValueRange range() {
    float min = f32();
    float max = f32();
    boolean none = min == Float.POSITIVE_INFINITY && max == Float.NEGATIVE_INFINITY;
    boolean some = Float.isFinite(min) && Float.isFinite(max) && min <= max;
    if (!none && !some || isNegativeZero(min) || isNegativeZero(max)) {
      throw corrupt(
          "range "
              + min
              + " to "
              + max
              + ", expected finite numbers in order, none of them -0, or Infinity to -Infinity");
    }
    return new ValueRange(min, max);
  }

  private static boolean isNegativeZero(float x) {
    return Float.floatToRawIntBits(x) == Float.floatToRawIntBits(-0.0f);
  }

  long varint() {
    long v = 0;
    for (int shift = 0; ; shift += 7) {
      long b = u8();
      if (shift == 63 || (shift > 0 && b == 0)) {
        throw corrupt("a count that is not in its shortest form or passes 2^63 - 1");
      }
      v |= (b & 0x7f) << shift;
      if (b < 0x80) {
        return v;
      }
    }
  }

  /** A number of items of at least so many bytes each, which must still be there. */
  int count(int itemBytes) {
    long n = varint();
    if (n > (bytes.length - at) / itemBytes) {
      throw truncated(n * itemBytes);
    }
    return (int) n;
  }

  byte[] raw(int n) {
    need(n);
    at += n;
    return Arrays.copyOfRange(bytes, at - n, at);
  }

  byte[] block() {
    long n = varint();
    if (n > bytes.length - at) {
      throw truncated(n);
    }
    return raw((int) n);
  }

  String text() {
    byte[] utf8 = block();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw corrupt("a text that is not UTF-8");
    }
  }

  /** What a constructor that checks its arguments makes of what was read. */
  <T> T checked(Supplier<T> make) {
    try {
      return make.get();
    } catch (OctantException e) {
      throw new OctantException(corruptText(String.valueOf(e.getMessage())), e);
    }
  }

  void requireEnd() {
    if (at != bytes.length) {
      throw corrupt((bytes.length - at) + " bytes left over, expected none");
    }
  }

  OctantException corrupt(String what) {
    return new OctantException(corruptText(what));
  }

  private String corruptText(String what) {
    return "Cannot read " + thing + ": corrupt at byte " + at + ": " + what;
  }

  private void need(int n) {
    if (n > bytes.length - at) {
      throw truncated(n);
    }
  }

  private OctantException truncated(long wanted) {
    return new OctantException(
        "Cannot read "
            + thing
            + ": truncated at byte "
            + at
            + " of "
            + bytes.length
            + ", expected "
            + wanted
            + " more");
  }
}
