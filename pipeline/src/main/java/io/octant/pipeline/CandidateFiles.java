package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.pipeline.model.ModelFile;
import io.octant.pipeline.output.WholeFile;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;

/**
 * The files of a run's candidates. Each is read once, so that what a run was asked for, by their
 * digests, is what it has compared, whatever becomes of a file meanwhile. One that cannot be used
 * is refused with the same error each time.
 */
final class CandidateFiles {
  private final Configuration hadoop;
  private final Map<String, Content> read = new HashMap<>();

  /** What a file holds, or why it cannot be used. */
  private sealed interface Content {}

  private record Bytes(byte[] bytes) implements Content {}

  private record Unusable(OctantException reason) implements Content {}

  CandidateFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** How the file systems are reached. */
  Configuration hadoop() {
    return hadoop;
  }

  /**
   * An ONNX file or a folder with one, see {@link CandidateFile}.
   *
   * @throws OctantException if it cannot be used
   */
  byte[] candidate(String path) {
    return content("candidate " + path, () -> CandidateFile.read(hadoop, path));
  }

  /**
   * The float model of a checkpoint.
   *
   * @throws OctantException if it cannot be used
   */
  byte[] model(String path) {
    return content("model " + path, () -> ModelFile.read(hadoop, path));
  }

  /**
   * A state dict.
   *
   * @throws OctantException if it cannot be used
   */
  byte[] state(String path) {
    return content("state " + path, () -> WholeFile.at(hadoop, path).read());
  }

  private byte[] content(String key, Supplier<byte[]> reading) {
    Content content = read.computeIfAbsent(key, k -> read(reading));
    if (content instanceof Bytes there) {
      return there.bytes();
    }
    throw ((Unusable) content).reason();
  }

  /** What is wrong with the storage is no property of a file: it ends the run. */
  private static Content read(Supplier<byte[]> reading) {
    try {
      return new Bytes(reading.get());
    } catch (OctantException e) {
      if (Failure.of(e).kind() == Failure.Kind.OTHER) {
        throw e;
      }
      return new Unusable(e);
    }
  }
}
