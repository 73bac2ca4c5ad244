package io.octant.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hands out unique node names by the rule of torch.fx ({@code
 * torch.fx.graph._Namespace.create_name}).
 */
final class Namespace {
  private static final Pattern ILLEGAL = Pattern.compile("[^0-9a-zA-Z_]+");
  private static final Pattern SUFFIX = Pattern.compile("([a-zA-Z_]\\w*?)_(\\d{1,9})");

  /** Python keywords and builtins, which torch.fx never uses as node names. */
  private static final Set<String> RESERVED =
      Set.of(
          ("False None True and as assert async await break class continue def del elif else except finally for from global if "
                  + "import in is lambda nonlocal not or pass raise return try while with yield "
                  + "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex "
                  + "copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals "
                  + "hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min next "
                  + "object oct open ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str "
                  + "sum super tuple type vars zip inf nan NoneType torch device fx_pytree pytree")
              .split(" "));

  private final Set<String> used = new HashSet<>();
  private final Map<String, Integer> lastSuffix = new HashMap<>();

  String create(String wanted) {
    String candidate = legal(wanted);
    Matcher m = SUFFIX.matcher(candidate);
    boolean numbered = m.matches();
    String base = numbered ? m.group(1) : candidate;
    int number;
    if (!numbered || used.contains(candidate)) {
      number = lastSuffix.getOrDefault(base, 0);
      if (RESERVED.contains(candidate)) {
        number++;
        candidate = base + "_" + number;
      }
    } else {
      number = Integer.parseInt(m.group(2));
    }
    while (used.contains(candidate)) {
      number++;
      candidate = base + "_" + number;
    }
    used.add(candidate);
    lastSuffix.put(base, number);
    return candidate;
  }

  private static String legal(String wanted) {
    String candidate = ILLEGAL.matcher(wanted).replaceAll("_");
    if (candidate.isEmpty()) {
      return "_unnamed";
    }
    return Character.isDigit(candidate.charAt(0)) ? "_" + candidate : candidate;
  }

  /** The name base of a target: Python's {@code __name__}, magic underscores cut, in snake case. */
  static String baseName(String target) {
    String t =
        target.length() > 4 && target.startsWith("__") && target.endsWith("__")
            ? target.substring(2, target.length() - 2)
            : target;
    return t.replaceAll("(?<=[a-z])([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
  }
}
