package io.octant.jobs.config;

/**
 * Where results go.
 *
 * @param path a folder, absolute or a URI
 * @param ifPresent what to do when there are results already
 */
public record OutputConfig(String path, IfPresent ifPresent) {

  /** What happens to results of an earlier run. */
  public enum IfPresent {
    REFUSE,
    REPLACE
  }

  static OutputConfig of(Settings settings) {
    return new OutputConfig(
        settings.value(Keys.OUTPUT_PATH),
        settings.value(Keys.OUTPUT_OVERWRITE) ? IfPresent.REPLACE : IfPresent.REFUSE);
  }
}
