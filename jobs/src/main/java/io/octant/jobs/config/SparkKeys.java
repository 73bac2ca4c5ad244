package io.octant.jobs.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Rewrites HOCON so that properties of Spark do not hide one another. Spark has names that continue
 * other names, such as {@code spark.speculation} and {@code spark.speculation.interval}; in HOCON
 * the one that comes later would replace the other in silence. Here every value below {@code spark}
 * moves one level down, under the empty name: {@code spark.speculation."" = true}.
 *
 * <p>One object reads the files of one configuration, twice: substitutions of such values are
 * rewritten as well, and a value may stand behind the place where it is used.
 */
final class SparkKeys {
  private static final String EMPTY_NAME = ".\"\"";

  private final Set<List<String>> values = new HashSet<>();

  /** The text of a file with the names moved; lines stay where they are. */
  String rewrite(String text) {
    Scanner scanner = new Scanner(text);
    scanner.object(List.of());
    return scanner.out.append(text, scanner.copied, text.length()).toString();
  }

  private static boolean isProperty(List<String> path) {
    return path.size() > 1 && path.get(0).equals(Keys.SPARK);
  }

  /** Goes through a text from one key to the next. What is no HOCON, its parser complains of. */
  private final class Scanner {
    final String text;
    final StringBuilder out = new StringBuilder();

    /** All before it is in {@link #out}. */
    int copied;

    private int at;

    Scanner(String text) {
      this.text = text;
    }

    /** Goes to the end of an object's entries: its closing brace or the end of the text. */
    void object(List<String> prefix) {
      while (true) {
        skipSpace();
        if (at >= text.length() || text.charAt(at) == '}') {
          return;
        }
        char c = text.charAt(at);
        if (c == ',') {
          at++;
        } else if (c == '{') {
          braces(prefix);
        } else if (isInclude()) {
          value();
        } else {
          entry(prefix);
        }
      }
    }

    private void braces(List<String> prefix) {
      at++;
      object(prefix);
      at++;
    }

    private boolean isInclude() {
      return text.startsWith("include", at)
          && at + 7 < text.length()
          && (text.charAt(at + 7) == ' ' || text.charAt(at + 7) == '\t')
          && text.substring(at + 7)
              .strip()
              .matches("(?s)(\"|file\\(|url\\(|classpath\\(|required\\().*");
    }

    private void entry(List<String> prefix) {
      int start = at;
      while (at < text.length() && ":={+\n".indexOf(text.charAt(at)) < 0) {
        if (text.charAt(at) == '"') {
          quoted();
        } else {
          at++;
        }
      }
      int end = at;
      while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
        end--;
      }
      List<String> path = new ArrayList<>(prefix);
      try {
        path.addAll(ConfigUtil.splitPath(text.substring(start, end)));
      } catch (ConfigException e) {
        path.add("");
      }
      while (at < text.length() && "+:=".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      skipSpace();
      if (at < text.length() && text.charAt(at) == '{') {
        braces(path);
      } else if (isProperty(path)) {
        values.add(path);
        out.append(text, copied, end).append(EMPTY_NAME);
        copied = end;
      }
      value();
    }

    /** Goes to the end of a value: a line break, a comma or the brace that closes its object. */
    private void value() {
      int depth = 0;
      while (at < text.length()) {
        char c = text.charAt(at);
        if (depth == 0 && (c == '\n' || c == ',' || c == '}' || isComment())) {
          return;
        } else if (c == '"') {
          quoted();
        } else if (c == '$' && text.startsWith("${", at)) {
          substitution();
        } else if (isComment()) {
          skipLine();
        } else {
          depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
          at++;
        }
      }
    }

    private void substitution() {
      int close = text.indexOf('}', at);
      int start = at + (text.startsWith("${?", at) ? 3 : 2);
      if (close < 0) {
        at = text.length();
        return;
      }
      try {
        if (values.contains(ConfigUtil.splitPath(text.substring(start, close).strip()))) {
          out.append(text, copied, close).append(EMPTY_NAME);
          copied = close;
        }
      } catch (ConfigException e) {
        // No path: the parser says so.
      }
      at = close + 1;
    }

    private void quoted() {
      if (text.startsWith("\"\"\"", at)) {
        int end = text.indexOf("\"\"\"", at + 3);
        at = end < 0 ? text.length() : end + 3;
        while (at < text.length() && text.charAt(at) == '"') {
          at++;
        }
        return;
      }
      at++;
      while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
        at += text.charAt(at) == '\\' ? 2 : 1;
      }
      at = Math.min(at + 1, text.length());
    }

    private void skipSpace() {
      while (at < text.length()) {
        if (isComment()) {
          skipLine();
        } else if (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '\uFEFF') {
          at++;
        } else {
          return;
        }
      }
    }

    private boolean isComment() {
      return text.charAt(at) == '#' || text.startsWith("//", at);
    }

    private void skipLine() {
      while (at < text.length() && text.charAt(at) != '\n') {
        at++;
      }
    }
  }
}
