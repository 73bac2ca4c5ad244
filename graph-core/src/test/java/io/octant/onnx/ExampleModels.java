package io.octant.onnx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The trained models of the repository's examples. */
final class ExampleModels {

  private ExampleModels() {}

  /** The top of the repository: tests run there or in the module's folder. */
  static Path top() {
    return Files.isDirectory(Path.of("examples")) ? Path.of("") : Path.of("..");
  }

  static Path file(String model, String variant) {
    return top().resolve("examples/models").resolve("digits-" + model).resolve(variant + ".onnx");
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
