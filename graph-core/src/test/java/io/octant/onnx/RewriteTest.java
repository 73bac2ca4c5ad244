package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.onnx.qdq.Provenance;
import io.octant.onnx.qdq.QdqExporter;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Local functions, conditionals, and other floating point types than float32. */
class RewriteTest {
  private static final Random RANDOM = new Random(17);

  private static NodeProto node(String domain, String type, List<String> in, List<String> out) {
    return NodeProto.newBuilder()
        .setDomain(domain)
        .setOpType(type)
        .setName(type + "_" + out.get(0))
        .addAllInput(in)
        .addAllOutput(out)
        .build();
  }

  private static OperatorSetIdProto set(String domain, long version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  /** {@code x ↦ Elu(x, alpha = slope)}, with its own default of 0.5. */
  private static FunctionProto elu() {
    AttributeProto refers =
        AttributeProto.newBuilder()
            .setName("alpha")
            .setRefAttrName("slope")
            .setType(AttributeProto.AttributeType.FLOAT)
            .build();
    return FunctionProto.newBuilder()
        .setName("slanted")
        .setDomain("local")
        .addInput("a")
        .addOutput("b")
        .addAttributeProto(TinyModel.attribute("slope", 0.5))
        .addNode(node("", "Elu", List.of("a"), List.of("t")).toBuilder().addAttribute(refers))
        .addNode(node("", "Neg", List.of("t"), List.of("b")))
        .addOpsetImport(set("", 17))
        .build();
  }

  /** Calls {@link #elu} twice: one body, two sets of names. */
  private static FunctionProto twice() {
    return FunctionProto.newBuilder()
        .setName("twice")
        .setDomain("local")
        .addInput("p")
        .addOutput("q")
        .addNode(node("local", "slanted", List.of("p"), List.of("t")))
        .addNode(
            node("local", "slanted", List.of("t"), List.of("q")).toBuilder()
                .addAttribute(TinyModel.attribute("slope", 2.0)))
        .addOpsetImport(set("local", 1))
        .build();
  }

  private static OnnxModel withFunctions(TinyModel tiny, FunctionProto... functions) {
    ModelProto.Builder model = tiny.build().proto().toBuilder().addOpsetImport(set("local", 1));
    model.addAllFunctions(List.of(functions));
    for (NodeProto.Builder n : model.getGraphBuilder().getNodeBuilderList()) {
      if (n.getOpType().equals("twice") || n.getOpType().equals("slanted")) {
        n.setDomain("local");
      }
    }
    return OnnxModel.of(model.build(), "tiny.onnx");
  }

  private static TinyModel calling(String function) {
    return new TinyModel(17)
        .input("x", Tensors.normal(RANDOM, 3, 4))
        .node(function, List.of("x"), List.of("t"))
        .node("Sigmoid", List.of("t"), List.of("y"))
        .output("y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"slanted", "twice"})
  void functionsAreInlined(String function) {
    TinyModel tiny = calling(function);
    OnnxModel model = withFunctions(tiny, twice(), elu());
    GraphModule graph = OnnxImporter.run(model, ImportOptions.none());
    Tensors.assertClose(
        graph.runTensor(tiny.samples().get("x")),
        OnnxRuntime.run(model, tiny.samples()).get(0),
        1e-5,
        function);
  }

  @Test
  void aFunctionThatCallsItselfIsRefused() {
    FunctionProto endless =
        twice().toBuilder()
            .clearNode()
            .addNode(node("local", "twice", List.of("p"), List.of("q")))
            .build();
    OnnxModel model = withFunctions(calling("twice"), endless);
    assertThatThrownBy(() -> OnnxImporter.run(model, ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Cannot inline function local.twice: it calls itself");
  }

  @Test
  void aFunctionForAnotherOperatorSetIsRefused() {
    FunctionProto newer = elu().toBuilder().clearOpsetImport().addOpsetImport(set("", 18)).build();
    OnnxModel model = withFunctions(calling("slanted"), newer);
    assertThatThrownBy(() -> OnnxImporter.run(model, ImportOptions.none()))
        .hasMessageContaining("version 18 of operator set '', expected the model's 17");
  }

  // ---- conditionals

  private static AttributeProto branch(String name, String output, NodeProto... nodes) {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName(name)
            .addAllNode(List.of(nodes))
            .addOutput(ValueInfoProto.newBuilder().setName(output))
            .build();
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(graph)
        .build();
  }

  /** Computes x's size of an axis equals a number, and asks for Neg(x) then, Abs(x) otherwise. */
  private static OnnxModel conditional(TinyModel tiny, int axis, long size) {
    tiny.constant("axis", Tensor.scalar((long) axis))
        .constant("size", Tensor.scalar(size))
        .node("Shape", List.of("x"), List.of("s"))
        .node("Gather", List.of("s", "axis"), List.of("d"))
        .node("Equal", List.of("d", "size"), List.of("c"))
        .node("If", List.of("c"), List.of("i"))
        .node("Sigmoid", List.of("i"), List.of("y"))
        .output("y");
    NodeProto nested =
        node("", "If", List.of("c"), List.of("t")).toBuilder()
            .addAttribute(branch("then_branch", "u", node("", "Neg", List.of("x"), List.of("u"))))
            .addAttribute(branch("else_branch", "u", node("", "Exp", List.of("x"), List.of("u"))))
            .build();
    ModelProto.Builder model = tiny.build().proto().toBuilder();
    for (NodeProto.Builder n : model.getGraphBuilder().getNodeBuilderList()) {
      if (n.getOpType().equals("If")) {
        n.addAttribute(branch("then_branch", "t", nested))
            .addAttribute(branch("else_branch", "t", node("", "Abs", List.of("x"), List.of("t"))));
      }
    }
    return OnnxModel.of(model.build(), "tiny.onnx");
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void conditionalsOnShapesAreDecided(long size) {
    TinyModel tiny = new TinyModel(17).input("x", Tensors.normal(RANDOM, 3, 4));
    OnnxModel model = conditional(tiny, 1, size);
    GraphModule graph = OnnxImporter.run(model, ImportOptions.none());
    Tensors.assertClose(
        graph.runTensor(tiny.samples().get("x")),
        OnnxRuntime.run(model, tiny.samples()).get(0),
        1e-5,
        "size " + size);
    assertThat(OperatorCheck.calls(graph)).hasSize(2);
  }

  @Test
  void aConditionalOnTheNumberOfAxesIsDecided() {
    TinyModel tiny = new TinyModel(17).input("x", Tensors.normal(RANDOM, 3, 4));
    ModelProto.Builder model = conditional(tiny, 1, 2).proto().toBuilder();
    // Size(Shape(x)) is 2 for every batch, though Shape(x) is not the same for any two.
    model.getGraphBuilder().getNodeBuilder(1).setOpType("Size").clearInput().addInput("s");
    OnnxModel ranked = OnnxModel.of(model.build(), "tiny.onnx");
    GraphModule graph = OnnxImporter.run(ranked, ImportOptions.none());
    Tensors.assertClose(
        graph.runTensor(tiny.samples().get("x")),
        OnnxRuntime.run(ranked, tiny.samples()).get(0),
        1e-5,
        "rank");
  }

  @Test
  void aConditionalOnTheBatchIsRefusedThoughBothBatchesTriedAgree() {
    TinyModel tiny = new TinyModel(17).input("x", Tensors.normal(RANDOM, 3, 4));
    OnnxModel model = conditional(tiny, 0, 1);
    assertThatThrownBy(() -> OnnxImporter.run(model, ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("If_3")
        .hasMessageContaining("condition 'c' depends on the batch size");
  }

  // ---- cases, exported

  private static final Path CASES = Path.of("src/test/resources/onnx-cases");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "if_branch",
        "onnx_function",
        "fp16_inside",
        "convT_asym",
        "avgpool_same",
        "resize_asym_ceil2",
        "resize_nhwc",
        "dropout_mask",
        "layer_norm_scalar_gamma",
        "squeezenet_softmax7"
      })
  void exportsComputeWhatTheInt8GraphDoes(String name) {
    OnnxModel model = OnnxModel.load(CASES.resolve(name).resolve("model.onnx"));
    Tensor x = io.octant.onnx.suite.Recorded.input(CASES.resolve(name), 0);
    String input = model.graph().getInput(0).getName();
    Exported.of(model, Map.of(input, x)).agrees(20);
  }

  @Test
  void anExportKeepsTheTypesOfInputsAndOutputs() {
    Path folder = CASES.resolve("double_model");
    OnnxModel original = OnnxModel.load(folder.resolve("model.onnx"));
    GraphModule imported = OnnxImporter.run(original, ImportOptions.none());
    Tensor x = io.octant.onnx.suite.Recorded.input(folder, 0);
    Tensor single = io.octant.reference.kernel.Values.cast(x, DType.FLOAT32);
    GraphModule prepared =
        QuantizeFx.prepare(
            imported,
            DefaultQConfigMappings.octant(QuantizedEngine.ONEDNN, ActivationRange.SEVEN_BITS));
    prepared.run(single);
    OnnxModel model =
        QdqExporter.export(
                original, imported, QuantizeFx.convertToReference(prepared), Provenance.none())
            .model();
    assertThat(model.graph().getInput(0)).isEqualTo(original.graph().getInput(0));
    assertThat(model.graph().getOutput(0)).isEqualTo(original.graph().getOutput(0));
    try (OnnxRuntime runtime = OnnxRuntime.optimized(model)) {
      Tensor y = runtime.run(Map.of(model.graph().getInput(0).getName(), x)).get(0);
      assertThat(y.dtype()).isEqualTo(DType.FLOAT64);
      assertThat(Exported.decibels(y, imported.runTensor(single))).isGreaterThan(25);
    }
    GraphModule back = OnnxImporter.run(model, ImportOptions.none());
    assertThat(Exported.decibels(back.runTensor(single), imported.runTensor(single)))
        .isGreaterThan(25);
  }
}
