package io.octant.jobs.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of {@code docs/models.md}: a measured model's line is replaced, others stay. Behind the
 * table stand the models that are not measured, with the reason; a measured one leaves that list.
 */
final class ModelsPage {
  private static final Pattern LINE = Pattern.compile("\\| `([^`]+)` \\|.*");

  private final Path file;
  private final List<ModelLine> order;

  ModelsPage(Path file, List<ModelLine> order) {
    this.file = file;
    this.order = order;
  }

  /** Writes a line; lines stand in the order of the list. */
  void put(ModelRow row) throws IOException {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    Map<String, String> rows = new LinkedHashMap<>();
    boolean passed = false;
    for (String line : Files.readAllLines(file)) {
      Matcher m = LINE.matcher(line);
      if (m.matches()) {
        rows.put(m.group(1), line);
      } else if (line.startsWith("| model |")) {
        passed = true;
      } else if (!line.startsWith("- `" + row.name() + "`: ")
          && (!line.startsWith("|---") || !passed)) {
        (passed ? after : before).add(line);
      }
    }
    rows.put(row.name(), row.line());
    StringBuilder text = new StringBuilder();
    before.forEach(l -> text.append(l).append('\n'));
    text.append(ModelRow.HEAD);
    for (ModelLine model : order) {
      String line = rows.get(model.name());
      if (line != null) {
        text.append(line).append('\n');
      }
    }
    after.forEach(l -> text.append(l).append('\n'));
    Files.writeString(file, text.toString());
  }
}
