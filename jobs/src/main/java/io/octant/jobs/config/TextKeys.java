package io.octant.jobs.config;

import io.octant.OctantException;
import io.octant.pipeline.data.preprocess.TokenSteps;
import io.octant.pipeline.data.preprocess.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** Reads how the texts of a column are tokenized. */
final class TextKeys {
  static final List<String> KEYS = List.of("tokenizer", "output", "pair", "truncation");

  private TextKeys() {}

  /** The steps of a column with a tokenizer. */
  static TokenSteps read(Parts parts) {
    String path = parts.require("tokenizer", Kind.path());
    TokenSteps.Output output = parts.require("output", Kind.choice(TokenSteps.Output.class));
    Optional<TokenSteps.Truncation> truncation =
        parts.find("truncation", Kind.choice(TokenSteps.Truncation.class));
    Optional<String> second = parts.find("pair", Kind.text());
    if (truncation.isPresent() && second.isEmpty()) {
      throw parts.refused("truncation", "pair beside it: a text alone is cut at its end");
    }
    List<TokenSteps.Pair> pair =
        second.stream()
            .map(
                column ->
                    new TokenSteps.Pair(
                        column, truncation.orElse(TokenSteps.Truncation.LONGEST_FIRST)))
            .toList();
    try {
      return new TokenSteps(
          TokenizerFile.of(path, Files.readAllBytes(LocalFile.of(path))), output, pair);
    } catch (IOException e) {
      throw parts.refused("tokenizer", "a local file that can be read");
    } catch (OctantException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
