package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalTensorsTest {
  private static final Tensor W = Tensors.normal(new Random(1), 2, 3);

  @TempDir Path outside;
  private Path folder;
  private byte[] raw;

  @BeforeEach
  void writeWeights() throws IOException {
    folder = Files.createDirectories(outside.resolve("model"));
    raw = OnnxTensors.encode("", W).getRawData().toByteArray();
    byte[] padded = new byte[raw.length + 8];
    System.arraycopy(raw, 0, padded, 8, raw.length);
    Files.write(folder.resolve("weights.bin"), padded);
    Files.write(folder.resolve("short.bin"), new byte[10]);
    Files.write(outside.resolve("secret"), padded);
  }

  private static TensorProto external(String... entries) {
    TensorProto.Builder p =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(2)
            .addDims(3)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (int i = 0; i < entries.length; i += 2) {
      p.addExternalDataBuilder().setKey(entries[i]).setValue(entries[i + 1]);
    }
    return p.build();
  }

  private static ModelProto model(TensorProto w) {
    return TinyModel.of(17, "MatMul", List.of("x", "w"))
        .input("x", Tensors.normal(new Random(2), 2, 2))
        .constant(w)
        .build()
        .proto();
  }

  private OnnxModel load(TensorProto w) throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, model(w).toByteArray());
    return OnnxModel.load(file);
  }

  private static Tensor weight(OnnxModel model) {
    return OnnxTensors.decode(model.graph().getInitializer(0));
  }

  @Test
  void tensorsAreReadBesideTheModel() throws Exception {
    String sha1 =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-1")
                    .digest(Files.readAllBytes(folder.resolve("weights.bin"))));
    for (TensorProto w :
        List.of(
            external("location", "weights.bin", "offset", "8"),
            external("location", "./weights.bin", "offset", "8", "length", "24"),
            external("location", "weights.bin", "offset", "8", "checksum", sha1))) {
      assertThat(weight(load(w))).isEqualTo(W);
      assertThat(load(w).graph().getInitializer(0).getExternalDataCount()).isZero();
    }
    Files.createDirectories(folder.resolve("data"));
    Files.move(folder.resolve("weights.bin"), folder.resolve("data/a b.bin"));
    assertThat(weight(load(external("location", "data/a b.bin", "offset", "8")))).isEqualTo(W);
    Files.createSymbolicLink(folder.resolve("link.bin"), Path.of("data", "a b.bin"));
    assertThat(weight(load(external("location", "link.bin", "offset", "8")))).isEqualTo(W);
  }

  @Test
  void tensorsOfAttributesAndSubgraphsAreReadToo() throws IOException {
    TensorProto w = external("location", "weights.bin", "offset", "8");
    NodeProto constant =
        NodeProto.newBuilder()
            .setOpType("Constant")
            .addOutput("c")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeProto.AttributeType.TENSOR)
                    .setT(w))
            .build();
    NodeProto branch =
        NodeProto.newBuilder()
            .setOpType("If")
            .addInput("x")
            .addOutput("d")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("then_branch")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(GraphProto.newBuilder().addNode(constant).addInitializer(w)))
            .build();
    ModelProto.Builder proto = model(w).toBuilder();
    proto.getGraphBuilder().addNode(constant).addNode(branch);
    proto.addFunctionsBuilder().setName("f").addNode(constant);
    ModelProto whole = ExternalTensors.embed(proto.build(), ModelFolder.local(folder));
    GraphProto inner = whole.getGraph().getNode(2).getAttribute(0).getG();
    for (TensorProto t :
        List.of(
            whole.getGraph().getInitializer(0),
            whole.getGraph().getNode(1).getAttribute(0).getT(),
            inner.getInitializer(0),
            inner.getNode(0).getAttribute(0).getT(),
            whole.getFunctions(0).getNode(0).getAttribute(0).getT())) {
      assertThat(OnnxTensors.decode(t)).isEqualTo(W);
      // The same bytes, held once.
      assertThat(t.getRawData()).isSameAs(whole.getGraph().getInitializer(0).getRawData());
    }
  }

  @Test
  void theDigestIsOfTheWholeModel() throws IOException {
    TensorProto w = external("location", "weights.bin", "offset", "8");
    OnnxModel first = load(w);
    byte[] file = Files.readAllBytes(folder.resolve("model.onnx"));
    byte[] whole = OnnxModel.whole(file, "m", ModelFolder.local(folder));
    assertThat(first.sha256()).isEqualTo(OnnxModel.parse(whole, "m").sha256());
    Files.write(folder.resolve("weights.bin"), new byte[32]);
    assertThat(load(w).sha256()).isNotEqualTo(first.sha256());
    byte[] inline = model(OnnxTensors.encode("w", W)).toByteArray();
    assertThat(OnnxModel.whole(inline, "m", ModelFolder.local(folder))).isSameAs(inline);
  }

  @Test
  void whatIsNotInTheFolderIsRefusedByName() throws IOException {
    Files.createSymbolicLink(folder.resolve("out.bin"), outside.resolve("secret"));
    Files.createSymbolicLink(folder.resolve("up"), outside);
    Map<TensorProto, String> cases = new LinkedHashMap<>();
    String beside = "expected one in the folder of the model";
    for (String location :
        List.of(
            "",
            "../secret",
            "data/../../secret",
            "..",
            outside.resolve("secret").toString(),
            "..\\secret",
            "file:secret",
            "a\u0000b",
            "missing.bin",
            "out.bin",
            "up/secret",
            "up")) {
      cases.put(external("location", location), beside);
    }
    cases.put(external("location", "short.bin"), "24 bytes from 0 of file 'short.bin', expected");
    cases.put(external("location", "weights.bin", "offset", "9"), "within its 32 bytes");
    cases.put(external("location", "weights.bin", "offset", "-1"), "offset '-1'");
    cases.put(
        external("location", "weights.bin", "offset", "9223372036854775807"), "24 bytes from");
    cases.put(
        external("location", "weights.bin", "offset", "99999999999999999999"), "a number of bytes");
    cases.put(
        external("location", "weights.bin", "length", "20"),
        "20 bytes, expected 24 for its type and shape");
    cases.put(external("location", "weights.bin", "checksum", "ab"), "checksum");
    cases.put(external("location", "weights.bin", "key", "1"), "entry 'key'");
    TensorProto.Builder huge =
        external("location", "weights.bin").toBuilder().setDims(0, 1 << 30).setDims(1, 1 << 30);
    cases.put(huge.build(), "2^31");
    cases.put(huge.setDims(1, 1).build(), "at most");
    cases.forEach(
        (w, why) ->
            assertThatThrownBy(() -> load(w))
                .as(w.toString())
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("tensor w")
                .hasMessageContaining(why)
                .hasMessageEndingWith("model.onnx"));
    OnnxModel alone = OnnxModel.parse(model(external("location", "short.bin")).toByteArray(), "m");
    assertThatThrownBy(() -> weight(alone))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("not loaded from a folder");
  }
}
