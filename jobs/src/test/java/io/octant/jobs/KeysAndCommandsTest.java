package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.bytes.Digest;
import io.octant.jobs.config.CommandName;
import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.config.Key;
import io.octant.jobs.config.Keys;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.config.Readers;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.RunRequest;
import io.octant.pipeline.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link Readers} says of keys and commands, held to what the commands do: another value of a
 * key that a command reads is another request, and one of a key that it does not read is the same.
 */
class KeysAndCommandsTest {
  private static final String BASE =
      """
      model.path = "%1$s/digits-mobilenet/model.onnx"
      data {
        calibration { path = "%2$s/train.parquet", columns { input = image }, sample.fraction = 0.5 }
        training { path = "%2$s/train.parquet", columns { input = image }, label = label, sample.fraction = 0.5 }
        evaluation { path = "%2$s/test.parquet", label = label, sample.fraction = 0.5, split.fraction = 0.5 }
      }
      quantization.method = percentile
      training { checkpoints = /kept, schedule.name = step, optimizer.weightDecay = 0.1 }
      sweep.checkpoints { qat = { path = /qat.safetensors, backend = x86 } }
      output.path = /out
      """;

  /** Keys that change where or how fast a result comes to be, not what it is. */
  private static final Set<String> NOT_OF_A_REQUEST =
      Set.of(
          "data.partitions",
          "calibration.states",
          "training.checkpoints",
          "training.checkpointEvery",
          "evaluation.memoryMb",
          "evaluation.totals",
          "output.path",
          "output.overwrite",
          "output.current");

  /** Another value of each key, with what it takes besides. */
  private static final Map<String, List<String>> OTHER =
      Map.ofEntries(
          other("model.path", "model.path=%1$s/digits-mobilenet/model_bn17.onnx"),
          other("model.axes", "model.axes={ other = 3 }"),
          other("model.inputs", "model.inputs={ input = { batchAxis = 1 } }"),
          other("data.batch", "data.batch=7"),
          other("data.nonFinite", "data.nonFinite=report"),
          other("data.damaged", "data.damaged=skip"),
          other("quantization.backend", "quantization.backend=qnnpack"),
          other("quantization.method", "quantization.method=l2"),
          other("quantization.percentile", "quantization.percentile=99"),
          other("quantization.activationBits", "quantization.activationBits=7"),
          other("quantization.weightBits", "quantization.weightBits=4"),
          other(
              "quantization.overrides",
              "quantization.overrides=[{ type = Linear, qconfig = null }]"),
          other("data.evaluation.split.fraction", "data.evaluation.split.fraction=0.25"),
          other("data.evaluation.split.seed", "data.evaluation.split.seed=3"),
          other("data.evaluation.split.key", "data.evaluation.split.key=label"),
          other("validation.output", "validation.output=logits"),
          other("validation.minAccuracy", "validation.minAccuracy=0.5"),
          other("validation.maxAccuracyDrop", "validation.maxAccuracyDrop=0.5"),
          other("validation.minAgreement", "validation.minAgreement=0.5"),
          other("validation.minSqnrDb", "validation.minSqnrDb=3"),
          other("validation.minCosine", "validation.minCosine=0.5"),
          other("validation.layers", "validation.layers=3"),
          other("execution.isa", "execution.isa=sse41"),
          other("execution.mixedNumerics", "execution.mixedNumerics=accept"),
          other("training.epochs", "training.epochs=3"),
          other("training.batch", "training.batch=96"),
          other("training.microBatch", "training.microBatch=16"),
          other("training.seed", "training.seed=3"),
          other("training.optimizer.name", "training.optimizer.name=adam"),
          other("training.optimizer.learningRate", "training.optimizer.learningRate=0.5"),
          other("training.optimizer.momentum", "training.optimizer.momentum=0.5"),
          other("training.optimizer.nesterov", "training.optimizer.nesterov=true"),
          other(
              "training.optimizer.beta1",
              "training.optimizer.name=adam",
              "training.optimizer.beta1=0.5"),
          other(
              "training.optimizer.beta2",
              "training.optimizer.name=adam",
              "training.optimizer.beta2=0.5"),
          other(
              "training.optimizer.eps",
              "training.optimizer.name=adam",
              "training.optimizer.eps=0.5"),
          other("training.optimizer.weightDecay", "training.optimizer.weightDecay=0.5"),
          other("training.optimizer.decayVectors", "training.optimizer.decayVectors=true"),
          other("training.schedule.name", "training.schedule.name=constant"),
          other("training.schedule.every", "training.schedule.every=3"),
          other("training.schedule.gamma", "training.schedule.gamma=0.5"),
          other(
              "training.schedule.floor",
              "training.schedule.name=cosine",
              "training.schedule.floor=0.5"),
          other("training.schedule.warmUpSteps", "training.schedule.warmUpSteps=3"),
          other("training.loss.labelSmoothing", "training.loss.labelSmoothing=0.5"),
          other("training.loss.classWeights", "training.loss.classWeights=[1, 2]"),
          other("training.loss.ignoreLabel", "training.loss.ignoreLabel=3"),
          other("training.distillation.weight", "training.distillation.weight=0.5"),
          other("training.distillation.loss", "training.distillation.loss=mse"),
          other("training.distillation.temperature", "training.distillation.temperature=3"),
          other("training.clipNorm", "training.clipNorm=0.5"),
          other("training.qat.fakeQuantizeFrom", "training.qat.fakeQuantizeFrom=3"),
          other("training.qat.observersUntil", "training.qat.observersUntil=3"),
          other("training.qat.statisticsUntil", "training.qat.statisticsUntil=3"),
          other("evaluation.topK", "evaluation.topK=3"),
          other("sweep.grid.backend", "sweep.grid.backend=[fbgemm]"),
          other("sweep.grid.method", "sweep.grid.method=[percentile, l2]"),
          other(
              "sweep.grid.percentile",
              "sweep.grid.method=[percentile]",
              "sweep.grid.percentile=[99]"),
          other("sweep.grid.activationBits", "sweep.grid.activationBits=[7]"),
          other("sweep.grid.overrides", "sweep.grid.overrides={ none = [] }"),
          other("sweep.models", "sweep.models={ a = { path = /a.onnx } }"),
          other("sweep.checkpoints", "sweep.checkpoints={ a = { path = /a.safetensors } }"));

