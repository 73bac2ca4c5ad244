package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.kernels.NativeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the library comes from, in JVMs of their own because a JVM loads it once. */
class NativeLibraryTest {
  /** Prints which engine answers. */
  public static void main(String[] args) {
    NativeEngine engine = new NativeEngine();
    System.out.println(engine.name() + " on " + engine.isa());
  }

  private static String run(Path temporary, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(Arrays.asList(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), NativeLibraryTest.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
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
  void theLibraryNamesItsInstructionSetAndVariants() {
    NativeLibrary library = NativeLibrary.find().orElseThrow();
    assertThat(library.isa()).isNotEmpty();
    assertThat(library.variants()).startsWith("baseline").doesNotHaveDuplicates();
  }
}
