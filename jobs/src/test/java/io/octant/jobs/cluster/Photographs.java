package io.octant.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A job on JPEG files, prepared as for ImageNet, through a network of resnet18's shape. */
public final class Photographs {
  private Photographs() {}

  /** The files. */
  public static Path files() throws IOException {
    return Path.of("../examples/photos").toRealPath();
  }

  /**
   * Writes model and configuration; its output is to be set.
   *
   * @return the configuration
   */
  public static Path writeConfiguration(Path folder) throws IOException {
    Path model = Files.write(folder.resolve("resnet.onnx"), ResidualNetwork.onnx(8, 7));
    return Files.writeString(
        folder.resolve("photographs.conf"),
        """
        model.path = "%s"
        data {
          batch = 4
          partitions = 4
          calibration {
            path = "%s"
            format = images
            columns { input = { column = image, preset = imagenet } }
          }
          evaluation { path = "%s", format = images }
        }
        validation.minSqnrDb = 5
        output.path = nowhere
        """
            .formatted(model.toAbsolutePath(), files(), files()));
  }
}
