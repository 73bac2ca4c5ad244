package io.octant.operator;

import io.octant.OctantException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of the table. A row begins with its name and a colon, its sentence behind it; lines
 * that begin with two spaces tell the rest, a key and its value each:
 *
 * <pre>
 * leaky_relu: x where positive, else negative_slope · x
 *   call (input, negative_slope=0.01, inplace=False): F.leaky_relu F.leaky_relu_
 *   module LeakyReLU
 *   own F.leaky_relu -> quantized.leaky_relu
 * </pre>
 *
 * {@code F.} stands for {@code torch.nn.functional.}, {@code quantized.} for {@code
 * torch.ops.quantized.}; lines that begin with {@code #} are comments.
 */
final class TableReader {
  /** What {@code settings} says of a module that has none. */
  private static final List<String> NO_SETTINGS = List.of("none");

  /** Keys that a row may have several times. */
  private static final Set<String> REPEATED = Set.of("call", "own", "pair");

  private static final List<String> LISTED =
      List.of("inplace", "module", "settings", "fused", "onnx");

  /** Keys whose values are names of the row. */
  private static final List<String> NAMED =
      List.of("fixed", "shared", "static", "dynamic", "alone");

  private final String family;
  private final List<OperatorRow> rows = new ArrayList<>();
  private int line;
  private @Nullable Draft draft;

  /** The row that is being read. */
  private static final class Draft {
    private final String name;
    private final String doc;
    private final List<CallForm> calls = new ArrayList<>();
    private final Map<String, List<String>> lists = new LinkedHashMap<>();
    private final Set<String> told = new HashSet<>();
    private final Set<OperandRule> operands = EnumSet.noneOf(OperandRule.class);
    private final Map<String, String> twins = new LinkedHashMap<>();
    private final Set<String> own = new LinkedHashSet<>();
    private final Map<String, List<String>> pairs = new LinkedHashMap<>();
    private @Nullable String floatParameter;
    private @Nullable String real;
    private SampleRule samples = SampleRule.UNKNOWN;
    private ShapeRule shape = ShapeRule.RUN;

    Draft(String name, String doc) {
      this.name = name;
      this.doc = doc;
    }

    List<String> list(String key) {
      return List.copyOf(lists.getOrDefault(key, List.of()));
    }

    boolean isFunctionOrMethod(String name) {
      return calls.stream().anyMatch(c -> c.names().contains(name));
    }

    boolean isName(String name) {
      String module = name.contains(".nn.") ? name.substring(name.lastIndexOf('.') + 1) : "";
      return isFunctionOrMethod(name)
          || list("inplace").contains(name)
          || list("module").contains(module)
          || list("fused").contains(module);
    }

    boolean hasParameter(String name) {
      return calls.stream()
          .flatMap(c -> Arrays.stream(c.parameters().split(",")))
          .anyMatch(p -> p.strip().split("=")[0].equals(name));
    }

    @Nullable List<String> settings() {
      List<String> given = lists.get("settings");
      return given == null || !given.equals(NO_SETTINGS) ? given : List.of();
    }

    Set<String> types(String key) {
      Set<String> out = new LinkedHashSet<>();
      list(key).forEach(n -> out.add(type(n)));
      return out;
    }

    OperatorRow row(String family) {
      Map<QuantizedWeights, Set<String>> weights = new EnumMap<>(QuantizedWeights.class);
      for (QuantizedWeights how : QuantizedWeights.values()) {
        Set<String> types = types(how.name().toLowerCase(Locale.ROOT));
        if (!types.isEmpty()) {
          weights.put(how, types);
        }
      }
      QuantizedForm quantized =
          new QuantizedForm(types("fixed"), types("shared"), twins, own, pairs, weights);
      return new OperatorRow(
          name,
          family,
          doc,
          List.copyOf(calls),
          list("inplace"),
          list("module"),
          settings(),
          list("fused"),
          Set.copyOf(operands),
          floatParameter,
          samples,
          shape,
          quantized,
          real,
          list("onnx"));
    }
  }

  private TableReader(String family) {
    this.family = family;
  }

  /**
   * The rows of a file.
   *
   * @param family the file's name, for messages
   * @throws OctantException naming file and line
   */
  static List<OperatorRow> read(String family, String text) {
    TableReader reader = new TableReader(family);
    for (String line : text.lines().toList()) {
      reader.line++;
      if (!line.isBlank() && !line.startsWith("#")) {
        reader.read(line);
      }
    }
    reader.end();
    return List.copyOf(reader.rows);
  }

  private void read(String text) {
    if (!text.startsWith("  ")) {
      end();
      int colon = text.indexOf(": ");
      if (colon < 1 || text.substring(colon + 2).isBlank()) {
        throw error(text, "a name, a colon and what it computes");
      }
      draft = new Draft(text.substring(0, colon), text.substring(colon + 2).strip());
      return;
    }
    String body = text.strip();
    int space = body.indexOf(' ');
    if (draft == null || space < 0) {
      throw error(body, "a key and its value in a row");
    }
    add(draft, body.substring(0, space), body.substring(space + 1).strip());
  }

  private void add(Draft row, String key, String value) {
    if (!row.told.add(key) && !REPEATED.contains(key)) {
      throw error(key, "it once in a row");
    }
    switch (key) {
      case "call" -> row.calls.add(call(value));
      case "own" -> own(row, value);
      case "pair" -> pair(row, value);
      case "real" -> row.real = value;
      case "operands" -> Arrays.stream(value.split(",")).forEach(v -> operands(row, v.strip()));
      case "samples" -> row.samples = constant(SampleRule.class, value);
      case "shape" -> row.shape = constant(ShapeRule.class, value);
      default -> list(row, key, words(value));
    }
  }

  private void list(Draft row, String key, List<String> words) {
    if (!NAMED.contains(key) && !LISTED.contains(key)) {
      throw error(
          key,
          "call, own, pair, real, operands, samples, shape, "
              + String.join(", ", LISTED)
              + " or "
              + String.join(", ", NAMED));
    }
    row.lists.put(key, words);
    if (NAMED.contains(key)) {
      row.types(key).forEach(n -> requireName(row, n));
    } else if (key.equals("inplace")) {
      words.forEach(n -> requireInplace(row, n));
    } else if (key.equals("settings") && !words.equals(NO_SETTINGS)) {
      words.forEach(n -> requireParameter(row, n));
    }
  }

  private void requireInplace(Draft row, String name) {
    if (!name.endsWith("_") || !row.isFunctionOrMethod(name.substring(0, name.length() - 1))) {
      throw error(name, "a name of row " + row.name + " and _");
    }
  }

  private void requireParameter(Draft row, String name) {
    if (!row.hasParameter(name)) {
      throw error(name, "a parameter of row " + row.name);
    }
  }

  /** Names stand before what is told of them. */
  private void requireName(Draft row, String name) {
    if (!row.isName(name)) {
      throw error(name, "a name of row " + row.name);
    }
  }

  private CallForm call(String value) {
    int end = value.lastIndexOf("): ");
    if (!value.startsWith("(") || end < 0 || value.substring(1, end).isBlank()) {
      throw error(value, "(parameters): names");
    }
    return new CallForm(value.substring(1, end), words(value.substring(end + 3)));
  }

  private void own(Draft row, String value) {
    int arrow = value.indexOf(" -> ");
    String name = arrow < 0 ? type(value) : full(value.substring(0, arrow));
    requireName(row, name);
    boolean isNew =
        arrow < 0
            ? row.own.add(name)
            : row.twins.put(name, full(value.substring(arrow + 4))) == null;
    if (!isNew) {
      throw error(value, "it once in a row");
    }
  }

  private void pair(Draft row, String value) {
    int arrow = value.indexOf(" -> ");
    if (arrow < 0) {
      throw error(value, "function -> quantized function, and the one with ReLU if there is one");
    }
    requireName(row, full(value.substring(0, arrow)));
    List<String> quantized = words(value.substring(arrow + 4));
    if (quantized.size() > 2 || row.pairs.put(full(value.substring(0, arrow)), quantized) != null) {
      throw error(value, "each function once, with one or two quantized ones");
    }
  }

  private void operands(Draft row, String value) {
    if (value.startsWith("float ") && !value.equals("float together")) {
      row.operands.add(OperandRule.FLOAT);
      row.floatParameter = value.substring("float ".length());
      requireParameter(row, row.floatParameter);
    } else {
      row.operands.add(constant(OperandRule.class, value));
    }
  }

  private <E extends Enum<E>> E constant(Class<E> type, String value) {
    for (E e : type.getEnumConstants()) {
      if (e.name().toLowerCase(Locale.ROOT).replace('_', ' ').equals(value)) {
        return e;
      }
    }
    throw error(value, "one of " + Arrays.toString(type.getEnumConstants()));
  }

  private void end() {
    if (draft != null) {
      rows.add(draft.row(family));
      draft = null;
    }
  }

  private static List<String> words(String value) {
    return Arrays.stream(value.split(" "))
        .filter(w -> !w.isEmpty())
        .map(TableReader::full)
        .toList();
  }

  private static String full(String name) {
    if (name.startsWith("F.")) {
      return "torch.nn.functional." + name.substring(2);
    }
    return name.startsWith("quantized.") ? "torch.ops." + name : name;
  }

  /** A function, a method, or a module of {@code torch.nn} by its class. */
  private static String type(String name) {
    return name.contains(".") ? full(name) : "torch.nn." + name;
  }

  private OctantException error(String found, String expected) {
    return new OctantException(
        "Cannot read operator table "
            + family
            + ".txt, line "
            + line
            + ": "
            + found
            + ", expected "
            + expected);
  }
}
