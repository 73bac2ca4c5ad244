package io.octant.pipeline.model;

import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.pipeline.data.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Reads a model from any Hadoop file system. */
public final class ModelFile {
  private ModelFile() {}

  /**
   * The whole model as one file: the file itself, or with its external tensors if it has some.
   *
   * @throws OnnxException if it or a file that it names is missing, too large for one array or not
   *     readable
   */
  public static byte[] read(Configuration hadoop, String path) {
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
      byte[] bytes;
      try (InputStream in = fs.open(file)) {
        bytes = in.readAllBytes();
      }
      return OnnxModel.whole(bytes, path, HadoopModelFolder.of(fs, fs.makeQualified(file)));
    } catch (FileNotFoundException e) {
      throw new OnnxException(
          "Cannot read ONNX model: " + path + ", no such file, expected an ONNX file", e);
    } catch (UnsupportedFileSystemException | IllegalArgumentException e) {
      throw new OnnxException("Cannot read ONNX model: " + path + " (" + e.getMessage() + ")", e);
    } catch (IOException | FSError e) {
      throw new StorageException(
          "Cannot read ONNX model: "
              + StorageException.withDefault(hadoop, path)
              + " ("
              + e.getMessage()
              + "), expected storage that answers",
          e);
    }
  }
}
