package io.octant.onnx.qdq;

import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a quantized model came to be: facts that are written into the model's metadata under {@code
 * octant.<key>} and can be read back. Entries are sorted, so that equal facts give equal bytes.
 *
 * @param facts by key, without the prefix: {@code version}, {@code model.sha256} …
 */
public record Provenance(SortedMap<String, String> facts) {
  /** What all keys in a model's metadata begin with. */
  public static final String PREFIX = "octant.";

  /** Key of the digest of the original model; the exporter writes it. */
  public static final String MODEL_SHA256 = "model.sha256";

  public Provenance {
    facts.forEach(
        (key, value) -> {
          if (!key.matches("[a-z][A-Za-z0-9.]*")) {
            throw new OnnxException(
                "Cannot write provenance key: '" + key + "', expected a name with dots");
          }
        });
    facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
  }

  /** No facts beyond those that the exporter adds. */
  public static Provenance none() {
    return new Provenance(new TreeMap<>());
  }

  /** The given facts, sorted by name. */
  public static Provenance of(Map<String, String> facts) {
    return new Provenance(new TreeMap<>(facts));
  }

  /** The facts that a model carries; none if Octant did not write it. */
  public static Provenance of(OnnxModel model) {
    SortedMap<String, String> found = new TreeMap<>();
    model
        .metadata()
        .forEach(
            (key, value) -> {
              if (key.startsWith(PREFIX)) {
                found.put(key.substring(PREFIX.length()), value);
              }
            });
    return new Provenance(found);
  }

  /** These facts and one more. */
  public Provenance with(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(facts);
    more.put(key, value);
    return new Provenance(more);
  }
}
