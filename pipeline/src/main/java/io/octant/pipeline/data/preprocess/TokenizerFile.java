package io.octant.pipeline.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.OctantException;
import io.octant.bytes.Digest;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * A {@code tokenizer.json} of Hugging Face's tokenizers, which travels to the executors as a whole.
 * Two are equal if their bytes are, and so are their texts.
 */
public final class TokenizerFile implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Tokens for padding by convention, where the file does not say which one is. */
  private static final Set<String> PADDING = Set.of("[PAD]", "<pad>");

  private final String json;
  private final String digest;
  private final Padding padding;

  /**
   * How short sequences are filled up.
   *
   * @param id of the token
   * @param type of the token
   */
  record Padding(long id, long type, Side side) implements Serializable {}

  private TokenizerFile(String json, String digest, Padding padding) {
    this.json = json;
    this.digest = digest;
    this.padding = padding;
  }

  /**
   * Reads a file.
   *
   * @param name where it is, for messages
   * @throws OctantException if it is none
   */
  public static TokenizerFile of(String name, byte[] bytes) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(bytes);
    } catch (IOException e) {
      throw new OctantException(
          "Cannot read tokenizer " + name + ": no JSON, expected a tokenizer.json", e);
    }
    if (!root.path("model").isObject()) {
      throw new OctantException(
          "Cannot read tokenizer " + name + ": no model in it, expected a tokenizer.json");
    }
    if (root.path("truncation").path("direction").asText("Right").equals("Left")) {
      throw new OctantException(
          "Cannot use tokenizer " + name + ": truncation at the left, expected at the right");
    }
    TokenizerFile file =
        new TokenizerFile(
            new String(bytes, StandardCharsets.UTF_8), Digest.of(bytes).hex(), padding(name, root));
    try {
      Tokenizers.load(file, 1 << 20, TokenSteps.Truncation.LONGEST_FIRST);
    } catch (RuntimeException e) {
      throw new OctantException(
          "Cannot read tokenizer " + name + ": " + e.getMessage() + ", expected a tokenizer.json",
          e);
    }
    return file;
  }

  private static Padding padding(String name, JsonNode root) {
    JsonNode declared = root.path("padding");
    if (declared.isObject()) {
      return new Padding(
          declared.path("pad_id").asLong(0),
          declared.path("pad_type_id").asLong(0),
          declared.path("direction").asText("Right").equals("Left") ? Side.LEFT : Side.RIGHT);
    }
    for (JsonNode token : root.path("added_tokens")) {
      if (PADDING.contains(token.path("content").asText())) {
        return new Padding(token.path("id").asLong(), 0, Side.RIGHT);
      }
    }
    throw new OctantException(
        "Cannot pad with tokenizer "
            + name
            + ": neither padding in it nor an added token of "
            + List.of("[PAD]", "<pad>")
            + ", expected one of them");
  }

  String json() {
    return json;
  }

  String digest() {
    return digest;
  }

  Padding padding() {
    return padding;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenizerFile file && file.digest.equals(digest);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return "tokenizer " + digest;
  }
}
