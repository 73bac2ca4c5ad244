package io.octant.bytes;

import io.octant.OctantException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A SHA-256.
 *
 * <p>No PyTorch counterpart.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) {
  /** Bytes of a digest. */
  public static final int BYTES = 32;

  public Digest {
    if (!hex.matches("[0-9a-fA-F]{64}")) {
      throw new OctantException(
          "Cannot read digest: " + hex + ", expected 64 hexadecimal digits of SHA-256");
    }
    hex = hex.toLowerCase(Locale.ROOT);
  }

  /** The digest of some bytes. */
  public static Digest of(byte[] content) {
    return new Digest(Hash.sha256().update(content, content.length).hex());
  }

  /** A digest of so many bytes. */
  public static Digest ofRaw(byte[] raw) {
    return new Digest(HexFormat.of().formatHex(raw));
  }

  /** The bytes that {@link #hex} shows. */
  public byte[] raw() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
