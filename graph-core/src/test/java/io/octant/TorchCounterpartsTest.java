package io.octant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code docs/pytorch-counterparts.md} is true: each class of its tables exists and names the
 * counterpart, each option occurs in its source, each test class exists. And every public class of
 * the packages below names its counterpart or says that it has none.
 */
class TorchCounterpartsTest {
  private static final Path TABLE = Path.of("../docs/pytorch-counterparts.md");
  private static final Path MAIN = Path.of("src/main/java/io/octant");
  private static final Path TEST = Path.of("src/test/java/io/octant");
  private static final List<String> PACKAGES =
      List.of(
          "tensor",
          "calibration",
          "quantization/observer",
          "quantization/fakequant",
          "quantization/qconfig",
          "quantization/backend",
          "quantization/mapform",
          "quantization/custom",
          "quantization/report");

  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final Pattern COMMENT =
      Pattern.compile("/\\*\\*.*?\\*/|@TorchType\\([^)]*\\)", Pattern.DOTALL);
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("^public [^;(]*?\\b(class|interface|record|enum) ", Pattern.MULTILINE);

  /** One row: counterparts (none if Octant's own), class, test classes. */
  record Row(List<String> torch, String octant, List<String> tests) {
    @Override
    public String toString() {
      return octant + " " + torch;
    }
  }

  static Stream<Row> rows() throws IOException {
    return Files.readAllLines(TABLE).stream()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| PyTorch "))
        .map(
            line -> {
              String[] cells = line.split("\\|");
              assertThat(cells).as(line).hasSize(4);
              return new Row(names(cells[1]), names(cells[2]).get(0), names(cells[3]));
            });
  }

  private static List<String> names(String cell) {
    List<String> out = new ArrayList<>();
    Matcher m = NAME.matcher(cell);
    while (m.find()) {
      out.add(m.group(1));
    }
    return out;
  }

  /** The source of a class, or of the class before the # of a member. */
  private static Path file(Path root, String name) {
    return root.resolve(name.replaceAll("#.*", "").replace('.', '/') + ".java");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void rowIsTrue(Row row) throws IOException {
    assertThat(file(MAIN, row.octant())).exists();
    assertThat(row.tests()).isNotEmpty().allSatisfy(test -> assertThat(file(TEST, test)).exists());
    String source = Files.readString(file(MAIN, row.octant()));
    if (row.octant().contains("#")) {
      assertThat(source).contains(row.octant().replaceAll(".*#", "") + "(");
    }
    String said = comments(source);
    for (String counterpart : row.torch()) {
      String path = counterpart.replaceAll("\\(.*", "");
      assertThat(said).contains(path.substring(path.lastIndexOf('.') + 1));
      Matcher options = Pattern.compile("\\((.*)\\)").matcher(counterpart);
      if (options.find()) {
        assertThat(source).contains(options.group(1).split(", "));
      }
    }
  }

  private static String comments(String source) {
    StringBuilder out = new StringBuilder();
    Matcher m = COMMENT.matcher(source);
    while (m.find()) {
      out.append(m.group()).append('\n');
    }
    return out.toString();
  }

  static Stream<Path> publicTypes() throws IOException {
    List<Path> out = new ArrayList<>();
    for (String each : PACKAGES) {
      try (Stream<Path> files = Files.list(MAIN.resolve(each))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          if (PUBLIC_TYPE.matcher(Files.readString(file)).find()) {
            out.add(file);
          }
        }
      }
    }
    return out.stream();
  }

  @ParameterizedTest
  @MethodSource("publicTypes")
  void publicTypeNamesItsCounterpart(Path file) throws IOException {
    String source = Files.readString(file);
    Matcher type = PUBLIC_TYPE.matcher(source);
    assertThat(type.find()).isTrue();
    assertThat(comments(source.substring(0, type.start()))).containsPattern("PyTorch|torch\\.");
  }
}
