package io.octant.bytes;

import io.octant.OctantException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Grows a byte array; integers little endian. */
public final class ByteSink {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** The low byte. */
  public void u8(int v) {
    out.write(v);
  }

  /** The low two bytes. */
  public void u16(int v) {
    u8(v);
    u8(v >>> 8);
  }

  /** Four bytes. */
  public void u32(int v) {
    u16(v);
    u16(v >>> 16);
  }

  /** Eight bytes. */
  public void i64(long v) {
    u32((int) v);
    u32((int) (v >>> 32));
  }

  /** IEEE 754 binary32, bit for bit. */
  public void f32(float v) {
    u32(Float.floatToRawIntBits(v));
  }

  /** IEEE 754 binary64, bit for bit. */
  public void f64(double v) {
    i64(Double.doubleToRawLongBits(v));
  }

  /** LEB128 of a non-negative number: seven bits a byte, low ones first, high bit means more. */
  public void varint(long v) {
    long rest = v;
    while (rest >= 0x80) {
      u8((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    u8((int) rest);
  }

  /** Bytes as they are. */
  public void raw(byte[] bytes) {
    out.writeBytes(bytes);
  }

  /** Length in bytes as a varint, then the bytes. */
  public void block(byte[] bytes) {
    varint(bytes.length);
    raw(bytes);
  }

  /**
   * Length in bytes of UTF-8 as a varint, then the bytes.
   *
   * @throws OctantException if the text has a surrogate without its other half, which UTF-8 has not
   */
  public void text(String s) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(s));
      varint(utf8.remaining());
      out.write(utf8.array(), utf8.arrayOffset(), utf8.remaining());
    } catch (CharacterCodingException e) {
      throw new OctantException("Cannot write name: " + s + ", expected text that UTF-8 has", e);
    }
  }

  /** All that was written. */
  public byte[] toBytes() {
    return out.toByteArray();
  }
}
