package io.octant.calibration;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Grows a byte array; integers little endian. */
final class ByteSink {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void u8(int v) {
    out.write(v);
  }

  void u16(int v) {
    u8(v);
    u8(v >>> 8);
  }

  void u32(int v) {
    u16(v);
    u16(v >>> 16);
  }

  void f32(float v) {
    u32(Float.floatToRawIntBits(v));
  }

  /** LEB128 of a non-negative number: seven bits a byte, low ones first, high bit means more. */
  void varint(long v) {
    long rest = v;
    while (rest >= 0x80) {
      u8((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    u8((int) rest);
  }

  void raw(byte[] bytes) {
    out.writeBytes(bytes);
  }

  /** Length in bytes as a varint, then the bytes. */
  void block(byte[] bytes) {
    varint(bytes.length);
    raw(bytes);
  }

  void text(String s) {
    block(s.getBytes(StandardCharsets.UTF_8));
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
