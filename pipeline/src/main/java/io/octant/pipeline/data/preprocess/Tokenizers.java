package io.octant.pipeline.data.preprocess;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.octant.pipeline.data.preprocess.TokenSteps.Truncation;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The native tokenizers of this JVM, one for each file, length and way of cutting. They are kept as
 * long as the JVM lives: an executor's tasks share them, and a job has one or two. Used by many
 * threads.
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
   * @param truncation which of two texts is cut
   * @throws RuntimeException if the native library refuses the file
   */
  static long load(TokenizerFile file, int length, Truncation truncation) {
    return HANDLES.computeIfAbsent(
        file.digest() + " " + length + " " + truncation,
        key -> {
          // Else DJL looks for a build for the GPU of this machine, and fetches it.
          if (System.getProperty("RUST_FLAVOR") == null) {
            System.setProperty("RUST_FLAVOR", "cpu");
          }
          LibUtils.checkStatus();
          TokenizersLibrary library = TokenizersLibrary.LIB;
          long handle = library.createTokenizerFromString(file.json());
          library.disablePadding(handle);
          library.setTruncation(handle, length, truncation.name(), 0);
          return handle;
        });
  }

  /**
   * Encodes with the tokens that mark ends.
   *
   * @param texts one, or the two of a pair
   */
  static Tokens encode(long tokenizer, List<String> texts) {
    TokenizersLibrary library = TokenizersLibrary.LIB;
    long encoding =
        texts.size() == 1
            ? library.encode(tokenizer, texts.get(0), true)
            : library.encodeDual(tokenizer, texts.get(0), texts.get(1), true);
    try {
      return new Tokens(library.getTokenIds(encoding), library.getTypeIds(encoding));
    } finally {
      library.deleteEncoding(encoding);
    }
  }
}
