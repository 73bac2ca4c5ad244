package io.octant.jobs.fuzz;

import io.octant.calibration.CalibrationState;
import io.octant.calibration.QuantizationTarget;
import io.octant.calibration.QuantizationTarget.Symmetry;
import io.octant.calibration.RangeMethod;
import io.octant.calibration.TensorStatistics;
import io.octant.calibration.ValueRange;
import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.state.CalibrationStateText;
import io.octant.pipeline.calibration.PartitionState;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.SolvedCalibration;
import io.octant.pipeline.output.Manifest;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.convert.ConvertCustomConfig;
import io.octant.quantization.fuse.FuseCustomConfig;
import io.octant.quantization.mapform.Json;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.qconfig.EqualizationQConfigMapping;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.safetensors.SafetensorsFile;
import io.octant.tensor.QRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** All targets. */
final class FuzzTargets {
  /** Separates a configuration from the assignments of the command line, one a line. */
  static final String SET = "\n--set\n";

  private static final QuantizationTarget U8 =
      new QuantizationTarget(new QRange(0, 255), Symmetry.AFFINE);

  private FuzzTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        new FuzzTarget(
            "onnx",
            "ONNX models: import, and a small forward pass",
            FuzzSeeds::onnx,
            OnnxTargets::run),
        new FuzzTarget(
            "qdq",
            "ONNX models: prepare, convert, export, and reading the export back",
            FuzzSeeds::onnx,
            OnnxTargets::quantize),
        new FuzzTarget(
            "safetensors", "safetensors files", FuzzSeeds::safetensors, FuzzTargets::safetensors),
        new FuzzTarget(
            "calibration-state",
            "calibration states: read, described, written",
            FuzzSeeds::states,
            FuzzTargets::state),
        new FuzzTarget(
            "tensor-statistics",
            "statistics of one tensor: read, solved by every method, written",
            FuzzSeeds::statistics,
            FuzzTargets::statistics),
        new FuzzTarget(
            "partition-state",
            "what a task sends to the next",
            FuzzSeeds::partitions,
            input -> PartitionState.fromBytes(FuzzSeeds.sealed(input)).toBytes()),
        new FuzzTarget(
            "solved-calibration",
            "a state with its ranges, as it is broadcast",
            FuzzSeeds::solved,
            input -> SolvedCalibration.fromBytes(FuzzSeeds.sealed(input)).toBytes()),
        new FuzzTarget(
            "recipe",
            "graph recipes: how graphs travel to executors",
            FuzzSeeds::recipes,
            FuzzTargets::recipe),
        new FuzzTarget(
            "qconfig-mapping",
            "QConfigMapping and its equalization twin as JSON",
            FuzzSeeds::qconfigMappings,
            FuzzTargets::mapping),
        new FuzzTarget(
            "backend-config",
            "BackendConfig as JSON",
            FuzzSeeds::backendConfigs,
            input -> BackendConfig.fromJson(text(input)).toMap()),
        new FuzzTarget(
            "custom-config",
            "custom configurations of fuse, prepare and convert as JSON",
            FuzzSeeds::customConfigs,
            FuzzTargets::custom),
        new FuzzTarget(
            "job", "HOCON job configurations and --set", FuzzSeeds::jobs, FuzzTargets::job),
        new FuzzTarget(
            "manifest",
            "manifest.json of an output",
            FuzzSeeds::manifests,
            input -> Manifest.fromBytes(input).toBytes()));
  }

  static FuzzTarget named(String name) {
    return all().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no fuzz target " + name));
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  private static void require(boolean holds, String promise) {
    if (!holds) {
      throw new AssertionError(promise);
    }
  }

  private static void safetensors(byte[] input) {
    SafetensorsFile file = SafetensorsFile.parse("fuzz.safetensors", input);
    file.names().forEach(file::tensor);
  }

  private static void state(byte[] input) {
    CalibrationState state = CalibrationState.fromBytes("fuzz.octcal", FuzzSeeds.sealed(input));
    byte[] written = state.toBytes();
    boolean present = input.length > 8 && input[8] == written[8];
    require(
        !present || Arrays.equals(written, FuzzSeeds.sealed(input)),
        "what is read is what would be written");
    CalibrationStateText.of(state);
    CalibrationState twice = state.copy();
    require(twice.equals(state), "a copy is equal");
  }

  private static void statistics(byte[] input) {
    TensorStatistics statistics = TensorStatistics.fromBytes(input);
    require(Arrays.equals(statistics.toBytes(), input), "what is read is what would be written");
    solve(statistics);
  }

  private static void solve(TensorStatistics statistics) {
    if (!statistics.hasRange()) {
      return;
    }
    for (String method : List.of("minmax", "l2", "percentile:99.9", "entropy")) {
      ValueRange range = RangeMethod.parse(method).solve(statistics, U8);
      require(
          range.min() >= statistics.min()
              && range.max() <= statistics.max()
              && range.min() <= range.max(),
          method + " lies within the extrema");
    }
  }

  private static void recipe(byte[] input) {
    ModelSource source = ModelSource.fromBytes(FuzzSeeds.sealed(input));
    require(
        Arrays.equals(source.toBytes(), FuzzSeeds.sealed(input)),
        "what is read is what would be written");
    source.steps();
  }

  private static void mapping(byte[] input) {
    try {
      String json = QConfigMapping.fromJson(text(input)).toJson();
      require(QConfigMapping.fromJson(json).toJson().equals(json), "the JSON form is a fixpoint");
    } catch (io.octant.OctantException e) {
      EqualizationQConfigMapping.fromMap(Json.parse(text(input))).toMap();
    }
  }

  private static void custom(byte[] input) {
    Map<String, Object> map = Json.parse(text(input));
    for (Consumer<Object> read :
        List.<Consumer<Object>>of(
            m -> FuseCustomConfig.fromMap(m).toMap(),
            m -> PrepareCustomConfig.fromMap(m).toMap(),
            m -> ConvertCustomConfig.fromMap(m).toMap())) {
      try {
        read.accept(map);
      } catch (io.octant.OctantException refused) {
        // Each takes what the others do not.
      }
    }
  }

  private static void job(byte[] input) throws IOException {
    String text = text(input);
    int set = text.indexOf(SET);
    Path folder = Files.createTempDirectory("octant-fuzz");
    Path file = folder.resolve("job.conf");
    try {
      Files.writeString(file, set < 0 ? text : text.substring(0, set));
      ConfigurationSource.load(
          file, set < 0 ? List.of() : text.substring(set + SET.length()).lines().toList());
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }
}
