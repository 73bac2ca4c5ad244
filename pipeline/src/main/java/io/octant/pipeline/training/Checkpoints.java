package io.octant.pipeline.training;

import io.octant.OctantException;
import io.octant.bytes.Digest;
import io.octant.pipeline.output.WholeFolder;
import io.octant.safetensors.SafetensorsFile;
import io.octant.safetensors.SafetensorsWriter;
import io.octant.tensor.Tensor;
import io.octant.training.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a training in a folder, below a name that belongs to this training alone: what
 * it reads and every setting that reaches its weights. Files appear whole; the last two are kept.
 */
public final class Checkpoints {
  /** A checkpoint's own tensor beside those of {@link Trainer#checkpoint}. */
  private static final String CURVE = "curve";

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String SUFFIX = ".safetensors";
  private static final int KEPT = 2;

  private final WholeFolder folder;
  private final String training;
  private final int every;

  /**
   * @param training what the training is asked to do
   * @param every steps from one checkpoint to the next
   */
  public Checkpoints(Configuration hadoop, String folder, Digest training, int every) {
    this.folder = WholeFolder.at(hadoop, folder);
    this.training = training.hex();
    this.every = every;
  }

  /** Whether there is to be one behind so many steps. */
  boolean isDue(long steps) {
    return steps % every == 0;
  }

  /** The bytes of a checkpoint. */
  static byte[] bytes(Trainer trainer, TrainingCurve curve) {
    Map<String, Tensor> all = new TreeMap<>(trainer.checkpoint());
    all.put(CURVE, curve.tensor());
    return SafetensorsWriter.toBytes("of the training", all);
  }

  private String file(long steps) {
    return training + "/step-%08d%s".formatted(steps, SUFFIX);
  }

  /**
   * Writes a checkpoint, and deletes those that are older than the one before.
   *
   * @return its full name
   */
  String write(Trainer trainer, TrainingCurve curve) {
    String name = file(trainer.steps());
    folder.write(name, bytes(trainer, curve));
    List<String> older = new ArrayList<>(names());
    older.subList(Math.max(0, older.size() - KEPT), older.size()).clear();
    older.forEach(old -> folder.delete(training + "/" + old));
    return folder.uri(name);
  }

  private List<String> names() {
    return folder.list(training).stream()
        .filter(e -> !e.isFolder() && !e.isPart() && e.name().endsWith(SUFFIX))
        .map(WholeFolder.Entry::name)
        .sorted()
        .toList();
  }

  /**
   * Goes on from the last checkpoint that can be read.
   *
   * @return its full name and the curve up to there; empty if there is none
   */
  Optional<Resumed> resume(Trainer trainer) {
    List<String> names = names();
    for (int i = names.size() - 1; i >= 0; i--) {
      String name = training + "/" + names.get(i);
      Optional<byte[]> bytes = folder.read(name);
      if (bytes.isEmpty()) {
        continue;
      }
      try {
        Map<String, Tensor> all =
            new TreeMap<>(SafetensorsFile.parse(folder.uri(name), bytes.get()).tensors());
        Tensor curve = all.remove(CURVE);
        if (curve == null) {
          throw new OctantException(
              "Cannot resume from " + folder.uri(name) + ": no tensor " + CURVE);
        }
        trainer.resume(folder.uri(name), all);
        return Optional.of(new Resumed(folder.uri(name), TrainingCurve.of(curve)));
      } catch (OctantException e) {
        LOG.warn("{}; the one before is taken", e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Where a training goes on. */
  record Resumed(String file, TrainingCurve curve) {}
}
