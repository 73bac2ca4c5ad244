package io.octant.pipeline.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The document {@code manifest.json}: the files of a finished output and what they were made from.
 * It names no time, host or path, so that equal runs have equal manifests.
 *
 * <pre>{@code
 * format    "octant-output"
 * version   1
 * files     [{path, bytes, sha256}], by path; result.json is not among them, it holds times
 * digests   {name: sha256} of what the files were made from
 * versions  {component: version}
 * }</pre>
 *
 * @param files the files, ordered by path
 * @param digests SHA-256 by name
 * @param versions version by component
 */
public record Manifest(
    List<File> files, SortedMap<String, String> digests, SortedMap<String, String> versions) {
  /** Its name in the output. */
  public static final String FILE_NAME = "manifest.json";

  private static final String FORMAT = "octant-output";
  private static final int VERSION = 1;
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public Manifest {
    files = files.stream().sorted(Comparator.comparing(File::path)).toList();
    digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }

  /**
   * One file.
   *
   * @param path relative to the manifest, with slashes
   * @param bytes its length
   * @param sha256 its digest, hexadecimal
   */
  public record File(String path, long bytes, String sha256) {}

  /** The document as UTF-8 JSON with a final newline. */
  public byte[] toBytes() {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("format", FORMAT).put("version", VERSION);
    ArrayNode list = document.putArray("files");
    for (File f : files) {
      list.addObject().put("path", f.path).put("bytes", f.bytes).put("sha256", f.sha256);
    }
    ObjectNode digestNode = document.putObject("digests");
    digests.forEach(digestNode::put);
    ObjectNode versionNode = document.putObject("versions");
    versions.forEach(versionNode::put);
    try {
      return (MAPPER.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws OutputException if it is not a manifest of this version
   */
  public static Manifest fromBytes(byte[] bytes) {
    try {
      JsonNode document = MAPPER.readTree(bytes);
      if (!document.path("format").asText().equals(FORMAT)
          || document.path("version").asInt() != VERSION) {
        throw new OutputException(
            "Cannot read manifest: format "
                + document.path("format")
                + " version "
                + document.path("version")
                + ", expected "
                + FORMAT
                + " version "
                + VERSION);
      }
      List<File> files = new ArrayList<>();
      for (JsonNode f : document.path("files")) {
        files.add(
            new File(f.path("path").asText(), f.path("bytes").asLong(), f.path("sha256").asText()));
      }
      return new Manifest(files, texts(document.path("digests")), texts(document.path("versions")));
    } catch (IOException e) {
      throw new OutputException("Cannot read manifest: not JSON (" + e.getMessage() + ")", e);
    }
  }

  private static SortedMap<String, String> texts(JsonNode object) {
    SortedMap<String, String> out = new TreeMap<>();
    for (Map.Entry<String, JsonNode> e : object.properties()) {
      out.put(e.getKey(), e.getValue().asText());
    }
    return out;
  }
}
