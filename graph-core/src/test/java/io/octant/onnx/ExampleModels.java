package io.octant.onnx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The trained models of the repository's examples. */
final class ExampleModels {
  private static final Path ROOT = root();

  private ExampleModels() {}

  /** Tests run in the module's folder or at the top. */
  private static Path root() {
    Path top = Path.of("examples");
    return Files.isDirectory(top) ? top : Path.of("..", "examples");
  }

  static Path file(String model, String variant) {
    return ROOT.resolve("models").resolve("digits-" + model).resolve(variant + ".onnx");
  }

  /** Every exported file: dynamo exporter, TorchScript exporter, with batch norm left unfused. */
  static Stream<Path> all() {
    return Stream.of("resnet", "mobilenet", "vit")
        .flatMap(m -> Stream.of("model", "model_ts17", "model_bn17").map(v -> file(m, v)))
        .filter(Files::exists);
  }

  static List<String> names() {
    return List.of("resnet", "mobilenet", "vit");
  }
}
