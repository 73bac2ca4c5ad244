package io.octant.pipeline.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.bytes.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The document {@code manifest.json}: the files of a finished output and what they were made from.
 * It names no time, host or place, so that equal runs have equal manifests.
 *
 * <pre>{@code
 * format    "octant-output"
 * version   2
 * folder    where the files lie, relative to the manifest; named for the rest of this document, and
 *           never written to again. Beside the manifest lie copies of the files
 * files     [{path, bytes, sha256}], by path, relative to the folder; result.json is not among
 *           them, it holds times
 * digests   {name: sha256} of what the files were made from
 * versions  {component: version}
 * }</pre>
 *
 * Version 1 has no folder: its files lie beside it.
 *
 * @param folder where the files lie, relative to the manifest; empty if beside it
 * @param files the files, ordered by path
 * @param digests SHA-256 by name
 * @param versions version by component
 */
public record Manifest(
    String folder,
    List<File> files,
    SortedMap<String, String> digests,
    SortedMap<String, String> versions) {
  /** Its name in the output. */
  public static final String FILE_NAME = "manifest.json";

  private static final String FORMAT = "octant-output";
  private static final int VERSION = 2;
  private static final String BESIDE = "";
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
   * @param path relative to the folder, with slashes
   * @param bytes its length
   * @param sha256 its digest, hexadecimal
   */
  public record File(String path, long bytes, String sha256) {}

  /**
   * The manifest of new files, in a folder that equal files share.
   *
   * @param results the folder that holds the folders of results
   */
  static Manifest of(
      String results, List<File> files, Map<String, String> digests, Map<String, String> versions) {
    Manifest unplaced =
        new Manifest(BESIDE, files, new TreeMap<>(digests), new TreeMap<>(versions));
    String name = Digest.of(unplaced.toBytes()).hex().substring(0, 20);
    return new Manifest(results + "/" + name, files, unplaced.digests, unplaced.versions);
  }

  /** The document as UTF-8 JSON with a final newline. */
  public byte[] toBytes() {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("format", FORMAT).put("version", folder.equals(BESIDE) ? 1 : VERSION);
    if (!folder.equals(BESIDE)) {
      document.put("folder", folder);
    }
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
   * @throws OutputException if it is not a manifest of this version or an earlier one
   */
  public static Manifest fromBytes(byte[] bytes) {
    try {
      JsonNode document = MAPPER.readTree(bytes);
      int version = document.path("version").asInt();
      if (!document.path("format").asText().equals(FORMAT) || version < 1 || version > VERSION) {
        throw new OutputException(
            "Cannot read manifest: format "
                + document.path("format")
                + " version "
                + document.path("version")
                + ", expected "
                + FORMAT
                + " version 1 or "
                + VERSION);
      }
      List<File> files = new ArrayList<>();
      for (JsonNode f : document.path("files")) {
        files.add(
            new File(
                inside(f.path("path").asText()),
                f.path("bytes").asLong(),
                f.path("sha256").asText()));
      }
      String folder = version == 1 ? BESIDE : inside(document.path("folder").asText());
      return new Manifest(
          folder, files, texts(document.path("digests")), texts(document.path("versions")));
    } catch (IOException e) {
      throw new OutputException("Cannot read manifest: not JSON (" + e.getMessage() + ")", e);
    }
  }

  /** A manifest vouches for what lies below it only. */
  private static String inside(String path) {
    boolean plain =
        !path.isEmpty()
            && Arrays.stream(path.split("/", -1))
                .noneMatch(p -> p.isEmpty() || p.equals(".") || p.equals("..") || p.contains(":"));
    if (!plain) {
      throw new OutputException(
          "Cannot read manifest: path \"" + path + "\", expected a relative path below it");
    }
    return path;
  }

  private static SortedMap<String, String> texts(JsonNode object) {
    SortedMap<String, String> out = new TreeMap<>();
    for (Map.Entry<String, JsonNode> e : object.properties()) {
      out.put(e.getKey(), e.getValue().asText());
    }
    return out;
  }
}
