package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.engine.InstructionSet;
import io.octant.pipeline.data.Damaged;
import io.octant.pipeline.data.HoldOut;
import io.octant.pipeline.data.NonFinite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationSourceTest {

  private static final String MINIMAL =
      """
      model.path = model.onnx
      data.calibration.path = /data/train
      output.path = "s3a://bucket/out"
      """;

  @TempDir Path folder;

  @Test
  void absentKeysTakeTheirDefaults() throws IOException {
    QuantizeConfig config = load(MINIMAL);

    assertThat(config)
        .isEqualTo(
            new QuantizeConfig(
                new ModelConfig(folder.resolve("model.onnx").toString(), Map.of(), Map.of()),
                new DataConfig(
                    32,
                    OptionalInt.empty(),
                    NonFinite.REFUSE,
                    Damaged.REFUSE,
                    new SourceConfig(
                        Optional.of("/data/train"),
                        Optional.empty(),
                        "parquet",
                        Map.of(),
                        Map.of(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty()),
                    Optional.empty()),
                new CalibrationConfig(Optional.empty()),
                new QuantizationConfig(Backend.X86, Method.MSE, 99.99, 8, 8, List.of()),
                new ValidationConfig(
                    Optional.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    16),
                new ExecutionConfig(Optional.empty(), ExecutionConfig.Mixed.REFUSE),
                Optional.empty(),
                new SweepConfig(new TreeMap<>(), Map.of(), Map.of(), 5, 1024, Optional.empty()),
                new OutputConfig(
                    "s3a://bucket/out", OutputConfig.IfPresent.REFUSE, Optional.empty()),
                Map.of()));
  }

  @Test
  void everyKeyReachesItsField() throws IOException {
    QuantizeConfig config =
        load(
            """
            model {
              path = /m/model.onnx, axes { sequence = 64, "input_ids:1" = 32 }
              inputs { sr = { value = 16000 }, state { batchAxis = 1 }, x.batchAxis = none }
            }
            data {
              batch = 8
              partitions = 3
              nonFinite = report
              damaged = skip
              calibration {
                path = /d/train, format = parquet, limit = 512, filter = "label < 5"
                sample { fraction = 0.25, seed = 7, key = id }
                columns { input = image, "in.2" = { column = "a b", type = uint8, scale = 0.5, offset = -1 } }
              }
              evaluation {
                path = /d/test, format = parquet, columns { input = picture }, label = class, limit = 100
                filter = "split = 'test'", sample { fraction = 0.5 }
                split { fraction = 0.2, seed = 3, key = writer, part = heldout }
              }
            }
            calibration.states = states
            quantization {
              backend = fbgemm
              method = percentile
              percentile = 99.9
              activationBits = 7
              weightBits = 4
              overrides = [
                { name = layer1.0.conv1, qconfig = null }
                { regex = "blocks\\\\..*", qconfig = x86 }
                { type = Linear, qconfig = fbgemm }
              ]
            }
            validation { output = logits, minAccuracy = 0.9, maxAccuracyDrop = 0.01, minAgreement = 0.95, minSqnrDb = 20, minCosine = 0.99, layers = 4 }
            execution { isa = avx512_core_vnni, mixedNumerics = accept }
            evaluation { topK = 3, memoryMb = 64, totals = /kept }
            sweep {
              grid { method = [entropy], overrides { plain = [] } }
              models { ort = { path = /m/ort.onnx, tags = [qdq] } }
              checkpoints { qat = { path = qat.safetensors, model = /m/bn.onnx, backend = qnnpack } }
            }
            output { path = /out, overwrite = true, current = /current }
            spark { executor.memory = 2g }
            "spark.speculation" = true
            "spark.speculation.interval" = 10ms
            """);

    assertThat(config)
        .isEqualTo(
            new QuantizeConfig(
                new ModelConfig(
                    "/m/model.onnx",
                    Map.of("sequence", 64, "input_ids:1", 32),
                    Map.of(
                        "sr",
                        new InputConfig(Optional.of(16000.), OptionalInt.empty()),
                        "state",
                        new InputConfig(Optional.empty(), OptionalInt.of(1)),
                        "x",
                        new InputConfig(Optional.empty(), OptionalInt.empty()))),
                new DataConfig(
                    8,
                    OptionalInt.of(3),
                    NonFinite.REPORT,
                    Damaged.SKIP,
                    new SourceConfig(
                        Optional.of("/d/train"),
                        Optional.empty(),
                        "parquet",
                        Map.of(),
                        Map.of(
                            "input",
                            ColumnConfig.of("image"),
                            "in.2",
                            new ColumnConfig(
                                Optional.of("a b"),
                                Optional.of(ColumnConfig.Type.UINT8),
                                0.5,
                                -1,
                                Optional.empty())),
                        OptionalInt.of(512),
                        Optional.of("label < 5"),
                        Optional.of(new SampleConfig(0.25, 7, Optional.of("id")))),
                    Optional.of(
                        new EvaluationConfig(
                            new SourceConfig(
                                Optional.of("/d/test"),
                                Optional.empty(),
                                "parquet",
                                Map.of(),
                                Map.of("input", ColumnConfig.of("picture")),
                                OptionalInt.of(100),
                                Optional.of("split = 'test'"),
                                Optional.of(new SampleConfig(0.5, 0, Optional.empty()))),
                            Optional.of("class"),
                            Optional.of(
                                new HoldOut(
                                    0.2, 3, Optional.of("writer"), HoldOut.Part.HELD_OUT))))),
                new CalibrationConfig(Optional.of(folder.resolve("states").toString())),
                new QuantizationConfig(
                    Backend.FBGEMM,
                    Method.PERCENTILE,
                    99.9,
                    7,
                    4,
                    List.of(
                        new QConfigOverride(
                            QConfigOverride.Selector.NAME, "layer1.0.conv1", Optional.empty()),
                        new QConfigOverride(
                            QConfigOverride.Selector.REGEX, "blocks\\..*", Optional.of("x86")),
                        new QConfigOverride(
                            QConfigOverride.Selector.TYPE, "Linear", Optional.of("fbgemm")))),
                new ValidationConfig(
                    Optional.of("logits"),
                    OptionalDouble.of(0.9),
                    OptionalDouble.of(0.01),
                    OptionalDouble.of(0.95),
                    OptionalDouble.of(20),
                    OptionalDouble.of(0.99),
                    4),
                new ExecutionConfig(
                    Optional.of(InstructionSet.AVX512_CORE_VNNI), ExecutionConfig.Mixed.ACCEPT),
                Optional.empty(),
                new SweepConfig(
                    new TreeMap<>(
                        Map.of(
                            "entropy-plain",
                            new SweepConfig.SettingsCandidate(
                                new QuantizationConfig(
                                    Backend.FBGEMM, Method.ENTROPY, 99.9, 7, 4, List.of()),
                                new TreeMap<>(
                                    Map.of(
                                        "backend", "fbgemm",
                                        "method", "entropy",
                                        "activationBits", "7",
                                        "overrides", "plain"))))),
                    Map.of(
                        "ort",
                        new CandidateConfig(
                            "/m/ort.onnx", Optional.empty(), Optional.empty(), List.of("qdq"))),
                    Map.of(
                        "qat",
                        new CandidateConfig(
                            folder.resolve("qat.safetensors").toString(),
                            Optional.of("/m/bn.onnx"),
                            Optional.of(Backend.QNNPACK),
                            List.of())),
                    3,
                    64,
                    Optional.of("/kept")),
                new OutputConfig("/out", OutputConfig.IfPresent.REPLACE, Optional.of("/current")),
                Map.of(
                    "spark.executor.memory", "2g",
                    "spark.speculation", "true",
                    "spark.speculation.interval", "10ms")));
  }

  @Test
  void evaluationReadsTheColumnsOfCalibrationUnlessItNamesItsOwn() throws IOException {
    QuantizeConfig config =
        load(
            MINIMAL
                + "data.calibration.columns.input = image\n"
                + "data.evaluation.path = /data/test\n");

    assertThat(config.data().evaluation().orElseThrow().source().columns())
        .containsExactly(Map.entry("input", ColumnConfig.of("image")));
  }

  @Test
  void aTableStandsForFiles() throws IOException {
    String minimal = MINIMAL.replace("path = /data/train", "table = \"cat.db.t\"");
    QuantizeConfig config = load(minimal, "data.evaluation.table=orc.`/data/test`");
    assertThat(config.data().calibration().table()).contains("cat.db.t");
    assertThat(config.data().calibration().path()).isEmpty();
    assertThat(config.data().evaluation().orElseThrow().source().table())
        .contains("orc.`/data/test`");
    assertThatThrownBy(() -> load(MINIMAL, "data.calibration.table=t"))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "Cannot use key data.calibration.path: a table has none, expected it without key"
                + " data.calibration.table");
    for (String key :
        List.of(
            "data.calibration.limit=1",
            "data.calibration.format=parquet",
            "data.calibration.options.header=true",
            "data.damaged=skip")) {
      assertThatThrownBy(() -> load(minimal, key))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("a table has none");
    }
  }

  @Test
  void formatsOfSparkHaveOptionsAndMayHaveNoPath() throws IOException {
    QuantizeConfig config =
        load(
            """
            model.path = model.onnx
            output.path = out
            data.calibration { format = jdbc, options { url = "jdbc:x", dbtable = t } }
            """);
    assertThat(config.data().calibration().format()).isEqualTo("jdbc");
    assertThat(config.data().calibration().path()).isEmpty();
    assertThat(config.data().calibration().options())
        .containsExactlyInAnyOrderEntriesOf(Map.of("url", "jdbc:x", "dbtable", "t"));
    for (String key : List.of("data.calibration.limit=1", "data.damaged=skip")) {
      assertThatThrownBy(() -> load(MINIMAL, "data.calibration.format=delta", key))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("data of format delta has no files and no order here, expected");
    }
    assertThatThrownBy(
            () -> load("model.path = m\noutput.path = o\ndata.calibration.format = csv\n"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("data.calibration.path");
    assertThatThrownBy(() -> load(MINIMAL, "data.evaluation.options.header=true"))
        .hasMessageContaining("Cannot use key data.evaluation.options: no evaluation data");
  }

  @Test
  void partsOfASamplingWithoutAFractionAreRefused() {
    assertThatThrownBy(() -> load(MINIMAL, "data.calibration.sample.seed=3"))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "Cannot use key data.calibration.sample.seed: all rows are read, expected key"
                + " data.calibration.sample.fraction");
    assertThatThrownBy(() -> load(MINIMAL, "data.calibration.sample.fraction=0"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("data.calibration.sample.fraction: 0, expected a number above 0");
    assertThatThrownBy(() -> load(MINIMAL, "data.evaluation.filter=true"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("no evaluation data, expected key data.evaluation.path");
  }

  @ParameterizedTest
  @CsvSource({
    "data.btach, data.batch",
    "data.batchSize, data.batch",
    "batch, data.batch",
    "data.calibration.pth, data.calibration.path",
    "data.calibration.colums.input, data.calibration.columns",
    "quantization.backnd, quantization.backend",
    "quantisation.method, quantization.method",
    "output.dir, output.path",
    "validation.minacuracy, validation.minAccuracy",
    "sparc.master, spark.*"
  })
  void anUnknownKeyIsRefusedWithTheNearestOne(String written, String nearest) {
    assertThatThrownBy(() -> load(MINIMAL + written + " = 1\n"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("Cannot use key ")
        .hasMessageContaining("unknown, expected " + nearest + " (" + folder);
    assertThatThrownBy(() -> load(MINIMAL, written + "=1"))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "Cannot use key %s: unknown, expected %s (command line)".formatted(written, nearest));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.batch=0 | a whole number of at least 1",
        "data.batch=eight | a whole number of at least 1",
        "data.batch=1.5 | a whole number of at least 1",
        "data.partitions=-1 | a whole number of at least 1",
        "quantization.backend=arm | one of x86, fbgemm, onednn, qnnpack, tensorrt",
        "quantization.method=kl | one of l2, mse, minmax, percentile, entropy",
        "quantization.percentile=101 | a number from 51 to 100",
        "validation.minAccuracy=99 | a number from 0 to 1",
        "output.overwrite=yes | true or false",
        "model.path= | a path or a URI",
        "quantization.overrides=[{name=a}] | a list of objects with qconfig",
        "quantization.overrides=[{regex=\"(\", qconfig=null}] | a list of objects with qconfig",
        "data.calibration.columns=image | an object whose values are each a column, or an object"
            + " with",
        "model.axes={sequence=0} | an object whose values are each a whole number of at least 1"
      })
  void aValueThatItsKeyDoesNotTakeIsRefused(String assignment, String expected) {
    assertThatThrownBy(() -> load(MINIMAL, assignment))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(
            "Cannot read key "
                + assignment.substring(0, assignment.indexOf('=')).replaceFirst("\\.x\\..*", "")
                + ":")
        .hasMessageContaining("expected " + expected);
  }

  @ParameterizedTest
  @CsvSource({"model.path", "output.path"})
  void aRequiredKeyThatIsAbsentIsNamed(String key) {
    String without =
        MINIMAL.lines().filter(line -> !line.startsWith(key)).reduce("", (a, b) -> a + b + "\n");
    assertThatThrownBy(() -> load(without))
        .isInstanceOf(SettingsException.class)
        .hasMessage("Cannot find key " + key + ": absent, expected a path or a URI");
  }

  /** A conversion, a validation and a sweep over files need no calibration data. */
  @Test
  void calibrationDataAreRequiredOfWhatCalibrates() throws IOException {
    String key = "data.calibration.path";
    String without =
        MINIMAL.lines().filter(line -> !line.startsWith(key)).reduce("", (a, b) -> a + b + "\n");
    QuantizeConfig config = load(without);
    assertThat(config.data().calibration().isGiven()).isFalse();
    assertThatThrownBy(config::requireCalibration)
        .isInstanceOf(SettingsException.class)
        .hasMessage("Cannot find key " + key + ": absent, expected a path or a URI");
    load(without, key + "=/data").requireCalibration();
    load(without, "data.calibration.table=t").requireCalibration();
    assertThatThrownBy(() -> load(without, "data.calibration.limit=5"))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "Cannot use key data.calibration.limit: no calibration data, expected key " + key);
    load(without, "data.calibration.columns.input=image");
  }

  @Test
  void theCommandLineGoesBeforeTheFileAndTheLastAssignmentBeforeTheOthers() throws IOException {
    QuantizeConfig config =
        load(
            MINIMAL + "data.batch = 4\n",
            "data.batch=8",
            "data.batch=16",
            "output.path=out dir/a:b",
            "data.calibration.columns.input=image",
            "data.calibration.columns.\"input.1\".scale=0.25",
            "model.axes.input_ids:1=64",
            "quantization.overrides=[{type = Linear, qconfig = null}]",
            "spark.speculation=true",
            "spark.speculation.interval=10ms");

    assertThat(config.data().batch()).isEqualTo(16);
    assertThat(config.output().path())
        .isEqualTo(Path.of("out dir/a:b").toAbsolutePath().toString());
    assertThat(config.data().calibration().columns())
        .isEqualTo(
            Map.of(
                "input",
                ColumnConfig.of("image"),
                "input.1",
                new ColumnConfig(Optional.empty(), Optional.empty(), 0.25, 0, Optional.empty())));
    assertThat(config.model().axes()).isEqualTo(Map.of("input_ids:1", 64));
    assertThat(config.quantization().overrides())
        .containsExactly(
            new QConfigOverride(QConfigOverride.Selector.TYPE, "Linear", Optional.empty()));
    assertThat(config.spark())
        .isEqualTo(Map.of("spark.speculation", "true", "spark.speculation.interval", "10ms"));
  }

  @Test
  void aRelativePathBelongsToTheFileThatWritesIt() throws IOException {
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Files.writeString(shared.resolve("base.conf"), MINIMAL);
    QuantizeConfig config =
        load(
            "include \"shared/base.conf\"\n"
                + "output.path = ../out\n"
                + "model.path = ${?NO_SUCH_VARIABLE}");

    assertThat(config.model().path()).isEqualTo(shared.resolve("model.onnx").toString());
    assertThat(config.output().path())
        .isEqualTo(folder.resolve("..").normalize().resolve("out").toString());
  }

  @Test
  void aFileGivenByItsBareNameIncludesWhatLiesBesideIt() throws IOException {
    // The working directory of a test cannot be changed: what Path.of("x.conf") stands for there is
    // a file of its own.
    Path bare = Path.of("bare-name-test.conf");
    Path beside = Path.of("bare-name-base-test.conf");
    try {
      Files.writeString(beside, MINIMAL);
      Files.writeString(bare, "include \"bare-name-base-test\"\ndata.batch = 5\n");
      QuantizeConfig config = ConfigurationSource.load(bare, List.of());
      assertThat(config.data().batch()).isEqualTo(5);
      assertThat(config.model().path())
          .isEqualTo(Path.of("model.onnx").toAbsolutePath().toString());
    } finally {
      Files.deleteIfExists(bare);
      Files.deleteIfExists(beside);
    }
  }

  @Test
  void anIncludeThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> load("include \"bse.conf\"\n" + MINIMAL))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "Cannot include bse.conf: no such file or empty, expected a configuration in "
                + folder);
  }

  @Test
  void propertiesOfSparkDoNotHideOneAnother() throws IOException {
    Files.writeString(
        folder.resolve("base.conf"),
        """
        spark.locality.wait.node = 1s
        spark { files = "a,b" }
        data.batch = 3
        """);
    QuantizeConfig config =
        load(
            MINIMAL
                + """
                include "base.conf"   // comment with { brace
                spark.speculation = true
                spark.speculation.interval = 100ms
                spark {
                  locality { wait = 3s, wait.rack = "2s" } # spark.locality = 9
                  files.overwrite : true
                  "executor.memory" = ${data.batch}g
                  driver.memory = ${spark.executor.cores}g
                }
                spark.executor.cores = 2
                spark.speculation = false
                spark.extra = \"""a = { b\"""
                """,
            "spark.files.maxPartitionBytes=7",
            "spark.locality.wait.process=0");

    assertThat(config.spark())
        .isEqualTo(
            new java.util.TreeMap<>(
                Map.ofEntries(
                    Map.entry("spark.speculation", "false"),
                    Map.entry("spark.speculation.interval", "100ms"),
                    Map.entry("spark.locality.wait", "3s"),
                    Map.entry("spark.locality.wait.node", "1s"),
                    Map.entry("spark.locality.wait.rack", "2s"),
                    Map.entry("spark.locality.wait.process", "0"),
                    Map.entry("spark.files", "a,b"),
                    Map.entry("spark.files.overwrite", "true"),
                    Map.entry("spark.files.maxPartitionBytes", "7"),
                    Map.entry("spark.executor.memory", "3g"),
                    Map.entry("spark.executor.cores", "2"),
                    Map.entry("spark.driver.memory", "2g"),
                    Map.entry("spark.extra", "a = { b"))));
  }

  @ParameterizedTest
  @CsvSource({"label = y", "limit = 5", "format = parquet", "columns.input = image"})
  void keysOfEvaluationNeedItsPath(String key) {
    assertThatThrownBy(() -> load(MINIMAL + "data.evaluation." + key + "\n"))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("Cannot use key data.evaluation." + key.split("[ .]")[0])
        .hasMessageEndingWith("no evaluation data, expected key data.evaluation.path");
  }

  @Test
  void aFileThatIsMissingOrNoHoconIsNamed() {
    Path missing = folder.resolve("missing.conf");
    assertThatThrownBy(() -> ConfigurationSource.load(missing, List.of()))
        .hasMessage(
            "Cannot read configuration: %s, expected a readable HOCON file".formatted(missing));
    assertThatThrownBy(() -> load("model { path = "))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("Cannot parse configuration " + folder.resolve("job.conf"));
    assertThatThrownBy(() -> load(MINIMAL + "data.batch = ${nowhere}"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> load(MINIMAL, "data.batch"))
        .hasMessage("Cannot read --set data.batch: no value, expected key=value");
  }

  @ParameterizedTest
  @CsvSource({"qnnpack", "onednn", "tensorrt"})
  void sevenBitsAreRefusedWhereNothingWouldUseThem(String backend) {
    assertThatThrownBy(
            () -> load(MINIMAL, "quantization.activationBits=7", "quantization.backend=" + backend))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "Cannot use quantization.activationBits = 7 with backend "
                + backend
                + ", expected x86 or fbgemm");
  }

  @Test
  void aGateNeedsWhatItMeasures() {
    assertThatThrownBy(() -> load(MINIMAL, "validation.output=logits"))
        .hasMessageContaining("expected key data.evaluation.path");
    assertThatThrownBy(() -> load(MINIMAL, "validation.minSqnrDb=20"))
        .hasMessageContaining("expected key data.evaluation.path");
    assertThatThrownBy(
            () -> load(MINIMAL, "validation.minAccuracy=0.9", "data.evaluation.path=/data/test"))
        .hasMessageContaining("expected key data.evaluation.label");
  }

  @Test
  void nullTakesBackAText() throws IOException {
    String filtered = MINIMAL + "\ndata.calibration.filter = \"day > 1\"\nmodel.path = /m.onnx";
    assertThat(load(filtered).data().calibration().filter()).contains("day > 1");
    assertThat(load(filtered, "data.calibration.filter=null").data().calibration().filter())
        .isEmpty();
    assertThatThrownBy(() -> load(filtered, "model.path=null"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("model.path");
  }

  private QuantizeConfig load(String text, String... assignments) throws IOException {
    Path file = folder.resolve("job.conf");
    Files.writeString(file, text);
    return ConfigurationSource.load(file, List.of(assignments));
  }
}
