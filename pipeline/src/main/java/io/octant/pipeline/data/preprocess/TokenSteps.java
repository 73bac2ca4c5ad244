package io.octant.pipeline.data.preprocess;

import java.io.Serializable;
import java.util.List;

/**
 * From a text, or from two, to tokens, cut and padded to the length of the input.
 *
 * @param output which of the tokenizer's results
 * @param pair the second text of a pair, one or none
 */
public record TokenSteps(TokenizerFile tokenizer, Output output, List<Pair> pair)
    implements Preprocessing {

  /** What a tokenizer gives for each token. */
  public enum Output {
    /** Its number, {@code input_ids}. */
    IDS,
    /** 1, and 0 where the sequence is padded: {@code attention_mask}. */
    MASK,
    /** Which of two texts it is of, {@code token_type_ids}. */
    TYPES
  }

  /** Which text of a pair that is too long loses its end, as Hugging Face's tokenizers name it. */
  public enum Truncation {
    /** The longer one, token by token, so that the two end up about as long. */
    LONGEST_FIRST,
    /** The first; a pair whose second text leaves nothing of it is refused. */
    ONLY_FIRST,
    /** The second; a pair whose first text leaves nothing of it is refused. */
    ONLY_SECOND
  }

  /**
   * The second text of a pair.
   *
   * @param column that holds it, beside the column of the first
   */
  public record Pair(String column, Truncation truncation) implements Serializable {}

  public TokenSteps {
    pair = List.copyOf(pair);
  }

  /** Of a text alone. */
  public TokenSteps(TokenizerFile tokenizer, Output output) {
    this(tokenizer, output, List.of());
  }

  /** What loses its end. */
  Truncation truncation() {
    return pair.stream().map(Pair::truncation).findFirst().orElse(Truncation.LONGEST_FIRST);
  }
}
