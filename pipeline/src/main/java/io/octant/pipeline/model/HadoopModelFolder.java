package io.octant.pipeline.model;

import io.octant.onnx.ModelFolder;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a model on a Hadoop file system.
 *
 * @param fs the file system of the model
 * @param folder where the model is
 */
record HadoopModelFolder(FileSystem fs, Path folder) implements ModelFolder {

  /** The folder of a model file; on this machine's disks links are followed with care. */
  static ModelFolder of(FileSystem fs, Path model) {
    Path folder = model.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("no folder");
    }
    if (fs instanceof LocalFileSystem local) {
      File directory = local.pathToFile(folder);
      return ModelFolder.local(directory.toPath());
    }
    return new HadoopModelFolder(fs, folder);
  }

  @Override
  public InputStream open(String name) throws IOException {
    return fs.open(status(name).getPath());
  }

  @Override
  public long size(String name) throws IOException {
    return status(name).getLen();
  }

  private FileStatus status(String name) throws IOException {
    Path path = folder;
    FileStatus status = null;
    for (String part : name.split("/")) {
      try {
        path = part.equals(".") ? path : new Path(path, part);
      } catch (IllegalArgumentException e) {
        throw new IOException("no name of a file", e);
      }
      status = fs.getFileLinkStatus(path);
      if (status.isSymlink()) {
        throw new IOException("a link, which may lead out of the model's folder");
      }
    }
    if (status == null || !status.isFile()) {
      throw new IOException("no file");
    }
    return status;
  }
}
