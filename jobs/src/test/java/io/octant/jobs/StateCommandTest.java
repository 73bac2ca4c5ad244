package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.ChannelRanges;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.TensorStatistics;
import io.octant.pipeline.calibration.KeptState;
import io.octant.pipeline.data.DataCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateCommandTest {
  private static final Numerics AVX2 =
      new Numerics("native", "avx2", "oneDNN 3.11.0", "L2 512K", 1);
  private static final Numerics SSE =
      new Numerics("native", "sse41", "oneDNN 3.11.0", "L2 512K", 1);

  @TempDir Path folder;
  private final RecordedConsole console = new RecordedConsole();

  private static CalibrationState state(int model, Numerics numerics, long seed, double mean) {
    Digest digest = Digest.of(new byte[] {(byte) model});
    CalibrationState state = new CalibrationState(new CalibrationKey(digest, digest, digest));
    state.addNumerics(numerics);
    state.addSamples(new SampleCounts(100, 0, 0));
    Random random = new Random(seed);
    float[] moving = new float[10_000];
    float[] steady = new float[10_000];
    for (int i = 0; i < moving.length; i++) {
      moving[i] = (float) (mean + random.nextGaussian());
      steady[i] = random.nextFloat();
    }
    TensorStatistics a = new TensorStatistics();
    a.update(moving);
    state.add("moving", a);
    TensorStatistics b = new TensorStatistics();
    b.update(steady);
    state.add("steady", b);
    state.add("channels", new ChannelRanges(new float[] {0}, new float[] {1}));
    return state;
  }

  private String file(String name, CalibrationState state) throws IOException {
    return Files.write(folder.resolve(name), state.toBytes()).toString();
  }

  private int run(String... args) {
    return CommandLineRun.of(
            console.console(),
            Stream.concat(Stream.of("state"), Stream.of(args)).toArray(String[]::new))
        .exitCode();
  }

  @Test
  void showNamesEveryObserver() throws IOException {
    CalibrationState state = state(1, AVX2, 1, 0);
    assertThat(run("show", file("a", state))).as(console.err()).isZero();
    assertThat(console.out().lines())
        .contains("state     " + state.sha256().hex())
        .contains("numerics  avx2 (native 1, oneDNN 3.11.0, L2 512K)")
        .anyMatch(line -> line.startsWith("moving ") && line.contains("█"))
        .anyMatch(line -> line.startsWith("channels: ChannelRanges"));
  }

  @Test
  void showTakesUrisOfHadoopsFileSystems() throws IOException {
    String file = file("a", state(1, AVX2, 1, 0));
    assertThat(run("show", Path.of(file).toUri().toString())).as(console.err()).isZero();
    assertThat(run("show", "nothing://host/file")).isEqualTo(2);
    assertThat(console.err()).contains("nothing://host/file");
  }

  @Test
  void mergingGivesTheStateOfAllSamplesInAnyOrder() throws IOException {
    CalibrationState a = state(1, AVX2, 1, 0);
    CalibrationState b = state(1, AVX2, 2, 1);
    CalibrationState c = state(1, AVX2, 3, 2);
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    assertThat(run("merge", file("a", a), file("b", b), file("c", c), "-o", one.toString()))
        .as(console.err())
        .isZero();
    assertThat(run("merge", file("c", c), file("a", a), file("b", b), "--output", two.toString()))
        .isZero();

    CalibrationState all = a.copy();
    all.merge(b);
    all.merge(c);
    assertThat(Files.readAllBytes(one)).isEqualTo(all.toBytes()).isEqualTo(Files.readAllBytes(two));
    assertThat(console.out()).contains("300, 0 with NaN");
    assertThat(names()).containsExactlyInAnyOrder("a", "b", "c", "one", "two");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  @Test
  void mergingLeavesAFileThatIsThereUnlessToldTo() throws IOException {
    String a = file("a", state(1, AVX2, 1, 0));
    String b = file("b", state(1, AVX2, 2, 0));
    Path out = Files.writeString(folder.resolve("out"), "mine");
    assertThat(run("merge", a, b, "-o", out.toString())).isEqualTo(2);
    assertThat(console.err()).contains(out.toString()).contains("--overwrite");
    assertThat(out).hasContent("mine");
    assertThat(run("merge", a, b, "-o", out.toString(), "--overwrite")).isZero();
    assertThat(CalibrationState.isIn(Files.readAllBytes(out))).isTrue();
  }

  @Test
  void statesOfAnotherModelAreRefusedWithBothHeaders() throws IOException {
    CalibrationState mine = state(1, AVX2, 1, 0);
    CalibrationState other = state(2, AVX2, 1, 0);
    String a = file("a", mine);
    String b = file("b", other);
    Path out = folder.resolve("out");
    for (String[] command :
        new String[][] {{"merge", a, b, "-o", out.toString()}, {"diff", a, b}}) {
      assertThat(run(command)).isEqualTo(3);
      assertThat(console.err())
          .contains("  model     " + mine.key().model().hex())
          .contains("  model     " + other.key().model().hex())
          .contains(b);
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void otherNumericsAreMergedOnRequestAlone() throws IOException {
    String a = file("a", state(1, AVX2, 1, 0));
    String b = file("b", state(1, SSE, 2, 0));
    Path out = folder.resolve("out");
    assertThat(run("merge", a, b, "-o", out.toString())).isEqualTo(3);
    assertThat(console.err()).contains("sse41").contains("avx2").contains(b);
    assertThat(run("merge", a, b, "-o", out.toString(), "--mixed-numerics", "accept")).isZero();
    assertThat(CalibrationState.fromBytes("out", Files.readAllBytes(out)).numerics())
        .containsExactlyInAnyOrder(AVX2, SSE);
  }

  @Test
  void aFileTwiceOrDamagedIsRefused() throws IOException {
    String a = file("a", state(1, AVX2, 1, 0));
    String out = folder.resolve("out").toString();
    assertThat(run("merge", a, a, "-o", out)).isEqualTo(2);
    assertThat(run("merge", a, Path.of(a).toUri().toString(), "-o", out)).isEqualTo(2);
    assertThat(run("merge", a, folder + "/./a", "-o", out)).isEqualTo(2);
    byte[] bytes = Files.readAllBytes(Path.of(a));
    bytes[bytes.length / 2] ^= 1;
    String damaged = Files.write(folder.resolve("damaged"), bytes).toString();
    assertThat(run("merge", a, damaged, "-o", out)).isEqualTo(3);
    assertThat(run("diff", damaged, a)).isEqualTo(3);
    assertThat(run("show", folder.resolve("missing").toString())).isEqualTo(3);
    assertThat(run("show", folder.toString())).isEqualTo(3);
    assertThat(console.err()).contains(damaged).contains("missing").doesNotContain("\tat ");
    assertThat(Path.of(out)).doesNotExist();
  }

  @Test
  void driftSetsTheExitCodeByItsLimits() throws IOException {
    String earlier = file("earlier", state(1, AVX2, 1, 0));
    String later = file("later", state(1, SSE, 2, 1));
    assertThat(run("diff", earlier, later)).as(console.err()).isZero();
    assertThat(console.out().lines())
        .anyMatch(line -> line.matches("moving +(0\\.9|1\\.0)\\d+ .*"))
        .anyMatch(line -> line.matches("steady +0\\.00\\d+ .*"))
        .contains("not compared: channels (channels)");
    assertThat(run("diff", earlier, later, "--max-psi", "2")).isZero();
    assertThat(run("diff", earlier, later, "--max-psi", "0.2")).isEqualTo(5);
    assertThat(run("diff", earlier, later, "--max-steps", "0.5")).isEqualTo(5);
    assertThat(run("diff", earlier, later, "--max-outside", "0.5", "--max-scale-change", "3"))
        .isZero();
    assertThat(run("diff", earlier, earlier, "--max-psi", "0", "--max-steps", "0")).isZero();
  }

  @Test
  void driftIsThereAsJson() throws IOException {
    CalibrationState earlier = state(1, AVX2, 1, 0);
    CalibrationState later = state(1, AVX2, 2, 1);
    TensorStatistics appeared = new TensorStatistics();
    appeared.update(new float[] {1});
    later.add("appeared", appeared);
    assertThat(run("diff", file("a", earlier), file("b", later), "--json", "--max-psi", "0.2"))
        .isEqualTo(5);
    JsonNode json = new ObjectMapper().readTree(console.out());
    assertThat(json.get("earlier").asText()).isEqualTo(earlier.sha256().hex());
    assertThat(json.get("exceeds").asBoolean()).isTrue();
    assertThat(json.at("/observers/0/observer").asText()).isEqualTo("appeared");
    assertThat(json.at("/observers/0/psi").asText()).isEqualTo("Infinity");
    assertThat(json.at("/observers/1/exceeded/0").asText()).isEqualTo("psi");
    assertThat(json.at("/observers/2/exceeded")).isEmpty();
    assertThat(json.at("/observers/1/wasserstein").asDouble()).isBetween(0.9, 1.1);
  }

  @Test
  void unknownMethodsAndLimitsAreRefused() throws IOException {
    String a = file("a", state(1, AVX2, 1, 0));
    assertThat(run("diff", a, a, "--method", "best")).isEqualTo(2);
    assertThat(run("diff", a, a, "--max-psi", "-1")).isEqualTo(2);
    assertThat(run("diff", a, a, "--max-outside", "NaN")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    assertThat(console.err()).contains("--method").contains("--max-psi").contains("--max-outside");
  }

  @Test
  void keptStatesAreStatesAndAreClearedAwayByAge() throws IOException {
    CalibrationState state = state(1, AVX2, 1, 0);
    String digest = "0123456789abcdef".repeat(4);
    Path kept = Files.createDirectories(folder.resolve("kept").resolve(digest).resolve(digest));
    byte[] bytes =
        new KeptState(Digest.of(new byte[1]), "a split", new DataCounts(100, 0, 0, 0, 0, 0), state)
            .toBytes();
    Path old = aged(Files.write(kept.resolve(digest + ".octsplit"), bytes), 31);
    Path recent =
        aged(Files.write(kept.resolve("f" + digest.substring(1) + ".octsplit"), bytes), 29);
    Path totals = aged(Files.write(kept.resolve(digest + ".octeval"), bytes), 31);
    Path left = aged(Files.write(kept.resolve(".x.octsplit.1.part"), bytes), 1);
    Path foreign = aged(Files.write(kept.resolve("notes.txt"), bytes), 99);

    assertThat(run("show", old.toString())).as(console.err()).isZero();
    assertThat(console.out()).contains("moving").contains(state.key().model().hex());

    String place = folder.resolve("kept").toString();
    assertThat(run("gc", place, "--older-than", "30d", "--dry-run")).isZero();
    assertThat(console.out())
        .contains("would delete 1 states", "; 1 states (")
        .contains("would delete 1 totals", "; 0 totals (0 bytes) stay")
        .contains("would delete 1 unfinished files", "older than 1h");
    assertThat(left).exists();
    assertThat(old).exists();
    assertThat(run("gc", place, "--older-than", "30d")).isZero();
    for (String kind : List.of("states", "totals", "unfinished files")) {
      assertThat(console.out()).contains("deleted 1 %s (%,d bytes)".formatted(kind, bytes.length));
    }
    assertThat(List.of(old, totals, left)).noneMatch(Files::exists);
    assertThat(List.of(recent, foreign)).allMatch(Files::exists);

    Files.delete(foreign);
    assertThat(run("gc", place, "--older-than", "12h")).isZero();
    assertThat(folder.resolve("kept").resolve(digest)).doesNotExist();
    assertThat(run("gc", place, "--older-than", "12h")).isZero();
    assertThat(console.out()).contains("nothing is kept in " + place);

    assertThat(run("gc", place, "--older-than", "a month")).isEqualTo(2);
    assertThat(run("gc", place + "/nowhere", "--older-than", "1d")).isEqualTo(3);
  }

  private static Path aged(Path file, int days) throws IOException {
    return Files.setLastModifiedTime(
        file, FileTime.from(Instant.now().minus(days, ChronoUnit.DAYS)));
  }
}
