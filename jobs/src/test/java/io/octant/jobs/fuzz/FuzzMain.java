package io.octant.jobs.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code dev/fuzz} asks for before it starts Jazzer. */
public final class FuzzMain {
  private FuzzMain() {}

  /**
   * {@code list} prints the targets; {@code seeds DIR} writes the valid inputs of each to a folder
   * of its name, and prints the names; {@code replay TARGET FILE} reads one file.
   */
  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "list" ->
          FuzzTargets.all().forEach(t -> System.out.printf("%-20s %s%n", t.name(), t.parses()));
      case "seeds" -> {
        for (FuzzTarget target : FuzzTargets.all()) {
          seeds(target, Path.of(args[1], target.name()));
          System.out.println(target.name());
        }
      }
      case "replay" -> FuzzRun.of(FuzzTargets.named(args[1]), Files.readAllBytes(Path.of(args[2])));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void seeds(FuzzTarget target, Path folder) throws IOException {
    Files.createDirectories(folder);
    List<byte[]> seeds = target.seeds().get();
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(folder.resolve("seed-" + i), seeds.get(i));
    }
  }
}
