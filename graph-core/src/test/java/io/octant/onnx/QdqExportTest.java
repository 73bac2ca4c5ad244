package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.onnx.qdq.Provenance;
import io.octant.onnx.qdq.QdqExport;
import io.octant.onnx.qdq.QdqExporter;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The trained models, quantized, exported, and run in ONNX Runtime. */
class QdqExportTest {
  private static final Provenance FACTS = Provenance.of(Map.of("version", "0", "state", "abc"));

  /** A model on its way through quantization. */
  private record Quantized(
      OnnxModel original, GraphModule imported, GraphModule reference, QdqExport export) {
    OnnxModel model() {
      return export.model();
    }
  }

  private static final Map<Path, Quantized> DONE = new HashMap<>();

  /** Every architecture, both exporters, batch norm folded and not. */
  static Stream<Path> files() {
    return Stream.of(
        ExampleModels.file("resnet", "model_bn17"),
        ExampleModels.file("mobilenet", "model"),
        ExampleModels.file("mobilenet", "model_bn17"),
        ExampleModels.file("vit", "model_ts17"));
  }

  private static Quantized quantize(Path file) {
    return DONE.computeIfAbsent(
        file,
        f -> {
          OnnxModel original = OnnxModel.load(f);
          QConfigMapping mapping = DefaultQConfigMappings.ptq(QuantizedEngine.X86);
          return quantize(original, mapping, DigitSamples.calibration());
        });
  }

  private static Quantized quantize(
      OnnxModel original, QConfigMapping mapping, List<Tensor> samples) {
    GraphModule imported = OnnxImporter.run(original, ImportOptions.none());
    GraphModule prepared = QuantizeFx.prepare(imported, mapping);
    samples.forEach(prepared::run);
    GraphModule reference = QuantizeFx.convertToReference(prepared);
    QdqExport export = QdqExporter.export(original, imported, reference, FACTS);
    return new Quantized(original, imported, reference, export);
  }

  @ParameterizedTest
  @MethodSource("files")
  void onnxRuntimeGivesTheResultOfTheReferenceGraph(Path file) {
    Quantized q = quantize(file);
    Tensor input = DigitSamples.test();
    try (OnnxRuntime plain = OnnxRuntime.optimized(q.original());
        OnnxRuntime quantized = OnnxRuntime.optimized(q.model())) {
      Tensor exact = plain.run(Map.of("input", input)).get(0);
      Tensor exported = quantized.run(Map.of("input", input)).get(0);
      Tensor reference = q.reference().runTensor(input);
      assertThat(DigitSamples.correct(exported))
          .isGreaterThanOrEqualTo(DigitSamples.correct(exact) - 2);
      assertThat(DigitSamples.agreement(exported, reference)).isGreaterThanOrEqualTo(99);
      // What ONNX Runtime rounds otherwise (biases to int32, ties) is below quantization's own
      // noise.
      assertThat(decibels(exported, reference)).isGreaterThan(decibels(reference, exact) + 2);
      assertThat(q.export().leftFloat()).isEmpty();
    }
  }

  private static double decibels(Tensor approximate, Tensor exact) {
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < exact.numel(); i++) {
      double d = approximate.doubleAt(i) - exact.doubleAt(i);
      signal += exact.doubleAt(i) * exact.doubleAt(i);
      noise += d * d;
    }
    return 10 * Math.log10(signal / noise);
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatQuantizationLeavesAloneStaysAsItWas(Path file) {
    Quantized q = quantize(file);
    ModelProto before = q.original().proto();
    ModelProto after = q.model().proto();
    assertThat(after.getOpsetImportList()).isEqualTo(before.getOpsetImportList());
    assertThat(after.getIrVersion()).isEqualTo(before.getIrVersion());
    assertThat(after.getProducerName()).isEqualTo(before.getProducerName());
    assertThat(after.getGraph().getInputList()).isEqualTo(before.getGraph().getInputList());
    assertThat(after.getGraph().getOutputList()).isEqualTo(before.getGraph().getOutputList());
    assertThat(operators(after)).isEqualTo(operators(before));
    Map<String, TensorProto> stored = new TreeMap<>();
    before.getGraph().getInitializerList().forEach(t -> stored.put(t.getName(), t));
    for (TensorProto t : after.getGraph().getInitializerList()) {
      TensorProto own = stored.get(t.getName());
      assertThat(own == null || own.equals(t)).as(t.getName()).isTrue();
    }
  }

