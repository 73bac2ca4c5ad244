package io.octant.jobs.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the file beside a model that says how its pictures are prepared. */
final class ProcessorFile {
  private ProcessorFile() {}

  /**
   * The steps of timm's {@code config.json} or of Hugging Face's {@code preprocessor_config.json}.
   *
   * @param path of the local file system
   * @throws SettingsException if the file cannot be read
   * @throws Misread naming what is in it and not understood
   */
  static PictureBase read(String path) {
    Path file = LocalFile.of(path);
    if (!Files.isRegularFile(file)) {
      throw new SettingsException(
          "Cannot read steps of pictures: " + path + ": no such file, expected a local JSON file");
    }
    ConfigObject root;
    try {
      root =
          ConfigFactory.parseFile(
                  file.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON))
              .root();
    } catch (ConfigException e) {
      throw new SettingsException(
          "Cannot read steps of pictures: " + path + ": " + e.getMessage() + ", expected JSON");
    }
    if (root.get("pretrained_cfg") instanceof ConfigObject inner) {
      return TimmFile.read(inner);
    }
    return root.containsKey("crop_pct") || root.containsKey("input_size")
        ? TimmFile.read(root)
        : HuggingFaceFile.read(root);
  }
}
