package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.RangeMethod;
import io.octant.onnx.importer.ImportOptions;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Model;
import io.octant.pipeline.QuantizationSpec.Validation;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.NonFinite;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.execution.Engines;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.PublishedOutput;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.validation.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes a run another run; without Spark. */
class RunRequestTest {
  private final Configuration hadoop = new Configuration(false);

  @TempDir Path dir;
  private Path data;
  private QuantizationSpec base;

  @BeforeEach
  void copyData() throws IOException {
    data = Files.createDirectories(dir.resolve("data"));
    Files.copy(Path.of("../examples/digits/test.parquet"), data.resolve("a.parquet"));
    base = with(source());
  }

  private FileSource source() {
    return ParquetFormat.source(data.toString()).withColumn("input", "image");
  }

  private QuantizationSpec with(FileSource calibration) {
    return DigitsRun.calibration(calibration, dir.resolve("out"));
  }

  private String request(QuantizationSpec spec) {
    QuantizationSpec.Model model = spec.model();
    return RunRequest.quantization(
            hadoop, spec, ModelSource.load(hadoop, model.path(), model.options(), spec.method()))
        .hex();
  }

  private Optional<PublishedOutput> finished(QuantizationSpec spec) {
    return RunRequest.finished(hadoop, spec, model -> RunRequest.quantization(hadoop, spec, model));
  }

  @Test
  void everythingThatReachesAResultMakesAnotherRequest() {
    QuantizationSpec evaluated =
        QuantizationSpec.of(
            base.model(),
            new Data(source(), Optional.of(source().withLabel("label")), 32),
            base.method(),
            base.output());
    Gate gate =
        new Gate(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(0.9),
            OptionalDouble.empty(),
            OptionalDouble.empty());
    List<QuantizationSpec> others =
        List.of(
            with(source().withLimit(10)),
            with(source().withColumn("input", "label")),
            QuantizationSpec.of(DigitsRun.model("vit"), base.data(), base.method(), base.output()),
            QuantizationSpec.of(
                base.model(),
                new Data(source(), Optional.empty(), 8),
                base.method(),
                base.output()),
            QuantizationSpec.of(
                base.model(),
                new Data(source(), Optional.empty(), 32, NonFinite.REPORT),
                base.method(),
                base.output()),
            QuantizationSpec.of(
                new Model(base.model().path(), ImportOptions.none().withSize("n", 3)),
                base.data(),
                base.method(),
                base.output()),
            base.withMethod(DigitsRun.x86(new RangeMethod.MinMax())),
            evaluated,
            evaluated.withValidation(Validation.of(gate)),
            evaluated.withValidation(
                new Validation(Gate.OPEN, Optional.of("y"), Validation.LAYER_SAMPLES)),
            evaluated.withValidation(new Validation(Gate.OPEN, Optional.empty(), 0)),
            base.withEngine(Engines.REFERENCE),
            base.withVersions(Map.of("octant", "9")));
    Set<String> requests = new HashSet<>(Set.of(request(base)));
    for (QuantizationSpec other : others) {
      assertThat(requests.add(request(other))).as(other.toString()).isTrue();
    }
  }

  @Test
  void everyCandidateIsPartOfASweepsRequest() throws IOException {
    FileSource labelled = source().withLabel("label");
    QuantizationSpec evaluated =
        QuantizationSpec.of(
            base.model(),
            new Data(source(), Optional.of(labelled), 32),
            base.method(),
            base.output());
    Path file = dir.resolve("candidate.onnx");
    SweepCandidate mse = settings("a", DigitsRun.X86);
    SweepCandidate model = candidate("b", new SweepCandidate.File(file.toString()));
    List<SweepSpec> sweeps =
        List.of(
            sweep(evaluated, mse),
            sweep(evaluated, settings("another", DigitsRun.X86)),
            sweep(evaluated, settings("a", DigitsRun.x86(new RangeMethod.MinMax()))),
            sweep(evaluated, mse, model),
            sweep(evaluated, model),
            new SweepSpec(evaluated, Optional.of(labelled), List.of(mse), 5, 1, Optional.empty()),
            new SweepSpec(evaluated, Optional.empty(), List.of(mse), 3, 1, Optional.empty()));
    Set<String> requests = new HashSet<>();
    for (SweepSpec sweep : sweeps) {
      assertThat(requests.add(request(sweep))).as(sweep.toString()).isTrue();
    }
    Files.writeString(file, "there now");
    assertThat(requests.add(request(sweep(evaluated, model)))).isTrue();
    // How much memory there is, and what is kept, reaches no table.
    assertThat(
            request(
                new SweepSpec(
                    evaluated, Optional.empty(), List.of(mse), 5, 9, Optional.of("/kept"))))
        .isEqualTo(request(sweep(evaluated, mse)));
  }

