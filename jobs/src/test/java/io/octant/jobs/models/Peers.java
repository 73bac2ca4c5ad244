package io.octant.jobs.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.jobs.models.ModelStore.MissingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What other quantizers make of a model: {@code dev/models-peers.py} leaves it in a folder, made
 * now if the Python for it is named.
 */
final class Peers {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Path made;
  private final ObjectNode task;

  /**
   * @param data what tells amounts of data apart: other forms are kept for each
   */
  Peers(Path folder, String data, ObjectNode task) {
    this.folder = folder;
    this.made = folder.resolve("peers-" + data);
    this.task = task;
  }

  /** How good a model in a file is, and how good outputs are. */
  record Judge(Of<Path> model, Of<Tasks.Form> outputs) {
    @FunctionalInterface
    interface Of<T> {
      String quality(T form) throws IOException;
    }
  }

  /** The quality of all forms of a peer, {@code ort} or {@code torch}, with their settings. */
  String of(String peer, List<Sample> evaluation, Judge judge)
      throws IOException, InterruptedException {
    Path result = made.resolve(peer + ".json");
    Path script = Path.of("dev/models-peers.py").toAbsolutePath();
    if (System.getenv("OCTANT_PYTHON") != null && !Files.exists(result) && Files.exists(script)) {
      Files.createDirectories(made);
      JSON.writeValue(made.resolve("task.json").toFile(), task);
      try {
        ModelStore.run(
            folder, List.of(ModelStore.python(), script.toString(), peer, made.toString()));
      } catch (MissingException e) {
        System.out.println("no " + peer + ": " + e.getMessage());
      }
    }
    if (!Files.exists(result)) {
      return ModelRow.NONE;
    }
    List<String> found = new ArrayList<>();
    for (JsonNode form : JSON.readTree(result.toFile()).path("forms")) {
      String quality =
          form.has("outputs")
              ? judge
                  .outputs()
                  .quality(written(made.resolve(form.get("outputs").asText()), evaluation))
              : judge.model().quality(made.resolve(form.get("file").asText()));
      found.add(quality + " (" + form.path("settings").asText() + ")");
    }
    return found.isEmpty() ? ModelRow.NONE : String.join("; ", found);
  }

  /** Outputs that a file has, float32 of one sample behind the other. */
  private static Tasks.Form written(Path file, List<Sample> evaluation) throws IOException {
    FloatBuffer values =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    List<float[]> all = new ArrayList<>();
    int each = values.remaining() / evaluation.size();
    for (int s = 0; s < evaluation.size(); s++) {
      float[] sample = new float[each];
      values.get(sample);
      all.add(sample);
    }
    return samples -> {
      if (samples != evaluation) {
        throw new IllegalArgumentException("Cannot judge by " + file + ", it is of other samples");
      }
      return all;
    };
  }
}
