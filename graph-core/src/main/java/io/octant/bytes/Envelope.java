package io.octant.bytes;

import io.octant.OctantException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * What stands around the content of a binary format: magic, version (u16), content, CRC-32C (u32)
 * of all bytes before.
 *
 * @param thing what the bytes are, for messages
 * @param magic ASCII text that they begin with
 * @param oldest the oldest version that is read
 * @param newest the newest version
 */
public record Envelope(String thing, String magic, int oldest, int newest) {
  private static final int CHECKSUM_BYTES = 4;

  /** A format of one version, for bytes that live as long as a job. */
  public Envelope(String thing, String magic, int version) {
    this(thing, magic, version, version);
  }

  /**
   * The content of an envelope.
   *
   * @param version between oldest and newest
   * @param content reads from the first byte after the version
   */
  public record Opened(int version, ByteSource content) {}

  /** Content in an envelope of the newest version. */
  public byte[] seal(Consumer<ByteSink> content) {
    return seal(newest, content);
  }

  /** Content in an envelope of a version. */
  public byte[] seal(int version, Consumer<ByteSink> content) {
    ByteSink out = new ByteSink();
    out.raw(ascii());
    out.u16(version);
    content.accept(out);
    byte[] bytes = out.toBytes();
    out.u32(checksum(bytes, bytes.length));
    return out.toBytes();
  }

  /** {@link #open(String, byte[])} of bytes that come from nowhere worth naming. */
  public Opened open(byte[] bytes) {
    return open("", bytes);
  }

  /**
   * Checks magic, version and checksum.
   *
   * @param source where the bytes come from, for messages; may be empty
   * @throws OctantException if any of them is not as it should be
   */
  public Opened open(String source, byte[] bytes) {
    String named = source.isEmpty() ? thing : thing + " " + source;
    if (!isAround(bytes)) {
      throw new OctantException(
          "Cannot read " + named + ": not a " + thing + ", expected it to begin with " + magic);
    }
    ByteSource head = new ByteSource(named, bytes);
    head.raw(magic.length());
    int version = head.u16();
    if (version < oldest || version > newest) {
      throw new OctantException(
          "Cannot read " + named + ": version " + version + ", expected " + versions());
    }
    int end = Math.max(0, bytes.length - CHECKSUM_BYTES);
    if (new ByteSource(named, Arrays.copyOfRange(bytes, end, bytes.length)).u32()
        != checksum(bytes, end)) {
      throw new OctantException(
          "Cannot read " + named + ": the checksum differs, expected an intact, whole file");
    }
    ByteSource content = new ByteSource(named, bytes, end);
    content.raw(magic.length());
    content.u16();
    return new Opened(version, content);
  }

  /** Whether bytes begin with the magic. */
  public boolean isAround(byte[] bytes) {
    return bytes.length >= magic.length()
        && Arrays.equals(bytes, 0, magic.length(), ascii(), 0, magic.length());
  }

  private String versions() {
    return switch (newest - oldest) {
      case 0 -> String.valueOf(newest);
      case 1 -> oldest + " or " + newest;
      default -> oldest + " to " + newest;
    };
  }

  private byte[] ascii() {
    return magic.getBytes(StandardCharsets.US_ASCII);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
