package io.octant.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of a model file, which external tensors are read from. */
public interface ModelFolder {
  /**
   * Opens a file of the folder.
   *
   * @param name relative to the folder, without {@code ..}
   * @throws IOException if there is no such file, or it lies outside of the folder by a link
   */
  InputStream open(String name) throws IOException;

  /** Size of a file of the folder in bytes, under the conditions of {@link #open}. */
  long size(String name) throws IOException;

  /** A folder of this machine. Symbolic links lead to files of the folder only. */
  static ModelFolder local(Path folder) {
    return new ModelFolder() {
      @Override
      public InputStream open(String name) throws IOException {
        return Files.newInputStream(file(name));
      }

      @Override
      public long size(String name) throws IOException {
        return Files.size(file(name));
      }

      private Path file(String name) throws IOException {
        Path file = folder.resolve(name).toRealPath();
        if (!file.startsWith(folder.toRealPath())) {
          throw new IOException("a link out of the model's folder");
        }
        if (!Files.isRegularFile(file)) {
          throw new IOException("no file");
        }
        return file;
      }
    };
  }
}
