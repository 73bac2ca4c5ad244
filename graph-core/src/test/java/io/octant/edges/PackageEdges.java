package io.octant.edges;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/**
 * Which packages of Octant a package imports, by the table or by the classes. Names are without
 * {@code io.octant.}; that package itself, {@code octant}, is free to all and not listed.
 */
record PackageEdges(Map<String, Set<String>> imports) {
  private static final String ROOT = "io.octant";
  private static final String ROOT_NAME = "octant";
  private static final Pattern EDGE = Pattern.compile("(?m)^ +(io\\.octant[.\\w]*) +-> ([.\\w]+)");

  /** What the class files below a folder import, by {@code jdeps}. */
  static PackageEdges ofClasses(Path classes) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    ToolProvider.findFirst("jdeps")
        .orElseThrow()
        .run(out, out, "-verbose:package", "-filter:none", classes.toString());
    Map<String, Set<String>> edges = new TreeMap<>();
    for (Matcher m = EDGE.matcher(text.toString()); m.find(); ) {
      Set<String> imports = edges.computeIfAbsent(name(m.group(1)), p -> new TreeSet<>());
      if (m.group(2).startsWith(ROOT + ".") && !m.group(2).equals(m.group(1))) {
        imports.add(name(m.group(2)));
      }
    }
    return new PackageEdges(edges);
  }

  /**
   * The problems between this table, whose text is given for the order of its rows, and the code.
   * Empty if each package of the code has a row that lists exactly what it imports, below the rows
   * of what it imports.
   */
  static List<String> problems(List<String> table, PackageEdges code) {
    List<String> out = new ArrayList<>();
    Map<String, Set<String>> rows = new TreeMap<>();
    for (String row : rows(table)) {
      int colon = row.indexOf(':');
      if (colon < 0) {
        out.add(
            "Cannot read row '" + row.strip() + "': it has no colon, expected PACKAGE: IMPORTS");
        continue;
      }
      String from = row.substring(0, colon).strip();
      Set<String> allowed = new TreeSet<>(List.of(row.substring(colon + 1).split(" ")));
      allowed.remove("");
      for (String to : allowed) {
        if (code.imports.containsKey(to) && !rows.containsKey(to)) {
          out.add(
              "Cannot allow "
                  + from
                  + " to import "
                  + to
                  + ": expected a row for it above, else there is a circle");
        }
      }
      if (rows.put(from, allowed) != null) {
        out.add("Cannot read the row of " + from + ": it has two, expected one");
      }
    }
    for (Map.Entry<String, Set<String>> e : code.imports.entrySet()) {
      Set<String> allowed = rows.remove(e.getKey());
      if (allowed == null) {
        out.add(
            "Cannot find a row for package "
                + e.getKey()
                + ", which imports "
                + new TreeSet<>(e.getValue()));
        continue;
      }
      difference(e.getValue(), allowed)
          .forEach(to -> out.add(e.getKey() + " imports " + to + ": the table does not allow it"));
      difference(allowed, e.getValue())
          .forEach(
              to ->
                  out.add(
                      "The table allows " + e.getKey() + " to import " + to + ": nothing does"));
    }
    rows.keySet()
        .forEach(p -> out.add("The table has a row for " + p + ": there is no such package"));
    return out;
  }

  /** Rows without comments and empty lines; an indented line continues the one before. */
  private static List<String> rows(List<String> table) {
    List<String> out = new ArrayList<>();
    for (String line : table) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith(" ")) {
        out.add(out.remove(out.size() - 1) + " " + line.strip());
      } else {
        out.add(line);
      }
    }
    return out;
  }

  private static Set<String> difference(Set<String> a, Set<String> b) {
    Set<String> out = new TreeSet<>(a);
    out.removeAll(b);
    return out;
  }

  private static String name(String packageName) {
    return packageName.equals(ROOT) ? ROOT_NAME : packageName.substring(ROOT.length() + 1);
  }
}
