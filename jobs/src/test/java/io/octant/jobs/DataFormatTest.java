package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFormat;
import io.octant.pipeline.data.DataFormats;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs over a format that is one class and a registration: {@link JsonLinesFormat}. */
class DataFormatTest {
  private static final int LIMIT = 30;

  @TempDir Path folder;

  private final RecordedConsole console = new RecordedConsole();

  @Test
  void aFormatIsOneClassAndALine() throws IOException {
    Path parquet = DataFiles.write(folder.resolve("parquet"), 40, row -> image(row, 784));
    Path lines = Files.createDirectory(folder.resolve("lines"));
    write(lines.resolve("a.jsonl"), 0, 20, 784);
    write(lines.resolve("b.jsonl"), 20, 40, 784);
    // Behind the limit: nobody looks into it.
    Files.writeString(lines.resolve("c.jsonl"), "no JSON\n");
    Files.writeString(lines.resolve("README.md"), "no data\n");

    assertThat(quantize("p", parquet, "parquet")).as(console.err()).isZero();
    for (int partitions : new int[] {1, 7}) {
      String out = "l" + partitions;
      assertThat(quantize(out, lines, "jsonlines", "--set", "data.partitions=" + partitions))
          .as(console.err())
          .isZero();

      for (String file : List.of("calibration/state.octcal", "model.int8.onnx", "qparams.json")) {
        assertThat(folder.resolve(out).resolve(file))
            .hasBinaryContent(Files.readAllBytes(folder.resolve("p").resolve(file)));
      }
      JsonNode result = result(out);
      assertThat(result.get("samples").intValue()).isEqualTo(LIMIT);
      assertThat(result.get("partitions").intValue()).isEqualTo(partitions);
      JsonNode data = result.get("data").get("calibration");
      assertThat(data.get("files").intValue()).isEqualTo(2);
      assertThat(data.get("skipped").get("notParquet").intValue()).isEqualTo(1);
    }
  }

  @Test
  void picturesGiveTheModelOfTheirValues() throws IOException {
    Path parquet = DataFiles.write(folder.resolve("parquet"), LIMIT, DataFormatTest::light);
    for (int row = 0; row < LIMIT; row++) {
      Path digit = Files.createDirectories(folder.resolve("photos").resolve("c" + row % 10));
      BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setPixels(0, 0, 28, 28, pixels(row));
      ImageIO.write(image, "png", digit.resolve(row + ".png").toFile());
    }
    assertThat(quantize("p", parquet, "parquet")).as(console.err()).isZero();
    String[] steps = {
      "--set", "data.calibration.columns.input.column=image",
      "--set", "data.calibration.columns.input.decode=grey",
      "--set", "data.calibration.columns.input.scale=0.01",
      "--set", "data.evaluation.columns.input=image"
    };
    assertThat(quantize("i", folder.resolve("photos"), "images", steps)).as(console.err()).isZero();

    for (String file : List.of("calibration/state.octcal", "model.int8.onnx", "qparams.json")) {
      assertThat(folder.resolve("i").resolve(file))
          .hasBinaryContent(Files.readAllBytes(folder.resolve("p").resolve(file)));
    }
    assertThat(result("i").get("samples").intValue()).isEqualTo(LIMIT);
  }

  private static int[] pixels(int row) {
    return IntStream.range(0, 784).map(i -> (row * 31 + i * 7) % 101).toArray();
  }

