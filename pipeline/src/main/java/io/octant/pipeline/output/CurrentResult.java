package io.octant.pipeline.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The document {@code current.json}: which result is to be used. {@code docs/format/current.md} has
 * its fields.
 *
 * @param number of the promotion, from 1 on, without gaps
 * @param date the day that the result is for
 * @param promoted when it became current, by the clock of who promoted it
 * @param backTo number of the earlier promotion that this one goes back to
 * @param result the folder with the model
 * @param files of the model's result, relative to {@code folder}
 * @param folder where they lie, a URI; never written to again
 * @param state the folder with the calibration state that the model was made from
 * @param validation the folder with the figures of the model
 * @param gates that the model has passed
 */
public record CurrentResult(
    long number,
    Optional<LocalDate> date,
    Instant promoted,
    OptionalLong backTo,
    Place result,
    List<Manifest.File> files,
    String folder,
    Optional<Place> state,
    Place validation,
    List<PassedGate> gates) {
  /** Its name in the place of promotion. */
  public static final String FILE_NAME = "current.json";

  private static final String FORMAT = "octant-current";
  private static final int VERSION = 1;
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  public CurrentResult {
    files = List.copyOf(files);
    gates = List.copyOf(gates);
  }

  /**
   * A result by its folder.
   *
   * @param path a URI
   * @param manifest SHA-256 of its {@code manifest.json}, hexadecimal
   */
  public record Place(String path, String manifest) {}

  /**
   * A limit that was met.
   *
   * @param name its key under {@code validation}
   * @param value measured
   * @param threshold the limit
   */
  public record PassedGate(String name, double value, double threshold) {}

  /** Whether both name the same result of the same date, whenever they were promoted. */
  public boolean isSame(CurrentResult other) {
    return date.equals(other.date)
        && result.equals(other.result)
        && state.equals(other.state)
        && validation.equals(other.validation);
  }

  /** The same as another promotion. */
  public CurrentResult numbered(long other, Instant when, OptionalLong back) {
    return new CurrentResult(
        other, date, when, back, result, files, folder, state, validation, gates);
  }

  /** The document as UTF-8 JSON with a final newline. */
  public byte[] toBytes() {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("format", FORMAT).put("version", VERSION).put("number", number);
    document.put("date", date.map(LocalDate::toString).orElse(null));
    document.put("promoted", promoted.toString());
    document.put("backTo", backTo.isPresent() ? (Long) backTo.getAsLong() : null);
    put(document.putObject("result"), result).put("folder", folder);
    ArrayNode list = document.putArray("files");
    for (Manifest.File f : files) {
      list.addObject().put("path", f.path()).put("bytes", f.bytes()).put("sha256", f.sha256());
    }
    state.ifPresentOrElse(
        s -> put(document.putObject("state"), s), () -> document.putNull("state"));
    put(document.putObject("validation"), validation);
    ArrayNode passed = document.putArray("gates");
    for (PassedGate gate : gates) {
      passed
          .addObject()
          .put("name", gate.name)
          .put("value", gate.value)
          .put("threshold", gate.threshold);
    }
    try {
      return (MAPPER.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode put(ObjectNode node, Place place) {
    return node.put("path", place.path).put("manifest", place.manifest);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @param name of the file, for messages
   * @throws DataException if it is no such document
   */
  public static CurrentResult fromBytes(String name, byte[] bytes) {
    try {
      JsonNode document = MAPPER.readTree(bytes);
      if (!document.path("format").asText().equals(FORMAT)
          || document.path("version").asInt() != VERSION) {
        throw new DataException(
            "Cannot read %s: format %s version %s, expected %s version %d"
                .formatted(
                    name, document.path("format"), document.path("version"), FORMAT, VERSION));
      }
      CurrentResult read = read(document);
      requireAllRead(document, MAPPER.readTree(read.toBytes()));
      return read;
    } catch (IOException | DateTimeException e) {
      throw new DataException(
          "Cannot read " + name + ": " + e.getMessage() + ", expected " + FORMAT, e);
    } catch (FieldException e) {
      throw new DataException("Cannot read " + name + ": " + e.getMessage(), e);
    }
  }

  private static CurrentResult read(JsonNode document) {
    List<Manifest.File> files = new ArrayList<>();
    for (JsonNode f : document.path("files")) {
      files.add(new Manifest.File(text(f, "path"), f.path("bytes").asLong(), text(f, "sha256")));
    }
    List<PassedGate> gates = new ArrayList<>();
    for (JsonNode g : document.path("gates")) {
      gates.add(
          new PassedGate(
              text(g, "name"), g.path("value").asDouble(), g.path("threshold").asDouble()));
    }
    JsonNode back = document.path("backTo");
    if (document.path("number").asLong() < 1) {
      throw new FieldException("number is " + document.path("number") + ", expected at least 1");
    }
    return new CurrentResult(
        document.path("number").asLong(),
        Optional.ofNullable(document.path("date").textValue()).map(LocalDate::parse),
        Instant.parse(text(document, "promoted")),
        back.isNumber() ? OptionalLong.of(back.asLong()) : OptionalLong.empty(),
        place(document.path("result")),
        files,
        text(document.path("result"), "folder"),
        document.path("state").isObject()
            ? Optional.of(place(document.path("state")))
            : Optional.empty(),
        place(document.path("validation")),
        gates);
  }

  /** Whoever replaces the document keeps nothing that was not read. */
  private static void requireAllRead(JsonNode document, JsonNode written) {
    Set<String> fields = new TreeSet<>();
    document.fieldNames().forEachRemaining(fields::add);
    written.fieldNames().forEachRemaining(fields::add);
    for (String field : fields) {
      if (!document.path(field).equals(written.path(field))) {
        throw new FieldException(
            document.has(field)
                ? field + " is " + document.path(field) + ", expected what promote writes"
                : "no " + field);
      }
    }
  }

  /** A field that is missing or other than promote writes it. */
  private static final class FieldException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FieldException(String message) {
      super(message);
    }
  }

  private static Place place(JsonNode node) {
    return new Place(text(node, "path"), text(node, "manifest"));
  }

  private static String text(JsonNode node, String field) {
    String text = node.path(field).textValue();
    if (text == null) {
      throw new FieldException("no " + field + ", expected a text");
    }
    return text;
  }
}
