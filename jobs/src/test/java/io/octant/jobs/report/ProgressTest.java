package io.octant.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.Console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Progress of real Spark jobs. */
class ProgressTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private JavaSparkContext spark;

  @BeforeEach
  void start() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("progress")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "localhost"));
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  @Test
  void printsOneLineAtEachEndOfADescribedJobWithoutATerminal() {
    List<String> lines = run(Terminal.PLAIN).lines().toList();

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).startsWith("calibrate  [").contains("0/3 tasks");
    assertThat(lines.get(1)).startsWith("calibrate  [").contains("] 3/3 tasks");
  }

  @Test
  void redrawsOneLineOnATerminal() {
    String written = run(Terminal.INTERACTIVE);

    assertThat(written).endsWith(System.lineSeparator());
    assertThat(written.lines().toList().toString()).contains("0/3", "1/3", "2/3", "3/3");
    assertThat(written.chars().filter(c -> c == '\n')).hasSize(1);
  }

  private String run(Terminal terminal) {
    spark
        .sc()
        .addSparkListener(
            new Progress(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, () -> 0L));
    spark.parallelize(List.of(1, 2, 3), 3).count();
    spark.setJobDescription("calibrate");
    spark.parallelize(List.of(1, 2, 3), 3).count();
    spark.setJobDescription(null);
    spark.stop();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
