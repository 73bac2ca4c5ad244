package io.octant.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads HOCON files and what they include. The parser itself leaves out an include that it does not
 * find, and looks for none beside a file that is given by its bare name.
 *
 * @param folder of the file that includes
 * @param rewriting of every file's text; null parses the files as they are
 * @param fallback includes what is no file
 */
record Includes(
    Path folder, @Nullable UnaryOperator<String> rewriting, @Nullable ConfigIncluder fallback)
    implements ConfigIncluder, ConfigIncluderFile {
  private static final List<String> EXTENSIONS = List.of(".conf", ".json", ".properties");

  /**
   * Parses a file.
   *
   * @throws com.typesafe.config.ConfigException if it is no HOCON
   * @throws SettingsException if it includes what there is not
   */
  static Config parse(Path file, @Nullable UnaryOperator<String> rewriting) {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setAllowMissing(false)
            .setIncluder(new Includes(folder == null ? absolute : folder, rewriting, null));
    boolean hasProperties = file.toString().endsWith(".properties");
    if (rewriting == null || hasProperties) {
      return ConfigFactory.parseFile(absolute.toFile(), options);
    }
    try {
      return ConfigFactory.parseString(
          rewriting.apply(Files.readString(absolute)),
          options.setOriginDescription(file.toString()).setSyntax(ConfigSyntax.CONF));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder other) {
    return new Includes(folder, rewriting, fallback == null ? other : fallback);
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (what.indexOf('\0') >= 0) {
      return missing(what); // No file can have that name, and Path refuses it.
    }
    Path exact = folder.resolve(what);
    if (Files.isRegularFile(exact)) {
      return parse(exact, rewriting).root();
    }
    Config found = ConfigFactory.empty();
    for (String extension : EXTENSIONS) {
      Path file = folder.resolve(what + extension);
      if (Files.isRegularFile(file)) {
        found = found.withFallback(parse(file, rewriting));
      }
    }
    if (found.isEmpty() && fallback != null) {
      found = fallback.include(context, what).toConfig();
    }
    return found.isEmpty() ? missing(what) : found.root();
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return what.isFile() ? parse(what.toPath(), rewriting).root() : missing(what.toString());
  }

  private ConfigObject missing(String what) {
    throw new SettingsException(
        "Cannot include %s: no such file or empty, expected a configuration in %s"
            .formatted(what, folder));
  }
}