  private static SweepSpec sweep(QuantizationSpec spec, SweepCandidate... candidates) {
    return new SweepSpec(spec, Optional.empty(), List.of(candidates), 5, 1, Optional.empty());
  }

  private static SweepCandidate settings(String name, QuantizationMethod method) {
    return candidate(name, new SweepCandidate.Settings(method));
  }

  private static SweepCandidate candidate(String name, SweepCandidate.Origin origin) {
    return new SweepCandidate(name, List.of(), new TreeMap<>(), origin);
  }

  private String request(SweepSpec sweep) {
    QuantizationSpec.Model model = sweep.base().model();
    return RunRequest.sweep(
            hadoop,
            sweep,
            ModelSource.load(hadoop, model.path(), model.options(), sweep.base().method()))
        .hex();
  }

  @Test
  void whatReachesNoResultDoesNot() {
    assertThat(request(with(source().withPartitions(7)))).isEqualTo(request(base));
    assertThat(request(base.withVersions(Map.of("java", "21", "spark", "5"))))
        .isEqualTo(request(base));
    assertThat(request(DigitsRun.calibration(source(), dir.resolve("elsewhere"))))
        .isEqualTo(request(base));
  }

  @Test
  void filesThatAreAddedOrChangedMakeAnotherRequest() throws IOException {
    String before = request(base);
    Path file = data.resolve("a.parquet");
    FileTime time = Files.getLastModifiedTime(file);
    Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() - 5000));
    assertThat(request(base)).isNotEqualTo(before);
    Files.setLastModifiedTime(file, time);
    assertThat(request(base)).isEqualTo(before);
    Files.writeString(data.resolve("_SUCCESS"), "not data");
    assertThat(request(base)).isEqualTo(before);
    Files.copy(file, data.resolve("b.parquet"));
    assertThat(request(base)).isNotEqualTo(before);
  }

  @Test
  void aRunIsDoneIfItsResultIsThereAndWhole() throws IOException {
    assertThat(finished(base)).isEmpty();
    publish("someone else's");
    assertThat(finished(base)).isEmpty();
    publish(request(base));
    assertThat(finished(base)).isPresent();

    QuantizationSpec overwriting =
        QuantizationSpec.of(
            base.model(),
            base.data(),
            base.method(),
            new QuantizationSpec.Output(base.output().path(), IfPresent.REPLACE));
    assertThat(finished(overwriting)).isEmpty();

    // A run that died while it copied: what is done is completed.
    Path out = dir.resolve("out");
    Files.writeString(out.resolve(".octant/copying"), "");
    Files.writeString(out.resolve("model.int8.onnx"), "of an older result");
    assertThat(finished(base)).isPresent();
    assertThat(out.resolve("model.int8.onnx")).hasContent("model");
    assertThat(out.resolve(".octant/copying")).doesNotExist();

    Path results = out.resolve(".octant/results");
    try (var folders = Files.list(results)) {
      Files.writeString(folders.findFirst().orElseThrow().resolve("model.int8.onnx"), "damage");
    }
    assertThat(finished(base)).isEmpty();
  }

  private void publish(String request) {
    try (OutputCommit commit =
        OutputCommit.begin(hadoop, base.output().path(), IfPresent.REPLACE)) {
      commit.write("model.int8.onnx", "model".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      commit.writeUnlisted(
          RunReport.FILE_NAME, new RunReport(Map.of()).request(request).ok().toBytes());
      commit.publish(Map.of(), Map.of());
    }
  }
}
