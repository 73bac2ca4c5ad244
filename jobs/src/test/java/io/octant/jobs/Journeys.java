package io.octant.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sections "Adding …" of CONTRIBUTING.md, held to the tree: each lists files to edit and files
 * to make, and names a specimen, a regular expression for the names of one that is there already. A
 * specimen among the tests stands in src/test where one of Octant would stand in src/main.
 */
final class Journeys {
  private static final List<String> MODULES =
      List.of("graph-core", "kernels-native", "pipeline", "jobs");
  private static final Pattern SECTION =
      Pattern.compile("^## Adding (.+)\\n((?:(?!## ).*\\n?)*)", Pattern.MULTILINE);
  private static final Pattern ITEM = Pattern.compile("- (new: )?`([^`]+)`.*");
  private static final Pattern SPECIMEN =
      Pattern.compile("Specimen(, among the tests)?: `([^`]+)`");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\b(NAME|FAMILY)");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*");

  /** A file to edit, or a file to make: then a path with placeholders. */
  private record Item(String path, boolean isNew) {

    boolean covers(String file) {
      String names = PLACEHOLDER.matcher(Pattern.quote(path)).replaceAll("\\\\E[\\\\w-]+\\\\Q");
      return isNew ? Pattern.matches(names, file) : path.equals(file);
    }

    boolean exists(Path root) {
      if (!isNew) {
        return Files.isRegularFile(root.resolve(path));
      }
      Matcher placeholder = PLACEHOLDER.matcher(path);
      return placeholder.find()
          && Files.isDirectory(
              root.resolve(path.substring(0, path.lastIndexOf('/', placeholder.start()) + 1)));
    }
  }

  private final Path root;
  private final Map<String, String> code = new TreeMap<>();

  /** Reads the main sources of a repository, and those tests that hold a specimen. */
  Journeys(Path root) throws IOException {
    this.root = root;
    read(root.resolve("README.md"));
    read(root.resolve("dev/models.txt"));
    readAll(root.resolve("conf/models"));
    for (String module : MODULES) {
      readAll(root.resolve(module).resolve("src/main"));
    }
    readAll(root.resolve("graph-core/src/test/java/io/octant/quantization"));
    readAll(root.resolve("graph-core/src/test/resources/META-INF"));
  }

  private void readAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.filter(Files::isRegularFile).forEach(this::read);
    }
  }

  /** What a file says, without the comments of Java and C++. */
  private void read(Path path) {
    try {
      // Some resources are no text: every byte is a character here.
      String all = Files.readString(path, StandardCharsets.ISO_8859_1);
      String file = root.relativize(path).toString().replace('\\', '/');
      boolean comments = file.matches(".*\\.(java|cpp|h)");
      code.put(file, comments ? COMMENT.matcher(all).replaceAll(" ") : all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything in which the document and the tree differ, as messages; empty if nothing. */
  List<String> faults(String text, List<String> wanted) {
    List<String> faults = new ArrayList<>();
    SortedSet<String> titles = new TreeSet<>();
    Matcher sections = SECTION.matcher(text);
    while (sections.find()) {
      titles.add(sections.group(1));
      check(sections.group(1), sections.group(2), faults);
    }
    wanted.stream()
        .filter(title -> !titles.contains(title))
        .forEach(title -> faults.add("Adding " + title + ": no such section"));
    return faults;
  }

  private void check(String title, String section, List<String> faults) {
    List<Item> items = new ArrayList<>();
    for (String line : section.lines().filter(l -> l.startsWith("- ")).toList()) {
      Matcher item = ITEM.matcher(line);
      if (!item.matches()) {
        faults.add("Adding " + title + ": '" + line + "' begins with no path");
      } else if (items.add(new Item(item.group(2), item.group(1) != null))
          && !items.get(items.size() - 1).exists(root)) {
        faults.add("Adding " + title + ": " + item.group(2) + " is not there");
      }
    }
    Matcher specimen = SPECIMEN.matcher(section);
    if (!specimen.find()) {
      faults.add("Adding " + title + ": no specimen");
      return;
    }
    boolean amongTests = specimen.group(1) != null;
    if (amongTests) {
      items.replaceAll(i -> new Item(i.path().replace("/src/main/", "/src/test/"), i.isNew()));
      items.stream()
          .filter(i -> !i.exists(root))
          .forEach(i -> faults.add("Adding " + title + ": " + i.path() + " is not there"));
    }
    Pattern name = Pattern.compile("(?<![A-Za-z])(" + specimen.group(2) + ")(?![A-Za-z])");
    List<String> touched =
        code.keySet().stream()
            .filter(file -> file.contains("/src/test/") == amongTests && isIn(name, file))
            .toList();
    for (Item item : items) {
      boolean ofTests = !amongTests && item.path().contains("/src/test/");
      if (ofTests && item.isNew()) {
        continue;
      } else if (ofTests && item.exists(root)) {
        read(root.resolve(item.path()));
      }
      if (!isIn(name, item.path()) && touched.stream().noneMatch(item::covers)) {
        faults.add(
            "Adding " + title + ": " + item.path() + " holds nothing of " + specimen.group(2));
      }
    }
    for (String file : touched) {
      if (items.stream().noneMatch(i -> i.covers(file))) {
        faults.add("Adding " + title + ": " + file + " is not listed");
      }
    }
  }

  private boolean isIn(Pattern name, String file) {
    return name.matcher(code.getOrDefault(file, "")).find();
  }
}
