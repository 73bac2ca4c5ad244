package io.octant.quantization.backend;

import io.octant.graph.TargetType;
import io.octant.quantization.mapform.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The preset backends with PyTorch's tables. */
public final class BackendConfigs {
  private static final List<String> NAMES =
      List.of(
          "native",
          "x86",
          "fbgemm",
          "qnnpack",
          "onednn",
          "tensorrt",
          "executorch",
          "native_and_fp16");

  private static final BackendConfig OCTANT = read("octant");

  private BackendConfigs() {}

  /** Names that {@link #of} takes. */
  public static List<String> names() {
    return NAMES;
  }

  /** The default of every pass: what PyTorch's own CPU kernels run. */
  public static BackendConfig nativeBackend() {
    return of("native");
  }

  /**
   * A preset by name.
   *
   * @throws ConfigurationException if there is none
   */
  public static BackendConfig of(String name) {
    if (!NAMES.contains(name)) {
      throw new ConfigurationException(
          "Cannot choose backend: " + name + ", expected one of " + NAMES);
    }
    return read(name);
  }

  /**
   * A preset with what Octant quantizes beyond it: operators that its own kernels have in 8 bits
   * and PyTorch's have not. No PyTorch counterpart.
   *
   * @throws ConfigurationException if there is no such preset
   */
  public static BackendConfig octant(String name) {
    return of(name).with(OCTANT.configs());
  }

  /** Whether Octant quantizes operators of a type that no preset of PyTorch has a pattern for. */
  public static boolean isOctants(TargetType type) {
    return OCTANT.find(Pattern.of(type)).isPresent();
  }

  private static BackendConfig read(String name) {
    try (InputStream in = BackendConfigs.class.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new ConfigurationException(
            "Cannot load backend: " + name + ".json is not on the class path");
      }
      return BackendConfig.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot load backend: " + name, e);
    }
  }
}