  @TempDir Path folder;

  private final Configuration hadoop = new Configuration(false);
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("job.conf"), filled(BASE));
  }

  @Test
  void aCommandReadsWhatChangesItsRequest() {
    SortedSet<String> wrong = new TreeSet<>();
    for (CommandName command : CommandName.values()) {
      Map<List<String>, Digest> requests = new HashMap<>();
      for (Key<?> key : Keys.all()) {
        if (NOT_OF_A_REQUEST.contains(key.path()) || isOfAPlace(command, key)) {
          continue;
        }
        List<String> base = base(command, key);
        List<String> changed = new ArrayList<>(base);
        changed.addAll(other(key));
        Digest before = requests.computeIfAbsent(base, b -> request(command, b));
        if (request(command, changed).equals(before) == Readers.reads(command, key)) {
          wrong.add("%s: request with other %s".formatted(command, changed));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** A sweep has a grid, without which it reads nothing of calibrations; not of the key itself. */
  private static List<String> base(CommandName command, Key<?> key) {
    if (command != CommandName.SWEEP) {
      return List.of();
    }
    return key.path().equals("quantization.method")
        ? List.of("sweep.grid.activationBits=[8]")
        : List.of("sweep.grid.method=[percentile]");
  }

  /** A table is no place of files, whose request no two runs have. */
  private static boolean isOfAPlace(CommandName command, Key<?> key) {
    boolean part = key.path().equals("data.evaluation.split.part");
    boolean columns = key.path().equals("data.calibration.columns");
    return key.path().endsWith(".table") || columns || (part && command == CommandName.SWEEP);
  }

  private static List<String> other(Key<?> key) {
    String path = key.path();
    int last = path.lastIndexOf('.') + 1;
    if (path.matches("data[.](calibration|training|evaluation)[.](sample[.])?[a-zA-Z]+")) {
      String section = path.substring(0, last);
      return switch (path.substring(last)) {
        case "path" -> List.of(filled(path + "=%2$s"));
        case "format" -> List.of(path + "=arrow");
        case "options" -> List.of(section + "format=csv", path + "={ header = true }");
        case "columns" -> List.of(path + "={ input = other }");
        case "limit", "seed" -> List.of(path + "=3");
        case "filter" -> List.of(path + "=label > 3");
        case "fraction" -> List.of(path + "=0.25");
        case "key", "label" -> List.of(path + "=other");
        default -> throw new AssertionError(path);
      };
    }
    if (path.equals("data.evaluation.split.part")) {
      return List.of(path + "=heldout");
    }
    assertThat(OTHER).as("another value of each key").containsKey(path);
    return OTHER.getOrDefault(path, List.of()).stream().map(KeysAndCommandsTest::filled).toList();
  }

  private Digest request(CommandName command, List<String> assignments) {
    QuantizeConfig config = ConfigurationSource.load(file, assignments);
    QuantizationSpec spec = QuantizationSpecs.of(config);
    ModelSource model =
        ModelSource.load(hadoop, spec.model().path(), spec.model().options(), spec.method());
    String handed = spec.model().path();
    return switch (command) {
      case QUANTIZE -> RunRequest.quantization(hadoop, spec, model);
      case CALIBRATE -> RunRequest.calibration(hadoop, spec, model);
      case CONVERT -> RunRequest.conversion(hadoop, spec, model, file.toString());
      case VALIDATE -> RunRequest.validation(hadoop, spec, model, file.toString());
      case TRAIN -> RunRequest.training(hadoop, QuantizationSpecs.training(config, spec), model);
      case EVALUATE ->
          RunRequest.evaluation(
              hadoop, SweepSpecs.evaluation(config, spec, Optional.of(handed)), model);
      case SWEEP -> RunRequest.sweep(hadoop, SweepSpecs.sweep(config, spec), model);
    };
  }

  private static Map.Entry<String, List<String>> other(String key, String... assignments) {
    return Map.entry(key, List.of(assignments));
  }

  private static String filled(String text) {
    Path examples = Path.of("../examples").toAbsolutePath().normalize();
    return text.formatted(examples.resolve("models"), examples.resolve("digits"));
  }
}
