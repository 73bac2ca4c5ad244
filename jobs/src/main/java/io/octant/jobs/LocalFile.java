package io.octant.jobs;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A file of this machine on the command line; a URI, which may hold credentials, is not shown. */
final class LocalFile implements ITypeConverter<Path> {
  private static final Pattern URI = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://.*");

  @Override
  public Path convert(String value) {
    Matcher uri = URI.matcher(value);
    if (uri.matches()) {
      throw new TypeConversionException(
          "a URI (" + uri.group(1) + "://...), expected a file of this machine");
    }
    return Path.of(value);
  }
}
