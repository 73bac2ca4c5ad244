package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {
  @TempDir Path folder;

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("nowhere.onnx");
    assertThatThrownBy(() -> OnnxModel.load(file))
        .isInstanceOf(OnnxException.class)
        .hasMessage("Cannot read ONNX model: " + file + ", no such file");
  }

  @Test
  void filesThatAreCutShortAreRefusedAtEveryLength() throws IOException {
    byte[] whole = Files.readAllBytes(ExampleModels.file("mobilenet", "model_ts17"));
    for (int length : new int[] {0, 1, 2, 100, 5000, whole.length / 2, whole.length - 1}) {
      Path file = folder.resolve("cut" + length + ".onnx");
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> OnnxModel.load(file))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("expected an ONNX protobuf file");
    }
  }

  @Test
  void otherFormatsAreRefused() throws IOException {
    Path text = folder.resolve("model.txt");
    Files.write(text, "import torch\nmodel = None\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> OnnxModel.load(text))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("model.txt")
        .hasMessageContaining("expected an ONNX protobuf file");
    byte[] zip = {'P', 'K', 3, 4, 20, 0, 0, 0, 8, 0, 1, 2, 3};
    assertThatThrownBy(() -> OnnxModel.parse(zip, "model.zip"))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("model.zip");
  }

  @Test
  void anUnknownOperatorSetIsRefused() {
    OnnxMl.ModelProto newer =
        OnnxModel.load(ExampleModels.file("resnet", "model")).proto().toBuilder()
            .setOpsetImport(0, OnnxMl.OperatorSetIdProto.newBuilder().setVersion(999))
            .build();
    assertThatThrownBy(() -> OnnxModel.of(newer, "future.onnx"))
        .isInstanceOf(OnnxException.class)
        .hasMessage(
            "Cannot read ONNX model: future.onnx uses operator set 999, expected 1 to "
                + OnnxModel.NEWEST_OPSET);
  }

  @Test
  void theDigestIsThatOfTheFile() {
    OnnxModel model = OnnxModel.load(ExampleModels.file("resnet", "model"));
    assertThat(model.sha256()).matches("[0-9a-f]{64}");
    assertThat(model.opset()).isEqualTo(20);
    assertThat(model.opset("ai.onnx.ml")).isZero();
  }

  @Test
  void tensorsArePartsOfTheBytesAndNoCopies() {
    byte[] bytes = OnnxModel.load(ExampleModels.file("resnet", "model")).proto().toByteArray();
    OnnxMl.TensorProto weight = OnnxModel.parse(bytes, "model.onnx").graph().getInitializer(0);
    assertThat(weight.getRawData().isEmpty()).isFalse();

    Arrays.fill(bytes, (byte) 7);

    assertThat(weight.getRawData().toByteArray()).containsOnly(7);
  }
}
