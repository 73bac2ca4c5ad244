package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.data.preprocess.RecordedPictures;
import io.octant.pipeline.data.preprocess.TokenSteps;
import io.octant.pipeline.data.preprocess.TokenizerFile;
import io.octant.tensor.DType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that Spark reads have the limits, splits, tasks and messages of all others. */
class SparkFormatTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 1);
  private static final SampleField PAIR = SampleField.of("x", DType.FLOAT32, 2);
  private static final Map<String, String> TYPED = Map.of("header", "true", "inferSchema", "true");

  @TempDir Path dir;

  private Path file(String name, String... lines) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, List.of(lines));
  }

  private FileSource csv(Map<String, String> options) {
    return FileSource.of(DataFormats.load("csv").withOptions(options), List.of(dir.toString()));
  }

  private FileSource of(String format) {
    return FileSource.of(DataFormats.load(format), List.of(dir.toString()));
  }

  private static Samples<?> open(FileSource source, SampleField field) {
    return source.open(SPARK, List.of(field));
  }

  private static List<Double> firsts(Samples<?> samples) {
    return ReadSamples.all(samples).stream().map(s -> s.values()[0]).toList();
  }

  private static OctantFailure failure(Samples<?> samples) {
    return new OctantFailure(samples);
  }

  /** What a job would say. */
  private record OctantFailure(Samples<?> samples) {
    String message() {
      try {
        ReadSamples.all(samples);
        return "none";
      } catch (Exception e) {
        return String.valueOf(FileFailure.find(e).orElseThrow().getMessage());
      }
    }
  }

  @Test
  void csvIsReadWithItsOptionsAndFolders() throws IOException {
    file("day=1/a.csv", "x,digit", "0.5,1", "1.5,2");
    file("day=2/b.csv", "x,digit", "2.5,3");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(dir.resolve("day=2/c.csv.gz")))) {
      out.write("x,digit\n3.5,4\n".getBytes(StandardCharsets.UTF_8));
    }
    file("day=2/README.md", "no data");
    Samples<?> samples = open(csv(TYPED).withLabel("digit").withPartitions(1), X);

    assertThat(ReadSamples.all(samples).stream().map(s -> s.values()[0] + " " + s.label()))
        .containsExactly("0.5 1", "1.5 2", "2.5 3", "3.5 4");
    assertThat(samples.facts().files()).isEqualTo(3);
    assertThat(samples.facts().samples()).isEqualTo(4);
    assertThat(samples.facts().skipped().otherFormat()).isEqualTo(1);
    assertThat(samples.splits()).hasSize(2);
    assertThat(samples.splits().get(0).identity())
        .matches("file:.*/day=1/a.csv 20 modified \\d+ rows 0 to 2");
    assertThat(firsts(open(csv(TYPED).withFilter("day = 2 and digit > 3"), X)))
        .containsExactly(3.5);
    assertThat(firsts(open(csv(TYPED).withLimit(3).withPartitions(1), X)))
        .containsExactly(0.5, 1.5, 2.5);
  }

  @Test
  void tasksCutFilesAtRowsAndChangeNothing() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      lines.add("{\"a\": {\"x\": [" + i + ", 0.5]}, \"b\": \"" + "z".repeat(i) + "\"}");
    }
    file("one.jsonl", lines.toArray(String[]::new));
    file("two.json", "{\"a\": {\"x\": [50, 1]}, \"b\": \"\"}");
    FileSource source = of("json").withColumn("x", "a.x");
    List<String> all = ReadSamples.multiset(ReadSamples.all(open(source, PAIR)));
    assertThat(all).hasSize(51);
    for (int tasks : new int[] {1, 4, 60}) {
      Samples<?> cut = open(source.withPartitions(tasks), PAIR);
      assertThat(cut.partitions()).isEqualTo(tasks);
      assertThat(ReadSamples.multiset(ReadSamples.all(cut))).isEqualTo(all);
    }
  }

  @Test
  void orcIsReadAndADamagedFileIsNamedOrLeftOut() throws IOException {
    SPARK.range(0, 40, 1, 2).selectExpr("float(id) as x").write().orc(dir + "/good");
    List<Path> files = new ArrayList<>();
    try (var found = Files.newDirectoryStream(dir.resolve("good"), "*.orc")) {
      found.forEach(files::add);
    }
    files.sort(null);
    Files.move(files.get(0), dir.resolve("a.orc"));
    byte[] bytes = Files.readAllBytes(files.get(1));
    Files.write(dir.resolve("b.orc"), Arrays.copyOf(bytes, bytes.length - 40));

    assertThat(firsts(open(of("orc").withDamaged(Damaged.SKIP).withPartitions(1), X)))
        .hasSize(20)
        .startsWith(0., 1., 2.);
    assertThat(open(of("orc").withDamaged(Damaged.SKIP), X).facts().damaged())
        .singleElement()
        .asString()
        .startsWith("file:" + dir.resolve("b.orc") + ": ");
    assertThatThrownBy(() -> open(of("orc"), X))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read data: file:" + dir.resolve("b.orc") + ": ")
        .hasMessageEndingWith("expected a readable ORC file");
  }

  @Test
  void aMalformedRecordIsNamedByFileAndRow() throws IOException {
    file("a.csv", "x,digit", "0.5,1", "1.5,2");
    file("b.csv", "x,digit", "0.5,1", "1.5,7,9");
    FileSource both = csv(Map.of("header", "true", "inferSchema", "true", "mode", "FAILFAST"));
    assertThatThrownBy(() -> open(both.withLabel("digit"), X))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("b.csv: row 1: ");
    Samples<?> left = open(both.withLabel("digit").withDamaged(Damaged.SKIP), X);
    assertThat(left.facts().samples()).isEqualTo(2);
    assertThat(left.facts().damaged()).singleElement().asString().contains("b.csv: row 1: ");

    Files.delete(dir.resolve("b.csv"));
    file("c.csv", "x,digit", "none,1");
    assertThat(
            failure(
                    open(
                        csv(Map.of("header", "true", "nullValue", "none", "inferSchema", "true")),
                        X))
                .message())
        .contains("Cannot read column 'x' of file:", "c.csv row 0: null, expected a value for");
  }

  /** Spark reads records of JSON to learn of their columns, and names no file then. */
  @Test
  void aRecordThatIsNoJsonIsNamedByFile() throws IOException {
    file("a.json", "{\"x\": 1}", "{\"x\": [1,2");
    assertThatThrownBy(() -> open(of("json"), X))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read data: ")
        .hasMessageContaining("a.json: damaged or changed (")
        .hasMessageContaining("Unexpected end-of-input");
    file("b.json", "{\"x\": 1}");
    assertThatThrownBy(() -> open(of("json"), X)).hasMessageContaining("a.json or another: ");
  }

  @Test
  void linesOfTextAreTokenized() throws IOException {
    file("a.txt", "the fox", "a dog");
    TokenSteps steps =
        new TokenSteps(
            TokenizerFile.of("t", RecordedPictures.file("tokenizer/wordpiece.json")),
            TokenSteps.Output.MASK);
    FileSource source =
        of("text")
            .withColumn(
                "x", new ColumnBinding("value", Optional.empty(), 1, 0, Optional.of(steps)));
    assertThat(firsts(open(source, SampleField.of("x", DType.INT64, 16)))).containsExactly(1., 1.);
  }

  @Test
  void optionsAndTypesArePartOfWhatTheDataIs() throws IOException {
    file("a.csv", "x", "1", "2");
    Configuration hadoop = new Configuration();
    assertThat(csv(TYPED).identity(hadoop))
        .isNotEqualTo(csv(Map.of("header", "true")).identity(hadoop));
    String whole = open(csv(TYPED), X).binding();
    assertThat(whole).contains("types x INT", "header=true");
    file("b.csv", "x", "2.5");
    assertThat(open(csv(TYPED), X).binding()).contains("types x DOUBLE");
  }

  /** Folders' times are read in a zone, which is an option of all of Spark's formats. */
  @Test
  void theTimeZoneOfFoldersIsAnOptionOfEveryFormat() {
    SPARK
        .range(0, 2)
        .selectExpr("float(id) as x", "'2026-01-0' || (id + 1) || ' 00:00:00' as at")
        .write()
        .partitionBy("at")
        .orc(dir + "/data");
    FileSource source =
        FileSource.of(
            DataFormats.load("orc").withOptions(Map.of("timezone", "Asia/Tokyo")),
            List.of(dir + "/data"));
    assertThat(firsts(open(source.withFilter("unix_timestamp(at) = 1767193200"), X)))
        .containsExactly(0.);
    assertThatThrownBy(() -> DataFormats.load("text").withOptions(Map.of("timeZones", "UTC")))
        .hasMessageContaining("with option timeZones: unknown, expected timeZone")
        .hasMessageNotContaining("recursive");
  }

  @Test
  void whatWouldHideRowsIsRefused() throws IOException {
    assertThatThrownBy(() -> csv(Map.of("pathGlobFilter", "*.csv")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read data of format csv with option pathGlobFilter");
    assertThatThrownBy(() -> csv(Map.of("Mode", "dropmalformed")))
        .hasMessageContaining("expected FAILFAST or PERMISSIVE");
    assertThatThrownBy(() -> csv(Map.of("heder", "true")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("with option heder: unknown, expected header")
        .hasMessageEndingWith(" or another of Spark's for csv");
    assertThatThrownBy(() -> csv(Map.of("fs.s3a.endpoint", "http://h:1")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("option fs.s3a.endpoint: a property of Hadoop")
        .hasMessageEndingWith("expected it in key spark.hadoop.fs.s3a.endpoint");
    assertThatThrownBy(
            () -> new ParquetFormat().withOptions(Map.of("spark.hadoop.fs.s3a.endpoint", "h")))
        .hasMessageEndingWith("expected it in key spark.hadoop.fs.s3a.endpoint");
    assertThat(csv(Map.of("HEADER", "true"))).isNotNull();
    file("x=1/a.csv", "x", "1");
    assertThatThrownBy(() -> open(csv(TYPED), X))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("in the files and in the name of their folder");
    file("notes.md", "nothing else");
    assertThatThrownBy(() -> open(of("orc"), X))
        .hasMessageContaining("no ORC file in it (files left out: 2 not ORC)");
  }

  @Test
  void anyOtherFormatOfSparksIsATable() throws IOException {
    SPARK.range(0, 6, 1, 2).selectExpr("float(id) as x").write().parquet(dir + "/data");
    TableSource source =
        TableSource.of(
            "org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat",
            Map.of(),
            Optional.of(dir + "/data"));
    Samples<?> samples = source.open(SPARK, List.of(X));
    assertThat(firsts(samples)).containsExactlyInAnyOrder(0., 1., 2., 3., 4., 5.);
    assertThat(samples.splits()).isEmpty();
    assertThatThrownBy(
            () -> TableSource.of("cvs", Map.of(), Optional.empty()).open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read cvs data: ")
        .hasMessageContaining("Failed to find the data source: cvs")
        .hasMessageContaining("expected one of " + String.join(", ", DataFormats.names()))
        .hasMessageContaining(", or a format of Spark's that is on its class path");
  }
}
