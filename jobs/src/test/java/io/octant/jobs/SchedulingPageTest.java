package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command in docs/scheduling.md, in the order of the page, on its own configuration. */
class SchedulingPageTest {
  private static final Path PAGE = Path.of("../docs/scheduling.md");
  private static final Path EXAMPLES = Path.of("../examples").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\R(.*?)^```$");
  private static final Pattern CODE = Pattern.compile("\\s+# ends with (\\d)");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final String ROOT = "hdfs:///models/mine";

  @TempDir Path folder;

  private final RecordedConsole console = new RecordedConsole();

  @Test
  void everyCommandDoesWhatThePageSays() throws Exception {
    for (String day : List.of("2026-11-26", "2026-11-27")) {
      Path data = Files.createDirectories(folder.resolve("data/dt=" + day));
      Files.copy(EXAMPLES.resolve("digits/train.parquet"), data.resolve("train.parquet"));
    }
    List<String> blocks =
        BLOCK.matcher(Files.readString(PAGE)).results().map(m -> m.group(1)).toList();
    String limits = "\ndata { calibration.limit = 64, evaluation.limit = 64 }\n";
    Files.writeString(folder.resolve("mine.conf"), local(blocks.get(0)) + limits);

    List<String> commands =
        blocks.stream().skip(1).flatMap(String::lines).filter(l -> !l.isBlank()).toList();
    assertThat(commands).hasSizeGreaterThan(10);
    for (String line : commands) {
      Matcher code = CODE.matcher(line);
      int expected = code.find() ? Integer.parseInt(code.group(1)) : 0;
      int before = console.err().length();
      List<String> words = words(code.replaceAll(""));
      int found = words.get(0).equals("./octant") ? octant(words) : script(words);
      assertThat(found).as(line + "\n" + console.err().substring(before)).isEqualTo(expected);
    }
    assertThat(console.out())
        .contains("which counts as drift", "dry run     quantize", "back to     number 1");
    assertThat(folder.resolve("models/mine/current/history"))
        .isDirectoryContaining("glob:**2.json");
  }

  private int octant(List<String> words) {
    List<String> arguments = new ArrayList<>(words.subList(1, words.size()));
    if (List.of("quantize", "calibrate", "validate").contains(words.get(1))) {
      arguments.addAll(List.of("--master", "local[2]"));
    }
    return CommandLineRun.of(console.console(), arguments.toArray(String[]::new)).exitCode();
  }

  /** With the command line on the class path of the tests. */
  private int script(List<String> words) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(words);
    command.set(0, Path.of("..").resolve(words.get(0)).toAbsolutePath().toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("OCTANT", java + " " + Main.class.getName());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("TMPDIR", folder.toString());
    Process script = builder.start();
    String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).contains("Nothing to do: ");
    return script.waitFor();
  }

  private List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(m -> local(m.group(1) == null ? m.group(2) : m.group(1)))
        .map(w -> w.equals("mine.conf") ? folder.resolve(w).toString() : w)
        .collect(Collectors.toList());
  }

  /** The page's places, here. */
  private String local(String text) {
    return text.replace(ROOT + "/model.onnx", EXAMPLES + "/models/digits-resnet/model.onnx")
        .replace("hdfs:///data/evaluation", EXAMPLES + "/digits/test.parquet")
        .replace(ROOT, folder.resolve("models/mine").toString())
        .replace("hdfs:///data", folder.resolve("data").toString());
  }
}
