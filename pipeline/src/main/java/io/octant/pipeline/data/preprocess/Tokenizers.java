package io.octant.pipeline.data.preprocess;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The native tokenizers of this JVM, one for each file and length. They are kept as long as the JVM
 * lives: an executor's tasks share them, and a job has one or two. Used by many threads.
 *
 * <p>This is the seam to DJL's binding of Hugging Face's tokenizers. Its native methods are called
 * directly, as the class around them reports its use over the network.
 */
final class Tokenizers {
  private static final ConcurrentHashMap<String, Long> HANDLES = new ConcurrentHashMap<>();

  private Tokenizers() {}

  /** The tokens of a text. */
  @SuppressWarnings("ArrayRecordComponent")
  record Tokens(long[] ids, long[] types) {}

  /**
   * A tokenizer that cuts what is longer at its right end.
   *
   * @param length most tokens of a sequence, with those that mark its ends
   * @throws RuntimeException if the native library refuses the file
   */
  static long load(TokenizerFile file, int length) {
    return HANDLES.computeIfAbsent(
        file.digest() + " " + length,
        key -> {
          // Else DJL looks for a build for the GPU of this machine, and fetches it.
          if (System.getProperty("RUST_FLAVOR") == null) {
            System.setProperty("RUST_FLAVOR", "cpu");
          }
          LibUtils.checkStatus();
          TokenizersLibrary library = TokenizersLibrary.LIB;
          long handle = library.createTokenizerFromString(file.json());
          library.disablePadding(handle);
          library.setTruncation(handle, length, "LONGEST_FIRST", 0);
          return handle;
        });
  }

  static Tokens encode(long tokenizer, String text) {
    TokenizersLibrary library = TokenizersLibrary.LIB;
    long encoding = library.encode(tokenizer, text, true);
    try {
      return new Tokens(library.getTokenIds(encoding), library.getTypeIds(encoding));
    } finally {
      library.deleteEncoding(encoding);
    }
  }
}