  /** Names, types and attributes of the operators, those that quantization moves aside. */
  private static List<String> operators(ModelProto model) {
    List<String> out = new ArrayList<>();
    for (NodeProto n : model.getGraph().getNodeList()) {
      boolean moved =
          List.of("QuantizeLinear", "DequantizeLinear", "BatchNormalization", "Constant")
              .contains(n.getOpType());
      if (!moved) {
        out.add(n.getName() + " " + n.getOpType() + " " + n.getAttributeList());
      }
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("files")
  void importingTheExportGivesTheQuantizationBack(Path file) {
    Quantized q = quantize(file);
    GraphModule back = OnnxImporter.run(q.model(), ImportOptions.none());
    assertThat(weights(back)).isEqualTo(weights(q.reference()));
    Tensor input = DigitSamples.test();
    Tensor expected = q.reference().runTensor(input);
    assertThat(DigitSamples.agreement(back.runTensor(input), expected)).isGreaterThanOrEqualTo(99);
    // Exporting it again changes nothing but the digest of what it was made from.
    OnnxModel again = QdqExporter.export(q.model(), back, back, FACTS).model();
    assertThat(again.graph()).isEqualTo(q.model().graph());
  }

  /** Integer weights by their content, as modules that the file does not name have other paths. */
  private static List<Tensor> weights(GraphModule graph) {
    List<Tensor> out = new ArrayList<>();
    for (Node n : graph.graph()) {
      if (graph.typeOf(n) instanceof io.octant.graph.ModuleType) {
        graph
            .moduleOf(n)
            .forEachModule(
                (path, m) -> {
                  if (m instanceof ReferenceModule r) {
                    out.add(r.quantizedWeight("weight"));
                  }
                });
      }
    }
    return out;
  }

  @Test
  void sameInputSameBytes() {
    Quantized q = quantize(ExampleModels.file("mobilenet", "model_bn17"));
    OnnxModel again = QdqExporter.export(q.original(), q.imported(), q.reference(), FACTS).model();
    assertThat(again.proto().toByteArray()).isEqualTo(q.model().proto().toByteArray());
  }

  @Test
  void everyLayerOfAConvolutionalNetworkIsOnIntegers() {
    for (Path file : files().filter(f -> !f.toString().contains("vit")).toList()) {
      OnnxModel model = quantize(file).model();
      Map<String, NodeProto> makers = new HashMap<>();
      model.graph().getNodeList().forEach(n -> makers.put(n.getOutput(0), n));
      for (NodeProto n : model.graph().getNodeList()) {
        if (n.getOpType().equals("Conv") || n.getOpType().equals("Gemm")) {
          assertThat(n.getInputList()).hasSize(3);
          assertThat(n.getInputList())
              .allSatisfy(
                  in -> assertThat(makers.get(in).getOpType()).isEqualTo("DequantizeLinear"));
        }
        assertThat(n.getOpType()).isNotEqualTo("BatchNormalization");
        // A clip with the parameters of its input needs no pair before it: the runtime fuses it.
        if (n.getOpType().equals("Clip")) {
          assertThat(makers.get(n.getInput(0)).getOpType()).isEqualTo("Conv");
        }
      }
      assertThat(model.graph().getInitializerList())
          .noneMatch(
              t -> t.getDimsCount() == 4 && t.getDataType() == TensorProto.DataType.FLOAT_VALUE);
    }
  }

  @Test
  void provenanceIsReadBack() {
    Quantized q = quantize(ExampleModels.file("resnet", "model_bn17"));
    Provenance read = Provenance.of(OnnxModel.parse(q.model().proto().toByteArray(), "again"));
    assertThat(read.facts())
        .containsExactly(
            Map.entry("model.sha256", q.original().sha256()),
            Map.entry("state", "abc"),
            Map.entry("version", "0"));
    assertThat(Provenance.of(q.original())).isEqualTo(Provenance.none());
    assertThatThrownBy(() -> Provenance.of(Map.of("no spaces", "x")))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("'no spaces'");
  }

  @Test
  void anotherModelIsRefused() {
    Quantized q = quantize(ExampleModels.file("resnet", "model_bn17"));
    OnnxModel other = OnnxModel.load(ExampleModels.file("resnet", "model_ts17"));
    assertThatThrownBy(() -> QdqExporter.export(other, q.imported(), q.reference(), FACTS))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("expected the same model");
  }

  private static Quantized small(TinyModel tiny) {
    QConfigMapping mapping = DefaultQConfigMappings.ptq(QuantizedEngine.X86);
    return quantize(tiny.build(), mapping, List.copyOf(tiny.samples().values()));
  }

  private static TinyModel convolution(int opset) {
    Random random = new Random(2);
    return new TinyModel(opset)
        .input("x", Tensors.normal(random, 4, 3, 6, 6))
        .constant("w", Tensors.normal(random, 5, 3, 3, 3))
        .node(
            "Conv",
            List.of("x", "w"),
            List.of("c"),
            "auto_pad",
            "SAME_UPPER",
            "strides",
            new int[] {2, 2});
  }

  private static void assertExportRuns(Quantized q, TinyModel tiny) {
    Tensor x = tiny.samples().get("x");
    Tensor expected = q.reference().runTensor(x);
    Tensor actual = OnnxRuntime.run(q.model(), Map.of("x", x)).get(0);
    assertThat(decibels(actual, expected)).isGreaterThan(40);
    assertThat(q.export().leftFloat()).isEmpty();
  }

  @Test
  void paddingThatIsPartOfTheOperatorStaysThere() {
    TinyModel tiny = convolution(13).output("c");
    assertExportRuns(small(tiny), tiny);
  }

  static Stream<Arguments> changedOperators() {
    return Stream.of(
        Arguments.of(9, "Clip", new Object[] {"min", -1.0, "max", 1.5}),
        Arguments.of(10, "Pad", new Object[] {"pads", new int[] {0, 0, 1, 0, 0, 0, 0, 2}}),
        Arguments.of(
            9,
            "Slice",
            new Object[] {"starts", new int[] {1}, "ends", new int[] {3}, "axes", new int[] {2}}),
        Arguments.of(12, "Unsqueeze", new Object[] {"axes", new int[] {1}}),
        Arguments.of(11, "ReduceSum", new Object[] {"axes", new int[] {2, 3}}),
        Arguments.of(11, "Softmax", new Object[] {"axis", 3}),
        Arguments.of(9, "Dropout", new Object[] {"ratio", 0.5}),
        Arguments.of(9, "Upsample", new Object[] {"mode", "nearest"}),
        Arguments.of(10, "Resize", new Object[] {"mode", "nearest"}));
  }

  @ParameterizedTest(name = "{1} of operator set {0}")
  @MethodSource("changedOperators")
  void oldModelsAreBroughtToTheFirstVersionWithWeightsPerChannel(
      int opset, String opType, Object[] attributes) {
    boolean scaled = opType.equals("Upsample") || opType.equals("Resize");
    TinyModel tiny =
        convolution(opset)
            .constant("scales", Tensor.of(new float[] {1, 1, 2, 3}, 4))
            .node(opType, scaled ? List.of("c", "scales") : List.of("c"), List.of("y"), attributes)
            .output("y");
    Quantized q = small(tiny);
    assertThat(q.model().opset()).isEqualTo(13);
    assertExportRuns(q, tiny);
  }

  @Test
  void whatCannotBeBroughtOverIsRefused() {
    TinyModel tiny =
        new TinyModel(5)
            .input("x", Tensors.normal(new Random(1), 2, 3))
            .constant("w", Tensors.normal(new Random(2), 3, 4))
            .node("MatMul", List.of("x", "w"), List.of("y"))
            .output("y");
    assertThatThrownBy(() -> small(tiny))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("operator set 5, expected 7 or newer");
  }

  @Test
  void dynamicQuantizationBecomesItsOperator() {
    Random random = new Random(4);
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(random, 6, 8))
            .constant("w", Tensors.normal(random, 8, 5))
            .constant("b", Tensors.normal(random, 5))
            .node("MatMul", List.of("x", "w"), List.of("p"))
            .node("Add", List.of("p", "b"), List.of("y"))
            .output("y");
    QConfigMapping mapping = QConfigMapping.empty().withGlobal(QConfigs.DEFAULT_DYNAMIC);
    Quantized q = quantize(tiny.build(), mapping, List.of());
    assertThat(operatorTypes(q.model()))
        .containsExactly(
            "DynamicQuantizeLinear", "DequantizeLinear", "DequantizeLinear", "MatMul", "Add");
    Tensor x = tiny.samples().get("x");
    Tensor exact = q.imported().runTensor(x);
    Tensor exported = OnnxRuntime.run(q.model(), Map.of("x", x)).get(0);
    // The graph reduces the range to seven bits, the operator has eight: nearer to float, not
    // equal.
    assertThat(decibels(exported, exact))
        .isGreaterThan(decibels(q.reference().runTensor(x), exact));
    GraphModule back = OnnxImporter.run(q.model(), ImportOptions.none());
    assertThat(decibels(back.runTensor(x), exported)).isGreaterThan(40);
  }

  private static List<String> operatorTypes(OnnxModel model) {
    return model.graph().getNodeList().stream().map(NodeProto::getOpType).toList();
  }
}
