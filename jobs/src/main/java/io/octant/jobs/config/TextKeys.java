package io.octant.jobs.config;

import io.octant.OctantException;
import io.octant.pipeline.data.preprocess.TokenSteps;
import io.octant.pipeline.data.preprocess.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Reads how the texts of a column are tokenized. */
final class TextKeys {
  static final List<String> KEYS = List.of("tokenizer", "output");

  private TextKeys() {}

  /** The steps of a column with a tokenizer. */
  static TokenSteps read(Parts parts) {
    String path = parts.require("tokenizer", Kind.path());
    TokenSteps.Output output = parts.require("output", Kind.choice(TokenSteps.Output.class));
    try {
      return new TokenSteps(TokenizerFile.of(path, Files.readAllBytes(LocalFile.of(path))), output);
    } catch (IOException e) {
      throw parts.refused("tokenizer", "a local file that can be read");
    } catch (OctantException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
