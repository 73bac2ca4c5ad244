package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.InstructionSet;
import io.octant.kernels.NativeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the library comes from, in JVMs of their own because a JVM loads it once. */
class NativeLibraryTest {
  /** Prints which engine answers, or those that do under one cap after the other. */
  public static void main(String[] args) {
    if (args.length == 0) {
      NativeEngine engine = new NativeEngine();
      System.out.println(engine.name() + " on " + engine.isa());
    }
    for (String cap : args) {
      try {
        NativeEngine engine = NativeEngine.limitedTo(InstructionSet.of(cap));
        System.out.println(engine.name() + " on " + engine.isa() + ": " + engine.numerics());
      } catch (NativeException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static String run(Path temporary, String... options)
      throws IOException, InterruptedException {
    return run(temporary, List.of(options), List.of(), Map.of());
  }

  private static String run(
      Path temporary, List<String> options, List<String> caps, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), NativeLibraryTest.class.getName()));
    command.addAll(caps);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    return output + "exit " + process.waitFor();
  }

  @Test
  void theBundledLibraryLoadsAndLeavesNothingBehind(@TempDir Path temporary) throws Exception {
    assertThat(run(temporary)).contains("native on ").endsWith("exit 0");
    try (Stream<Path> files = Files.list(temporary)) {
      assertThat(files.filter(f -> f.getFileName().toString().startsWith("octant"))).isEmpty();
    }
  }

  @Test
  void theSkipFlagWinsAndTheReferenceEngineAnswers(@TempDir Path temporary) throws Exception {
    assertThat(run(temporary, "-Doctant.native.skip=true", "-Doctant.native.path=/nowhere.so"))
        .contains("reference on java")
        .endsWith("exit 0");
  }

  @Test
  void aLibraryThatDoesNotLoadIsAnError(@TempDir Path temporary) throws Exception {
    Path broken = Files.writeString(temporary.resolve("broken.so"), "not a library");
    assertThat(run(temporary, "-Doctant.native.path=" + broken))
        .contains("Cannot load native library")
        .contains("broken.so")
        .endsWith("exit 1");
  }

  @Test
  void theFirstCapHoldsForTheLifeOfAProcess(@TempDir Path temporary) throws Exception {
    String output = run(temporary, List.of(), List.of("avx", "avx", "sse41", "avx2"), Map.of());
    assertThat(output.lines().map(l -> l.replaceAll(": avx .*", "")).toList())
        .containsExactly(
            "native on avx",
            "native on avx",
            "Cannot cap instruction set at sse41: oneDNN runs on avx in this JVM already, expected"
                + " the cap before its first use or one of avx",
            "Cannot cap instruction set at avx2: oneDNN runs on avx in this JVM already, expected"
                + " the cap before its first use or one of avx",
            "exit 0");
    assertThat(output)
        .containsPattern("avx \\(native \\d+, oneDNN \\d+\\.\\d+\\.\\d+, L2 [1-9]\\d*K\\)");
  }

  @Test
  void aCapGoesBeforeWhatTheEnvironmentSays(@TempDir Path temporary) throws Exception {
    assertThat(run(temporary, List.of(), List.of("avx"), Map.of("ONEDNN_MAX_CPU_ISA", "SSE41")))
        .contains("native on avx:");
    assertThat(run(temporary, List.of(), List.of(), Map.of("ONEDNN_MAX_CPU_ISA", "SSE41")))
        .contains("native on sse41");
  }

  @Test
  void aCapAboveTheProcessorIsRefused(@TempDir Path temporary) throws Exception {
    String own = run(temporary).lines().findFirst().orElseThrow().replace("native on ", "");
    String beyond = "avx10_2_512_amx_2";
    Assumptions.assumeFalse(own.equals(beyond), "no processor is beyond this one");
    assertThat(run(temporary, List.of(), List.of(beyond), Map.of()))
        .contains("Cannot run on instruction set " + beyond + ": the processor has ")
        .contains(", expected one with " + beyond);
  }

  @Test
  void withoutNativeKernelsThereIsNothingToCap(@TempDir Path temporary) throws Exception {
    assertThat(run(temporary, List.of("-Doctant.native.skip=true"), List.of("avx2"), Map.of()))
        .contains("Cannot run on instruction set avx2: no native kernels in this JVM, expected ");
  }

  @Test
  void theLibraryNamesItsInstructionSetAndVariants() {
    NativeLibrary library = NativeLibrary.find().orElseThrow();
    assertThat(library.isa()).isNotEmpty();
    assertThat(library.variants()).startsWith("baseline").doesNotHaveDuplicates();
  }
}
