package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** Whoever looks at Spark's pages sees whose each job is, and what it does. */
class SparkJobsTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final Set<String> TITLES =
      Arrays.stream(Phase.values()).map(Phase::title).collect(Collectors.toSet());

  @TempDir Path dir;

  @Test
  void everyJobOfARunIsOfItsGroupAndSaysItsPhase() throws Exception {
    for (int day = 0; day < 3; day++) {
      Path folder = Files.createDirectories(dir.resolve("data/day=" + day));
      Files.copy(Path.of("../examples/digits/test.parquet"), folder.resolve("a.parquet"));
    }
    QuantizationSpec spec =
        QuantizationSpec.of(
                DigitsRun.model("mobilenet"),
                new QuantizationSpec.Data(
                    ParquetFormat.source(dir.resolve("data").toString())
                        .withColumn("input", "image")
                        .withLimit(2100),
                    Optional.of(DigitsRun.EVALUATION.withLimit(40)),
                    32),
                DigitsRun.X86,
                new QuantizationSpec.Output(dir.resolve("out").toString(), IfPresent.REPLACE))
            .withStates(Optional.of(dir.resolve("states").toString()));
    QuantizationPipeline pipeline = new QuantizationPipeline(SPARK);
    Seen computing = jobs(() -> pipeline.run(spec));
    assertThat(computing.descriptions).contains("calibrate", "validate", "publish");
    assertThat(computing.classes)
        .contains("FileWaves", "StateFold", "LayerJob", "ValidationJob", "ReadBackJob");
    // Another run is another group; its calibration is a lookup.
    Seen again = jobs(() -> pipeline.run(spec));
    assertThat(again.descriptions).contains("calibrate");
    assertThat(again.group).isNotEqualTo(computing.group);

    String int8 = dir.resolve("out").toString();
    assertThat(jobs(() -> pipeline.calibrate(at(spec, "state"))).descriptions)
        .contains("calibrate");
    assertThat(jobs(() -> pipeline.validate(at(spec, "figures"), int8)).classes)
        .contains("LayerJob", "ValidationJob");
  }

  private QuantizationSpec at(QuantizationSpec spec, String output) {
    return spec.withOutput(
        new QuantizationSpec.Output(dir.resolve(output).toString(), IfPresent.REFUSE));
  }

  /** The one group of the jobs of a run, their descriptions, and the classes that started them. */
  private record Seen(String group, Set<String> descriptions, Set<String> classes) {}

  private static Seen jobs(Runnable run) throws Exception {
    List<SparkListenerJobStart> jobs = new CopyOnWriteArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.add(start);
          }
        };
    SPARK.sparkContext().addSparkListener(listener);
    try {
      run.run();
      SPARK.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      SPARK.sparkContext().removeSparkListener(listener);
    }
    Set<String> groups =
        jobs.stream()
            .map(job -> String.valueOf(job.properties().getProperty("spark.jobGroup.id")))
            .collect(Collectors.toSet());
    assertThat(groups).hasSize(1).allMatch(group -> group.startsWith("octant-"));
    Set<String> descriptions =
        jobs.stream()
            .map(job -> String.valueOf(job.properties().getProperty("spark.job.description")))
            .collect(Collectors.toSet());
    assertThat(TITLES).containsAll(descriptions);
    Set<String> classes =
        jobs.stream()
            .flatMap(job -> CollectionConverters.asJava(job.stageInfos()).stream())
            .map(stage -> stage.name().replaceFirst(".* at (.*)\\.java:.*", "$1"))
            .collect(Collectors.toSet());
    return new Seen(groups.iterator().next(), descriptions, classes);
  }
}
