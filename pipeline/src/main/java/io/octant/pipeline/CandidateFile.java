package io.octant.pipeline;

import io.octant.pipeline.model.ModelFile;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.ResultFile;
import io.octant.pipeline.output.WholeFile;
import org.apache.hadoop.conf.Configuration;

/** The model of a candidate that is there already. */
final class CandidateFile {
  private CandidateFile() {}

  /**
   * Reads it.
   *
   * @param path an ONNX file, with what it names beside it; or a folder, see {@link ResultFile}
   * @throws io.octant.OctantException if it is missing or cannot be read
   */
  static byte[] read(Configuration hadoop, String path) {
    return WholeFile.at(hadoop, path).isDirectory()
        ? ResultFile.read(hadoop, path, QuantizedModel.FILE)
        : ModelFile.read(hadoop, path);
  }
}
