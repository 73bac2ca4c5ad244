package io.octant.calibration;

import io.octant.OctantException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
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

  /**
   * @throws OctantException if the text has a surrogate without its other half, which UTF-8 has not
   */
  void text(String s) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(s));
      varint(utf8.remaining());
      out.write(utf8.array(), utf8.arrayOffset(), utf8.remaining());
    } catch (CharacterCodingException e) {
      throw new OctantException("Cannot write name: " + s + ", expected text that UTF-8 has", e);
    }
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
