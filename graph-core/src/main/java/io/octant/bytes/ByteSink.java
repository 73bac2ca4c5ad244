package io.octant.bytes;

import io.octant.OctantException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Grows a byte array; integers little endian. */
public final class ByteSink {
  private static final int FIRST_BYTES = 256;

  /** A varint of 63 bits. */
  private static final int LONGEST_VARINT = 9;

  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  private void reserve(int more) {
    if (more > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), 2 * bytes.length));
    }
  }

  /** The low byte. */
  public void u8(int v) {
    reserve(1);
    bytes[size++] = (byte) v;
  }

  /** The low two bytes. */
  public void u16(int v) {
    u8(v);
    u8(v >>> 8);
  }

  /** Four bytes. */
  public void u32(int v) {
    reserve(Integer.BYTES);
    INTS.set(bytes, size, v);
    size += Integer.BYTES;
  }

  /** Eight bytes. */
  public void i64(long v) {
    reserve(Long.BYTES);
    LONGS.set(bytes, size, v);
    size += Long.BYTES;
  }

  /** Eight bytes for each of the first so many. */
  public void longs(long[] source, int count) {
    int length = Math.multiplyExact(count, Long.BYTES);
    reserve(length);
    for (int i = 0; i < count; i++) {
      LONGS.set(bytes, size + i * Long.BYTES, source[i]);
    }
    size += length;
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
    reserve(LONGEST_VARINT);
    long rest = v;
    while (rest >= 0x80) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Bytes as they are. */
  public void raw(byte[] source) {
    raw(source, 0, source.length);
  }

  private void raw(byte[] source, int from, int length) {
    reserve(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  /** Length in bytes as a varint, then the bytes. */
  public void block(byte[] source) {
    varint(source.length);
    raw(source);
  }

  /** Length in bytes of what another sink got, as a varint, then those bytes. */
  public void block(ByteSink content) {
    varint(content.size);
    raw(content.bytes, 0, content.size);
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
      raw(utf8.array(), utf8.arrayOffset(), utf8.remaining());
    } catch (CharacterCodingException e) {
      throw new OctantException("Cannot write name: " + s + ", expected text that UTF-8 has", e);
    }
  }

  /** All that was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
