package io.octant.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {

  /** 13 convolutions and the linear layer. */
  private static final int INT8_LAYERS = 14;

  private final RecordedConsole console = new RecordedConsole();

  @ParameterizedTest
  @ValueSource(strings = {"float", "observed", "int8"})
  void everyConvolutionIsNative(String mode) throws JsonProcessingException {
    assertThat(bench("--mode", mode, "--batch", "4", "--threads", "2")).as(console.err()).isZero();

    assertThat(console.out().lines()).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(console.out());
    assertThat(line.get("mode").textValue()).isEqualTo(mode);
    assertThat(line.get("engine").textValue()).isEqualTo("native");
    assertThat(line.get("isa").textValue()).isNotEmpty();
    assertThat(line.get("samplesPerSecond").doubleValue()).isPositive();
    assertThat(line.get("numerics").textValue()).contains("oneDNN");
    assertThat(line.get("int8").path("fast").asInt() + line.get("int8").path("exact").asInt())
        .isEqualTo(mode.equals("int8") ? INT8_LAYERS : 0);
    JsonNode kernels = line.get("kernels");
    assertThat(convolutions(kernels.get("native"))).isEqualTo(13);
    assertThat(convolutions(kernels.get("reference"))).isZero();
  }

  @Test
  void measuresOnceForEveryLineOfStandardInput() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("\n\nno end of line".getBytes(UTF_8)));
    try {
      assertThat(bench("--on-request", "--batch", "1")).as(console.err()).isZero();
    } finally {
      System.setIn(before);
    }
    assertThat(console.out().lines())
        .hasSize(2)
        .allMatch(line -> line.contains("\"samplesPerCpuSecond\":"));
  }

  @Test
  void aProfileShowsEveryStepWithItsKernel() {
    assertThat(bench("--profile", "--mode", "int8", "--batch", "2")).as(console.err()).isZero();

    List<String> lines = console.out().lines().toList();
    assertThat(lines.get(0)).contains(", int8, batch 2, on ");
    assertThat(lines.get(1))
        .containsPattern(" ms a run, .*this core does [1-9][0-9.]* GMAC/s in float and [1-9]");
    List<String> convolutions = lines.stream().filter(line -> line.contains("conv2d_")).toList();
    assertThat(convolutions).hasSize(13);
    // milliseconds, share, multiply-adds, bytes, of the limit, kernel, implementation, nodes
    assertThat(convolutions)
        .allMatch(
            line ->
                line.matches(
                    " +[0-9.]+ +[0-9.]+% +[0-9.]+ +[0-9.]+ +[0-9]+% {2}conv2d_\\S+ \\S+ .*"));
  }

  @Test
  void aMissingModelEndsWithThree() {
    assertThat(CommandLineRun.of(console.console(), "bench", "--model", "missing.onnx").exitCode())
        .isEqualTo(3);
    assertThat(console.err()).contains("missing.onnx").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--batch 0",
        "--threads -1",
        "--seconds 0",
        "--mode int4",
        "--isa avx3",
        "--profile --on-request",
        "--profile --threads 2",
        "--batch many"
      })
  void aWrongOptionEndsWithTwo(String option) {
    assertThat(bench(option.split(" "))).isEqualTo(2);
    assertThat(console.err()).contains(option.split(" ")[0]).doesNotContain("\tat ");
  }

  private int bench(String... options) {
    List<String> all = new ArrayList<>(List.of("bench", "--model", ModelFiles.GOOD.toString()));
    all.addAll(List.of("--seconds", "0.1"));
    all.addAll(List.of(options));
    return CommandLineRun.of(console.console(), all.toArray(String[]::new)).exitCode();
  }

  private static int convolutions(JsonNode stepsByOperator) {
    int count = 0;
    for (var entry : stepsByOperator.properties()) {
      if (entry.getKey().contains("conv")) {
        count += entry.getValue().intValue();
      }
    }
    return count;
  }
}
