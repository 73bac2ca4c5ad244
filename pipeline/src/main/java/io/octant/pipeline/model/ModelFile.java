package io.octant.pipeline.model;

import io.octant.onnx.OnnxException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads a model from any Hadoop file system. */
final class ModelFile {
  private ModelFile() {}

  /**
   * The whole file.
   *
   * @throws OnnxException if it is missing, too large for one array or not readable
   */
  static byte[] read(Configuration hadoop, String path) {
    try {
      Path file = new Path(path);
      FileSystem fs = file.getFileSystem(hadoop);
      FileStatus status = fs.getFileStatus(file);
      if (status.isDirectory()) {
        throw new OnnxException(
            "Cannot read ONNX model: " + path + " is a directory, expected a file");
      }
      if (status.getLen() > Integer.MAX_VALUE - 8) {
        throw new OnnxException(
            "Cannot read ONNX model: "
                + path
                + " has "
                + status.getLen()
                + " bytes, expected less than 2^31");
      }
      try (InputStream in = fs.open(file)) {
        return in.readAllBytes();
      }
    } catch (FileNotFoundException e) {
      throw new OnnxException(
          "Cannot read ONNX model: " + path + ", no such file, expected an ONNX file", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new OnnxException("Cannot read ONNX model: " + path + " (" + e.getMessage() + ")", e);
    }
  }
}
