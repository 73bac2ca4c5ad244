package io.octant.bytes;

import io.octant.OctantException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Reads what {@link ByteSink} wrote; every failure is an {@link OctantException} that names the
 * thing read and the byte. No length is believed before that many bytes are there.
 */
public final class ByteSource {
  private String thing;
  private final byte[] bytes;
  private final int end;
  private int at;

  /**
   * @param thing what the bytes are, for messages
   */
  public ByteSource(String thing, byte[] bytes) {
    this(thing, bytes, bytes.length);
  }

  /** Reads the first bytes of an array only. */
  ByteSource(String thing, byte[] bytes, int end) {
    this.thing = thing;
    this.bytes = bytes;
    this.end = end;
  }

  /** What is read, for messages. */
  public String thing() {
    return thing;
  }

  /** One byte, 0 to 255. */
  public int u8() {
    need(1);
    return bytes[at++] & 0xff;
  }

  /** Two bytes, 0 to 65,535. */
  public int u16() {
    return u8() | u8() << 8;
  }

  /** Four bytes, as an int of the same bits. */
  public int u32() {
    need(Integer.BYTES);
    at += Integer.BYTES;
    return (int) ByteSink.INTS.get(bytes, at - Integer.BYTES);
  }

  /** Eight bytes in two's complement. */
  public long i64() {
    need(Long.BYTES);
    at += Long.BYTES;
    return (long) ByteSink.LONGS.get(bytes, at - Long.BYTES);
  }

  /** What {@link ByteSink#longs} wrote. */
  public void longs(long[] to, int count) {
    int length = Math.multiplyExact(count, Long.BYTES);
    need(length);
    for (int i = 0; i < count; i++) {
      to[i] = (long) ByteSink.LONGS.get(bytes, at + i * Long.BYTES);
    }
    at += length;
  }

  /** IEEE 754 binary32, bit for bit. */
  public float f32() {
    return Float.intBitsToFloat(u32());
  }

  /** IEEE 754 binary64, bit for bit. */
  public double f64() {
    return Double.longBitsToDouble(i64());
  }

  /** What {@link ByteSink#varint} wrote, in its shortest form. */
  public long varint() {
    if (at < end && bytes[at] >= 0) {
      return bytes[at++];
    }
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

  /** A varint that an int holds; anything larger is refused by its name. */
  public int varint31(String name) {
    long v = varint();
    if (v > Integer.MAX_VALUE) {
      throw corrupt(name + " " + v + ", expected at most 2^31 - 1");
    }
    return (int) v;
  }

  /** A number of items of at least so many bytes each, which must still be there. */
  public int count(int itemBytes) {
    long n = varint();
    if (n > (end - at) / itemBytes) {
      throw truncated(n * itemBytes);
    }
    return (int) n;
  }

  /** So many bytes. */
  public byte[] raw(int n) {
    need(n);
    at += n;
    return Arrays.copyOfRange(bytes, at - n, at);
  }

  /** What {@link ByteSink#block} wrote. */
  public byte[] block() {
    long n = varint();
    if (n > end - at) {
      throw truncated(n);
    }
    return raw((int) n);
  }

  /** A source of the bytes of a block alone. */
  public ByteSource nested() {
    return new ByteSource(thing, block());
  }

  /** Reads a part whose failures name it, too. */
  public <T> T within(String part, Supplier<T> read) {
    String whole = thing;
    thing = whole + part;
    try {
      return read.get();
    } finally {
      thing = whole;
    }
  }

  /** What {@link ByteSink#text} wrote. */
  public String text() {
    byte[] utf8 = block();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw corrupt("a text that is not UTF-8");
    }
  }

  /** What a constructor that checks its arguments makes of what was read. */
  public <T> T checked(Supplier<T> make) {
    try {
      return make.get();
    } catch (OctantException e) {
      String why = String.valueOf(e.getMessage());
      throw why.startsWith("Cannot read " + thing) ? e : new OctantException(corruptText(why), e);
    }
  }

  /** Refuses bytes that nobody has read. */
  public void requireEnd() {
    if (at != end) {
      throw corrupt((end - at) + " bytes left over, expected none");
    }
  }

  /** The failure to throw for a reason that has no place among the bytes. */
  public OctantException failure(String why) {
    return new OctantException("Cannot read " + thing + ": " + why);
  }

  /** The failure to throw for bytes that say what cannot be. */
  public OctantException corrupt(String what) {
    return new OctantException(corruptText(what));
  }

  private String corruptText(String what) {
    return "Cannot read " + thing + ": corrupt at byte " + at + ": " + what;
  }

  private void need(int n) {
    if (n > end - at) {
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
            + end
            + ", expected "
            + wanted
            + " more");
  }
}