  private static float[] light(int row) {
    float[] values = new float[784];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (pixels(row)[i] * 0.01);
    }
    return values;
  }

  @Test
  void valuesAndTypesAreCheckedForEveryFormat() throws IOException {
    Path lines = Files.createDirectory(folder.resolve("lines"));
    write(lines.resolve("a.jsonl"), 0, 5, 784);
    write(lines.resolve("b.jsonl"), 5, 6, 783);

    assertThat(quantize("out", lines, "jsonlines")).isEqualTo(3);
    assertThat(console.err())
        .contains("Cannot read column 'image' of ", "b.jsonl row 0: 783 values, expected 784");
    assertThat(
            quantize("out", lines, "jsonlines", "--set", "data.calibration.columns.input=picture"))
        .isEqualTo(3);
    assertThat(console.err())
        .contains("Cannot find column 'picture' for input 'input' torch.float32");
    Path none = Files.createDirectory(folder.resolve("none"));
    Files.writeString(none.resolve("README.md"), "no data\n");
    assertThat(quantize("out", none, "jsonlines")).isEqualTo(3);
    assertThat(console.err())
        .contains("no JSON lines file in it (files left out: 1 not JSON lines)");
  }

  @Test
  void anUnknownFormatIsRefusedNamingTheKnownOnes() {
    String known = "arrow, csv, images, json, jsonlines, npy, orc, parquet, text";
    assertThat(String.join(", ", DataFormats.names())).isEqualTo(known);
    assertThatThrownBy(() -> DataFormats.load("cvs"))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot read data of format: cvs, expected one of " + known);
    assertThat(quantize("out", folder, "cvs"))
        .as("a limit, which a table does not have")
        .isEqualTo(2);
    assertThat(console.err())
        .contains(
            "Cannot use key data.calibration.limit: data of format cvs has no files and no order"
                + " here, expected one of "
                + known
                + " in key data.calibration.format");
  }

  @Test
  void csvGivesTheModelOfItsValuesWithItsOptions() throws IOException {
    Path csv = Files.createDirectory(folder.resolve("csv"));
    List<String> lines = new ArrayList<>(List.of("image;label"));
    for (int row = 0; row < LIMIT; row++) {
      String pixels = Arrays.toString(light(row));
      lines.add(pixels.substring(1, pixels.length() - 1) + ";" + row % 10);
    }
    Files.write(csv.resolve("a.csv"), lines);
    assertThat(quantize("bad", csv, "csv", "--set", "data.calibration.options.sep=;")).isEqualTo(3);
    assertThat(console.err()).contains("Cannot find column 'image'", "expected one of [_c0, _c1, ");
    assertThat(
            quantize(
                "bad",
                csv,
                "csv",
                "--set",
                "data.calibration.options.sep=;",
                "--set",
                "data.calibration.options.header=true",
                "--set",
                "data.calibration.columns.input=image"))
        .isEqualTo(3);
    assertThat(console.err()).contains("Cannot read column 'image'", "string, expected numbers");
    assertThat(quantize("bad", csv, "parquet", "--set", "data.calibration.options.header=true"))
        .isEqualTo(3);
    assertThat(console.err())
        .contains("Cannot read data of format parquet with option header, expected no options");
  }

  @Test
  void aRegistrationWithoutAClassIsOneLine() throws IOException, InterruptedException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve("io.octant.pipeline.data.DataFormat"), "com.example.NoFormat\n");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder + File.pathSeparator + System.getProperty("java.class.path"),
                Main.class.getName(),
                "--help")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(1);
    assertThat(said)
        .startsWith("octant: ServiceConfigurationError: " + DataFormat.class.getName())
        .contains("com.example.NoFormat not found")
        .doesNotContain("\tat ");
  }

  private static float[] image(int row, int length) {
    return DataFiles.ramp(row, length);
  }

  private static void write(Path file, int from, int to, int length) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int row = from; row < to; row++) {
      lines.add(
          "{\"image\": %s, \"label\": %d}"
              .formatted(Arrays.toString(image(row, length)), row % 10));
    }
    Files.write(file, lines);
  }

  private int quantize(String out, Path data, String format, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "quantize",
                "../conf/examples/digits-resnet.conf",
                "--master",
                "local[2]",
                "--set",
                "data.calibration.path=" + data,
                "--set",
                "data.calibration.format=" + format,
                "--set",
                "data.calibration.limit=" + LIMIT,
                "--set",
                "data.evaluation.limit=50",
                "--set",
                "output.path=" + folder.resolve(out)));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(console.console(), arguments.toArray(String[]::new)).exitCode();
  }

  private JsonNode result(String out) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(out).resolve("result.json").toFile());
  }
}
