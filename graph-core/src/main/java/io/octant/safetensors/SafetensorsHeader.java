package io.octant.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The header of a safetensors file: which tensor lies where. Only the form that the library itself
 * writes is accepted, so that a header that two readers could take for different things is an error
 * in both: JSON without spaces, in UTF-8, a key once and in its place, tensors in the order of
 * their data, which they cover without a gap, padded by fewer than eight spaces to a multiple of
 * eight bytes.
 */
final class SafetensorsHeader {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static final String METADATA = "__metadata__";
  static final int LENGTH_BYTES = 8;
  static final int ALIGNMENT = 8;

  /** A tensor in the data behind the header. */
  record Entry(String dtype, Shape shape, int begin, int end) {}

  private final String source;
  private final int dataBytes;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsHeader(String source, int dataBytes) {
    this.source = source;
    this.dataBytes = dataBytes;
  }

  /** Reads a header whose tensors are in so many bytes behind it. */
  static SafetensorsHeader parse(String source, ByteBuffer header, int dataBytes) {
    SafetensorsHeader h = new SafetensorsHeader(source, dataBytes);
    String text = h.text(header);
    String padded = text.substring(0, text.lastIndexOf('}') + 1);
    int padding = text.length() - padded.length();
    if (!text.substring(padded.length()).isBlank()
        || text.substring(padded.length()).chars().anyMatch(c -> c != ' ')
        || padding >= ALIGNMENT
        || (LENGTH_BYTES + header.limit()) % ALIGNMENT != 0) {
      throw h.malformed(
          header.limit()
              + " bytes of which "
              + padding
              + " follow the last brace, expected fewer than 8 spaces up to a multiple of 8");
    }
    h.read(padded);
    return h;
  }

  /** Tensors by name, in file order. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Texts about the file, in file order. */
  Map<String, String> metadata() {
    return metadata;
  }

  private String text(ByteBuffer header) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(header.duplicate()).toString();
    } catch (CharacterCodingException e) {
      throw malformed("not UTF-8");
    }
  }

  private void read(String text) {
    JsonNode root;
    String compact;
    try {
      root = JSON.readTree(text);
      compact = JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new OctantException(malformedText(String.valueOf(e.getOriginalMessage())), e);
    }
    if (!root.isObject()) {
      throw malformed("not a JSON object");
    }
    if (!compact.equals(text)) {
      throw malformed(
          "expected JSON as the safetensors library writes it: " + difference(compact, text));
    }
    int end = 0;
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        readMetadata(field.getValue());
      } else {
        Entry entry = entry(field.getKey(), field.getValue());
        if (entry.begin() != end) {
          throw outside(field.getKey(), entry.begin(), entry.end(), "to begin at " + end);
        }
        end = entry.end();
        entries.put(field.getKey(), entry);
      }
    }
    if (end != dataBytes) {
      throw malformed(
          "its tensors end at byte " + end + " of " + dataBytes + ", expected at the end");
    }
  }

  private static String difference(String expected, String actual) {
    int at = 0;
    while (at < Math.min(expected.length(), actual.length())
        && expected.charAt(at) == actual.charAt(at)) {
      at++;
    }
    return "it differs at character " + at;
  }

  private void readMetadata(JsonNode node) {
    boolean first = entries.isEmpty();
    boolean texts = node.isObject();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      texts &= field.getValue().isTextual();
      metadata.put(field.getKey(), field.getValue().asText());
    }
    if (!first || !texts) {
      throw malformed(METADATA + ", expected an object of texts before all tensors");
    }
  }

  private Entry entry(String name, JsonNode node) {
    JsonNode dtype = node.path("dtype");
    JsonNode dims = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    ObjectNode canonical = JSON.createObjectNode();
    canonical.set("dtype", dtype);
    canonical.set("shape", dims);
    canonical.set("data_offsets", offsets);
    if (!dtype.isTextual()
        || !(dims instanceof ArrayNode)
        || !(offsets instanceof ArrayNode)
        || offsets.size() != 2
        || !canonical.toString().equals(node.toString())) {
      throw malformed(
          "tensor " + name + ": " + node + ", expected dtype, shape and two data_offsets, no more");
    }
    int[] shape = new int[dims.size()];
    for (int i = 0; i < shape.length; i++) {
      if (!dims.get(i).isIntegralNumber()
          || !dims.get(i).canConvertToInt()
          || dims.get(i).asInt() < 0) {
        throw malformed("tensor " + name + ": shape " + dims + ", expected sizes of at least 0");
      }
      shape[i] = dims.get(i).asInt();
    }
    long begin = offset(offsets.get(0));
    long end = offset(offsets.get(1));
    if (begin < 0 || end < begin || end > dataBytes) {
      throw outside(name, begin, end, "within " + dataBytes + " bytes");
    }
    Entry entry = new Entry(dtype.asText(), shape(name, shape), (int) begin, (int) end);
    long width = width(entry.dtype());
    if (width > 0 && width * entry.shape().numel() != end - begin) {
      throw new OctantException(
          "Cannot read tensor "
              + name
              + " of "
              + source
              + ": "
              + (end - begin)
              + " bytes, expected "
              + width * entry.shape().numel()
              + " for "
              + entry.dtype()
              + entry.shape());
    }
    return entry;
  }

  private static long offset(JsonNode offset) {
    return offset.isIntegralNumber() && offset.canConvertToLong() ? offset.asLong() : -1;
  }

  private Shape shape(String name, int[] dims) {
    try {
      return Shape.of(dims);
    } catch (OctantException e) {
      throw new OctantException(malformedText("tensor " + name + ": " + e.getMessage()), e);
    }
  }

  /** Bytes of an element; 0 of a type that is not read. */
  static long width(String dtype) {
    return switch (dtype) {
      case "F64", "I64" -> 8;
      case "F32", "I32" -> 4;
      case "F16", "BF16", "I16", "U16" -> 2;
      case "I8", "U8", "BOOL" -> 1;
      default -> 0;
    };
  }

  /** The format's name of a type that it has. */
  static String name(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> "F64";
      case FLOAT32 -> "F32";
      case FLOAT16 -> "F16";
      case BFLOAT16 -> "BF16";
      case INT64 -> "I64";
      case INT32 -> "I32";
      case INT16 -> "I16";
      case INT8 -> "I8";
      case UINT16 -> "U16";
      case UINT8 -> "U8";
      case BOOL -> "BOOL";
      default -> throw new IllegalArgumentException(dtype + " is no type of the format");
    };
  }

  private OctantException outside(String name, long begin, long end, String expected) {
    return new OctantException(
        "Cannot read safetensors file: "
            + source
            + ": tensor "
            + name
            + " at ["
            + begin
            + ", "
            + end
            + "), expected "
            + expected);
  }

  private OctantException malformed(String what) {
    return new OctantException(malformedText(what));
  }

  private String malformedText(String what) {
    return "Cannot read safetensors file: " + source + ": malformed header: " + what;
  }
}
