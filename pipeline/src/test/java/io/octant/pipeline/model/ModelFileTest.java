package io.octant.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  @TempDir Path outside;
  private Path folder;
  private final Configuration hadoop = new Configuration(false);

  /** A file system of its own scheme that knows links, as HDFS is. */
  public static final class StoreFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("store:///");
    }

    @Override
    public String getScheme() {
      return "store";
    }

    @Override
    public FileStatus getFileLinkStatus(org.apache.hadoop.fs.Path f) throws IOException {
      FileStatus status = getFileStatus(f);
      if (Files.isSymbolicLink(pathToFile(f).toPath())) {
        return new FileStatus(
            0, false, 1, 1, 0, 0, FsPermission.getDefault(), "owner", "group", f, f);
      }
      return status;
    }
  }

  @BeforeEach
  void write() throws IOException {
    folder = Files.createDirectories(outside.resolve("a model"));
    hadoop.setClass("fs.store.impl", StoreFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    Files.write(folder.resolve("w.data"), new byte[] {0, 0, 0, 64});
    Files.write(outside.resolve("secret"), new byte[] {0, 0, 0, 64});
    Files.createSymbolicLink(folder.resolve("link"), outside.resolve("secret"));
    Files.createSymbolicLink(folder.resolve("up"), outside);
    Files.write(folder.resolve("m.onnx"), model("w.data"));
  }

  private static byte[] model(String location) {
    ModelProto.Builder model = ModelProto.newBuilder();
    model.addOpsetImportBuilder().setVersion(17);
    model.getGraphBuilder().addOutputBuilder().setName("y");
    TensorProto.Builder w =
        model
            .getGraphBuilder()
            .addInitializerBuilder()
            .setName("w")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    w.addExternalDataBuilder().setKey("location").setValue(location);
    return model.build().toByteArray();
  }

  @Test
  void externalTensorsAreReadOnAnyFileSystem() throws IOException {
    for (String scheme : new String[] {"", "file:", "store:"}) {
      byte[] bytes = ModelFile.read(hadoop, scheme + folder + "/m.onnx");
      assertThat(OnnxModel.parse(bytes, "m").graph().getInitializer(0).getRawData().toByteArray())
          .as(scheme)
          .containsExactly(0, 0, 0, 64);
      for (String location : new String[] {"link", "up/secret", "../secret", "none", "."}) {
        Files.write(folder.resolve("bad.onnx"), model(location));
        assertThatThrownBy(() -> ModelFile.read(hadoop, scheme + folder + "/bad.onnx"))
            .as(scheme + " " + location)
            .isInstanceOf(OnnxException.class)
            .hasMessageContaining("external tensor w: file '" + location + "'")
            .hasMessageContaining("expected one in the folder of the model")
            .hasMessageContaining("bad.onnx");
      }
    }
  }
}
