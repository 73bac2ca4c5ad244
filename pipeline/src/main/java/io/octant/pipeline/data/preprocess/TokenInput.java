package io.octant.pipeline.data.preprocess;

import io.octant.pipeline.data.preprocess.TokenizerFile.Padding;
import io.octant.pipeline.data.preprocess.Tokenizers.Tokens;
import java.util.Arrays;
import java.util.List;

/** Turns texts, or pairs of them, into one of a tokenizer's results, each of the same length. */
public final class TokenInput implements PreparedInput {
  private static final long serialVersionUID = 1L;

  private final TokenSteps steps;
  private final int length;

  /**
   * @param length tokens of a sample; longer texts lose their end, shorter ones are padded
   */
  public TokenInput(TokenSteps steps, int length) {
    this.steps = steps;
    this.length = length;
  }

  /**
   * Writes the tokens of a text.
   *
   * @param texts one, or the two of a pair
   * @throws ValueException if the tokenizer refuses it, or its marks alone are longer than a sample
   */
  public void longs(List<String> texts, long[] to, int at) {
    Tokens tokens;
    try {
      tokens =
          Tokenizers.encode(Tokenizers.load(steps.tokenizer(), length, steps.truncation()), texts);
    } catch (RuntimeException e) {
      throw new ValueException(
          "a text that the tokenizer refuses (" + e.getMessage() + ")", "another");
    }
    int count = tokens.ids().length;
    if (count > length) {
      throw new ValueException(count + " tokens at least", "at most " + length);
    }
    Padding padding = steps.tokenizer().padding();
    int first = padding.side() == Side.LEFT ? length - count : 0;
    Arrays.fill(
        to,
        at,
        at + length,
        switch (steps.output()) {
          case IDS -> padding.id();
          case MASK -> 0;
          case TYPES -> padding.type();
        });
    switch (steps.output()) {
      case IDS -> System.arraycopy(tokens.ids(), 0, to, at + first, count);
      case MASK -> Arrays.fill(to, at + first, at + first + count, 1);
      case TYPES -> System.arraycopy(tokens.types(), 0, to, at + first, count);
    }
  }

  /**
   * The same for inputs of 32 bits.
   *
   * @throws ValueException as {@link #longs}
   */
  public void ints(List<String> texts, int[] to, int at) {
    long[] wide = new long[length];
    longs(texts, wide, 0);
    for (int i = 0; i < length; i++) {
      to[at + i] = Math.toIntExact(wide[i]);
    }
  }
}
