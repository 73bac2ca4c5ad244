package io.octant.pipeline.data.preprocess;

/**
 * From a text to its tokens, cut and padded to the length of the input.
 *
 * @param output which of the tokenizer's results
 */
public record TokenSteps(TokenizerFile tokenizer, Output output) implements Preprocessing {

  /** What a tokenizer gives for each token. */
  public enum Output {
    /** Its number, {@code input_ids}. */
    IDS,
    /** 1, and 0 where the sequence is padded: {@code attention_mask}. */
    MASK,
    /** Which of two texts it is of, {@code token_type_ids}. */
    TYPES
  }
}
