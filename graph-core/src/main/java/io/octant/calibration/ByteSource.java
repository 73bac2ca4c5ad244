package io.octant.calibration;

import io.octant.OctantException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
    return new String(block(), StandardCharsets.UTF_8);
  }

  void requireEnd() {
    if (at != bytes.length) {
      throw corrupt((bytes.length - at) + " bytes left over, expected none");
    }
  }

  OctantException corrupt(String what) {
    return new OctantException("Cannot read " + thing + ": corrupt at byte " + at + ": " + what);
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
