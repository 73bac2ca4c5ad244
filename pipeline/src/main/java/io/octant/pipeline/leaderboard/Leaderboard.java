package io.octant.pipeline.leaderboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The table.
 *
 * @param title what was evaluated
 * @param output name of the output that the figures are about
 * @param top the k of top-k
 * @param samples that the rows are of
 * @param rows best first
 * @param finals float and winner on the samples that were held out, in this order; empty without
 * @param isas instruction sets of the executors
 * @param warnings what of all figures is to be taken with care
 */
public record Leaderboard(
    String title,
    String output,
    int top,
    long samples,
    List<Row> rows,
    List<Row> finals,
    SortedSet<String> isas,
    List<String> warnings) {
  /** {@link #json}. */
  public static final String JSON_FILE = "leaderboard.json";

  /** {@link LeaderboardCsv}. */
  public static final String CSV_FILE = "leaderboard.csv";

  private static final String FLOAT = "float";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public Leaderboard {
    rows = List.copyOf(rows);
    finals = List.copyOf(finals);
    warnings = List.copyOf(warnings);
  }

  /** The best row that is not the float model; empty if none can be compared with it. */
  public static Optional<Row> winner(List<Row> bestFirst) {
    return bestFirst.stream().filter(r -> !r.kind().equals(FLOAT) && r.isComparable()).findFirst();
  }

  /** {@link #tree} as UTF-8 with a final newline. */
  public byte[] json() {
    return bytes(tree());
  }

  /** Everything that follows from models and data. */
  public ObjectNode tree() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("model", title).put("output", output).put("samples", samples).put("topK", top);
    root.put("winner", winner(rows).map(Row::name).orElse(null));
    ArrayNode texts = root.putArray("warnings");
    warnings.forEach(texts::add);
    ArrayNode table = root.putArray("candidates");
    for (Row row : rows) {
      ObjectNode line = table.addObject();
      identity(line, row);
      Figures.put(line, row, top);
    }
    if (finals.isEmpty()) {
      root.putNull("heldOut");
    } else {
      ObjectNode held = root.putObject("heldOut");
      held.put("samples", finals.get(0).totals().samples());
      ArrayNode of = held.putArray("models");
      for (Row row : finals) {
        ObjectNode line = of.addObject().put("name", row.name()).put("kind", row.kind());
        Figures.put(line, row, top);
        Figures.putClasses(line, row);
      }
    }
    return root;
  }

  /**
   * The figures of one model with its classes, as UTF-8 with a final newline.
   *
   * @param row the model
   */
  public byte[] single(Row row) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("output", output).put("samples", samples).put("topK", top);
    identity(root, row);
    warnings.forEach(root.withArray("warnings")::add);
    Figures.put(root, row, top);
    Figures.putClasses(root, row);
    return bytes(root);
  }

  /** What was measured in seconds: other bytes in every run. */
  public ObjectNode speed() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode sets = root.putArray("isa");
    isas.forEach(sets::add);
    ArrayNode table = root.putArray("candidates");
    for (Row row : rows) {
      ObjectNode line = table.addObject().put("name", row.name());
      if (row.samplesPerSecond().isPresent()) {
        line.put(
            "samplesPerSecondOfAThread",
            Math.round(row.samplesPerSecond().getAsDouble() * 10) / 10.0);
      } else {
        line.putNull("samplesPerSecondOfAThread");
      }
    }
    ArrayNode front = root.putArray("pareto");
    Pareto.front(rows).forEach(row -> front.add(row.name()));
    return root;
  }

  private static void identity(ObjectNode line, Row row) {
    line.put("name", row.name()).put("kind", row.kind());
    ArrayNode tags = line.putArray("tags");
    row.tags().forEach(tags::add);
    ObjectNode settings = line.putObject("settings");
    row.settings().forEach(settings::put);
    line.put("error", row.error().isEmpty() ? null : row.error());
    line.put("sha256", row.facts().map(Row.Facts::sha256).orElse(null));
    line.put("bytes", row.facts().map(Row.Facts::bytes).orElse(null));
    line.put("int8Layers", row.facts().map(Row.Facts::int8Layers).orElse(null));
    ArrayNode warnings = line.putArray("warnings");
    row.facts().map(Row.Facts::warnings).orElse(List.of()).forEach(warnings::add);
  }

  private static byte[] bytes(ObjectNode root) {
    try {
      return (MAPPER.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
