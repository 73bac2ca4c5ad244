package io.octant.bytes;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A hash of bytes that come in parts. Not thread-safe. */
public final class Hash {
  private final MessageDigest digest;

  private Hash(String algorithm) {
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + algorithm, e);
    }
  }

  /** An empty one. */
  public static Hash sha256() {
    return new Hash("SHA-256");
  }

  /** What ONNX asks of files with external tensors. */
  public static Hash sha1() {
    return new Hash("SHA-1");
  }

  /** Adds the first bytes of an array. */
  public Hash update(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
    return this;
  }

  /** Adds a text in UTF-8 and a zero byte. */
  public Hash update(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return this;
  }

  /** Adds what is written to it. */
  public OutputStream asOutput() {
    return new DigestOutputStream(OutputStream.nullOutputStream(), digest);
  }

  /** The hash as lower-case hexadecimal digits; starts anew. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
