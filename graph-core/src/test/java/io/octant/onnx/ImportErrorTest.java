package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What cannot be imported is refused with operator, node, operator set and file. */
class ImportErrorTest {
  private static final Random RANDOM = new Random(9);

  private static void assertRefused(TinyModel tiny, String... parts) {
    ThrowingCallable run = () -> OnnxImporter.run(tiny.build(), ImportOptions.none());
    var failure = assertThatThrownBy(run).isInstanceOf(OnnxException.class);
    for (String part : parts) {
      failure.hasMessageContaining(part);
    }
    failure.hasMessageContaining("tiny.onnx");
  }

  private static TinyModel on(int opset, String opType, Object... attributes) {
    return TinyModel.of(opset, opType, List.of("x"), attributes)
        .input("x", Tensors.normal(RANDOM, 2, 3, 4, 4));
  }

  @Test
  void anUnknownOperator() {
    assertRefused(
        on(17, "TfIdfVectorizer"),
        "Cannot import TfIdfVectorizer node 'TfIdfVectorizer_0' (opset 17)",
        "operator TfIdfVectorizer is not supported");
  }

  @Test
  void anOperatorOfAnotherDomain() {
    ModelProto.Builder proto = on(17, "Relu").build().proto().toBuilder();
    proto
        .getGraphBuilder()
        .getNodeBuilder(0)
        .setDomain("com.microsoft")
        .setOpType("WordConvEmbedding");
    proto.addOpsetImportBuilder().setDomain("com.microsoft").setVersion(1);
    assertThatThrownBy(
            () -> OnnxImporter.run(OnnxModel.of(proto.build(), "m.onnx"), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining(
            "Cannot import com.microsoft.WordConvEmbedding node 'Relu_0' (opset 1)")
        .hasMessageContaining("of domain com.microsoft is not supported");
  }

  @Test
  void aVersionBeforeTheImplementedOnes() {
    assertRefused(on(9, "ThresholdedRelu"), "operator set 9, expected 10 to");
  }

  @Test
  void tooManyInputs() {
    TinyModel tiny =
        TinyModel.of(17, "Relu", List.of("x", "x")).input("x", Tensors.normal(RANDOM, 2, 3));
    assertRefused(tiny, "Relu_0", "2 inputs, expected 1 to 1");
  }

  @Test
  void anAttributeThatIsNotUnderstood() {
    assertRefused(on(17, "LeakyRelu", "slope", 0.1), "attribute slope, expected one of [alpha]");
  }

  @Test
  void anAttributeOfTheWrongType() {
    assertRefused(on(17, "LeakyRelu", "alpha", 1), "attribute alpha is of type INT");
  }

  @Test
  void aShapeThatDoesNotFit() {
    TinyModel tiny =
        TinyModel.of(17, "Conv", List.of("x", "w"))
            .input("x", Tensors.normal(RANDOM, 2, 3, 4, 4))
            .constant("w", Tensors.normal(RANDOM, 2, 5, 3, 3));
    assertRefused(tiny, "Cannot import Conv node 'Conv_0' (opset 17)");
  }

  @Test
  void asManySizesAsTheBatch() {
    TinyModel tiny =
        TinyModel.of(17, "Reshape", List.of("x", "s"))
            .input("x", Tensors.normal(RANDOM, 2, 3))
            .input("s", Tensors.longs(3, 2));
    assertRefused(tiny, "Reshape_0", "sizes of shape [2], expected a vector of fixed length");
  }

  @Test
  void contentThatDependsOnTheBatch() {
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 2, 3))
            .constant("zero", Tensor.scalar(0L))
            .constant("one", Tensor.scalar(1L))
            .constant("axis", Tensors.longs(1))
            .node("Shape", List.of("x"), List.of("s"))
            .node("Gather", List.of("s", "zero"), List.of("n"))
            .node("Range", List.of("zero", "n", "one"), List.of("r"))
            .node("Cast", List.of("r"), List.of("f"), "to", 1)
            .node("Unsqueeze", List.of("f", "axis"), List.of("u"))
            .node("Add", List.of("x", "u"), List.of("y"))
            .output("y");
    assertRefused(tiny, "content depends on the batch size");
  }

  @Test
  void aTensorThatNothingMakes() {
    assertRefused(
        TinyModel.of(17, "Add", List.of("x", "ghost")).input("x", Tensors.normal(RANDOM, 2, 3)),
        "Add_0",
        "input 'ghost' is no tensor of the model so far");
    assertRefused(
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 2, 3))
            .node("Relu", List.of("x"), List.of("y"))
            .output("z"),
        "Cannot import output z");
  }

  @Test
  void symbolicAxesNeedSizes() {
    ModelProto.Builder proto = on(17, "Softmax").build().proto().toBuilder();
    proto
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(2)
        .setDimParam("sequence");
    OnnxModel model = OnnxModel.of(proto.build(), "tiny.onnx");
    assertThatThrownBy(() -> OnnxImporter.run(model, ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining(
            "Cannot import input x: axis 2 is symbolic ('sequence'), expected a size for x:2");
    for (String axis : List.of("sequence", "x:2")) {
      GraphModule graph = OnnxImporter.run(model, ImportOptions.none().withSize(axis, 6));
      OnnxInput input = graph.attachment(OnnxSource.class).orElseThrow().inputs().get(0);
      assertThat(input).isEqualTo(new OnnxInput("x", DType.FLOAT32, Shape.of(3, 6, 4), 0, 0));
      assertThat(input.shape(5)).isEqualTo(Shape.of(5, 3, 6, 4));
    }
    assertThatThrownBy(() -> ImportOptions.none().withSize("x:2", 0))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("axis x:2 of size 0");
  }

  @Test
  void theTableNamesItsOperators() {
    assertThat(io.octant.onnx.operator.OnnxOperators.types())
        .isSorted()
        .contains("Conv", "Gemm", "LayerNormalization", "QuantizeLinear", "Where")
        .hasSizeGreaterThan(90);
  }
}
