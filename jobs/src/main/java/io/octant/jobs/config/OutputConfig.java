package io.octant.jobs.config;

import java.util.Optional;

/**
 * Where results go.
 *
 * @param path a folder, absolute or a URI
 * @param ifPresent what to do when there are results already
 * @param current a place of promotion to compare with; absolute or a URI
 */
public record OutputConfig(String path, IfPresent ifPresent, Optional<String> current) {

  /** What happens to results of an earlier run. */
  public enum IfPresent {
    REFUSE,
    REPLACE
  }

  static OutputConfig of(Settings settings) {
    return new OutputConfig(
        settings.value(Keys.OUTPUT_PATH),
        settings.value(Keys.OUTPUT_OVERWRITE) ? IfPresent.REPLACE : IfPresent.REFUSE,
        settings.find(Keys.OUTPUT_CURRENT));
  }
}
