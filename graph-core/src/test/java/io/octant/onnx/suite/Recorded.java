package io.octant.onnx.suite;

import io.octant.tensor.Tensor;
import java.nio.file.Path;

/** Recorded samples of a case, for tests that do more with it than compare outputs. */
public final class Recorded {
  private Recorded() {}

  /** What a case's input of an index holds. */
  public static Tensor input(Path folder, int index) {
    return NpyFile.read(folder.resolve("in." + index + ".npy"));
  }

  /** What a case's output of an index has to be. */
  public static Tensor output(Path folder, int index) {
    return NpyFile.read(folder.resolve("out." + index + ".npy"));
  }
}
