package io.octant.pipeline.execution;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of a sequence of bytes and texts; each text ends in a zero byte. */
public final class Sha256 {
  private final MessageDigest digest;

  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Digest of one array as 64 hexadecimal digits. */
  public static String of(byte[] bytes) {
    Sha256 s = new Sha256();
    s.update(bytes, bytes.length);
    return s.hex();
  }

  /** Adds the first bytes of an array. */
  public void update(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
  }

  /** Adds a text in UTF-8 and a zero byte. */
  public void update(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  /** The digest as hexadecimal digits; starts anew. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
