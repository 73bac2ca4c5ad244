package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.config.QuantizeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command in docs/sweeps.md. */
class SweepPageTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern COMMAND = Pattern.compile("(?m)^\\./octant (.*)$");

  @TempDir Path folder;

  private final RecordedConsole console = new RecordedConsole();

  @Test
  void everyCommandDoesWhatThePageSays() throws IOException {
    List<String> commands =
        COMMAND
            .matcher(Files.readString(ROOT.resolve("docs/sweeps.md")))
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(commands).hasSize(3);
    for (String command : commands) {
      assertThat(run(command)).as(command + "\n" + console.err()).isZero();
    }
    assertThat(console.out()).contains("winner      ", "held out    ");

    Map<String, JsonNode> rows = rows("sweep");
    assertThat(rows).hasSize(18);
    assertThat(rows.values()).allMatch(row -> row.get("error").isNull());
    assertThat(json("theirs/evaluation.json").get("classes")).hasSize(10);

    // The example quantizes as the sweep has chosen, and evaluates on what the sweep has held out.
    JsonNode board = json("sweep/leaderboard.json");
    QuantizeConfig example =
        ConfigurationSource.load(ROOT.resolve("conf/examples/digits-resnet.conf"), List.of());
    assertThat(board.get("winner").asText())
        .isEqualTo(
            "percentile-%s-%dbit"
                .formatted(
                    example.quantization().percentile(), example.quantization().activationBits()));
    assertThat(json("float/evaluation.json").get("accuracy"))
        .isEqualTo(board.at("/heldOut/models/0/accuracy"));
    assertThat(board.get("samples").asInt() + board.at("/heldOut/samples").asInt()).isEqualTo(1000);
  }

  /** Of all 1,000 images, as others have measured theirs: see examples/README.md. */
  @Test
  void othersAccuraciesAreFound() throws IOException {
    Path all =
        Files.writeString(
            folder.resolve("all.conf"),
            """
            include "%s"
            data.evaluation.split = null
            sweep.grid = null
            output.path = %s
            """
                .formatted(ROOT.resolve("conf/examples/digits-sweep.conf"), folder.resolve("all")));
    assertThat(run("sweep " + all)).as(console.err()).isZero();
    Map<String, JsonNode> rows = rows("all");
    assertThat(accuracy(rows, "float")).isCloseTo(0.99, within(1e-9));
    assertThat(accuracy(rows, "ort")).isCloseTo(0.99, within(0.002));
    assertThat(accuracy(rows, "qat-export")).isCloseTo(0.991, within(0.002));
    assertThat(accuracy(rows, "qat")).isCloseTo(0.991, within(0.002));
  }

  private static double accuracy(Map<String, JsonNode> rows, String name) {
    return rows.get(name).at("/accuracy/value").asDouble();
  }

  private Map<String, JsonNode> rows(String output) throws IOException {
    Map<String, JsonNode> rows = new HashMap<>();
    for (JsonNode row : json(output + "/leaderboard.json").get("candidates")) {
      rows.put(row.get("name").asText(), row);
    }
    return rows;
  }

  private JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(folder.resolve(file)));
  }

  /** With the repository's files, and outputs in the folder of the test. */
  private int run(String command) {
    List<String> words = new ArrayList<>();
    for (String word : command.split(" ", -1)) {
      words.add(
          word.startsWith("out/")
              ? folder.resolve(word.substring("out/".length())).toString()
              : word.startsWith("conf/") || word.startsWith("examples/")
                  ? ROOT.resolve(word).toString()
                  : word);
    }
    if (words.get(0).equals("sweep") && command.contains("conf/examples")) {
      words.addAll(List.of("-o", folder.resolve("sweep").toString()));
    }
    words.addAll(List.of("--master", "local[2]"));
    return CommandLineRun.of(console.console(), words.toArray(String[]::new)).exitCode();
  }
}
