package io.octant.jobs.config;

import com.typesafe.config.ConfigObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A file that a sweep compares.
 *
 * @param path an ONNX file, or a state dict as safetensors; absolute or a URI
 * @param model the float model of a state dict, with its batch norms; empty for {@code model.path}
 * @param backend what a state dict was prepared for; empty for {@code quantization.backend}
 * @param tags what it can be filtered by
 */
public record CandidateConfig(
    String path, Optional<String> model, Optional<Backend> backend, List<String> tags) {

  private static final Kind<List<String>> TAGS = Kind.many(Kind.text());

  public CandidateConfig {
    tags = List.copyOf(tags);
  }

  /** An ONNX file. */
  static Kind<CandidateConfig> ofModels() {
    return new Kind<>(
        "an object with path and, if wanted, tags",
        Kind.Syntax.HOCON,
        value ->
            value instanceof ConfigObject object
                ? Optional.of(read(Parts.of(object, Set.of("path", "tags"))))
                : Optional.empty());
  }

  /** A state dict. */
  static Kind<CandidateConfig> ofCheckpoints() {
    return new Kind<>(
        "an object with path and, if wanted, model, backend and tags",
        Kind.Syntax.HOCON,
        value ->
            value instanceof ConfigObject object
                ? Optional.of(read(Parts.of(object, Set.of("path", "model", "backend", "tags"))))
                : Optional.empty());
  }

  private static CandidateConfig read(Parts parts) {
    Optional<Backend> backend = parts.find("backend", Kind.choice(Backend.class));
    if (backend.equals(Optional.of(Backend.TENSORRT))) {
      throw parts.refused("backend", "a backend that PyTorch trains for: not tensorrt");
    }
    return new CandidateConfig(
        parts.require("path", Kind.path()),
        parts.find("model", Kind.path()),
        backend,
        parts.find("tags", TAGS).orElse(List.of()));
  }
}
