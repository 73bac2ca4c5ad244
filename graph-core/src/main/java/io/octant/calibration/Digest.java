package io.octant.calibration;

import io.octant.OctantException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
    try {
      return ofRaw(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static Digest ofRaw(byte[] raw) {
    return new Digest(HexFormat.of().formatHex(raw));
  }

  byte[] raw() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
