package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.graph.GraphModule;
import io.octant.onnx.suite.Recorded;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.NodeReport.Outcome;
import io.octant.quantization.report.QuantizationReport;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that come quantized: what is quantized stays, the rest is quantized around it. */
class QuantizedModelsTest {
  private final Random random = new Random(11);

  private static OnnxModel model(String name) {
    try (InputStream in =
        QuantizedModelsTest.class.getResourceAsStream("/onnx/qdq/" + name + ".onnx")) {
      return OnnxModel.parse(in.readAllBytes(), name + ".onnx");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Exported quantized(String name) {
    return Exported.of(model(name), Map.of("x", Tensors.normal(random, 8, 3, 6, 6)));
  }

  private static long observers(GraphModule prepared) {
    return prepared
        .graph()
        .nodes(n -> n.operation() instanceof io.octant.graph.Operation.CallModule)
        .stream()
        .filter(n -> prepared.moduleOf(n) instanceof ActivationPostProcess)
        .count();
  }

  private static List<String> warnings(Exported e) {
    return e.int8().attachment(QuantizationReport.class).orElseThrow().warnings();
  }

  @ParameterizedTest
  @ValueSource(strings = {"u8s8_tensor", "u8s8_channel", "s8s8_channel", "u8u8_tensor"})
  void wholeModelsOfOnnxRuntimeStayAsTheyAre(String name) {
    Exported e = quantized(name);
    assertThat(observers(e.prepared())).isZero();
    assertThat(warnings(e))
        .anyMatch(w -> w.contains("which stay as they are; nothing is left to quantize"));
    assertThat(e.model().graph().getNodeList()).isEqualTo(model(name).graph().getNodeList());
    assertThat(Set.copyOf(e.model().graph().getInitializerList()))
        .isEqualTo(Set.copyOf(model(name).graph().getInitializerList()));
    Tensors.assertClose(e.ofInt8().get(0), e.ofFloat().get(0), 1e-6, "int8 graph");
    QuantizationReport report = e.int8().attachment(QuantizationReport.class).orElseThrow();
    assertThat(report.lines()).isNotEmpty();
    if (name.equals("u8s8_tensor")) { // an average whose parameters change has no kernel
      assertThat(report.with(Outcome.FLOAT))
          .extracting(NodeReport::node)
          .containsExactly("adaptive_avg_pool2d");
    }
  }

  /** Convolutions with batch norm are exported as they are trained, with a division behind. */
  @Test
  void aNetworkTrainedInPyTorchKeepsItsIntegers() {
    Path folder = Path.of("src/test/resources/onnx/qat");
    OnnxModel original = OnnxModel.load(folder.resolve("model.onnx"));
    Exported e = Exported.of(original, Map.of("x", Recorded.input(folder, 0)));
    Tensors.assertClose(e.ofFloat().get(0), Recorded.output(folder, 0), 1e-5, "imported graph");

    GraphProto before = original.graph();
    GraphProto after = e.model().graph();
    assertThat(warnings(e)).anyMatch(w -> w.contains("quantized values, which stay as they are"));
    for (NodeProto n : before.getNodeList()) {
      if (n.getOpType().endsWith("QuantizeLinear") || n.getOpType().equals("DequantizeLinear")) {
        assertThat(after.getNodeList()).contains(n);
      }
    }
    for (TensorProto t : before.getInitializerList()) {
      if (t.getName().contains("fake_quant.scale")) {
        assertThat(after.getInitializerList()).contains(t);
      }
    }
    e.agrees(25);
  }

  @Test
  void theRestOfAModelIsQuantizedAroundWhatIs() {
    Exported e = quantized("part").agrees(28);
    GraphProto before = model("part").graph();
    GraphProto after = e.model().graph();
    assertThat(names(after)).containsAll(names(before));
    assertThat(observers(e.prepared())).isPositive();
    assertThat(warnings(e)).anyMatch(w -> w.contains("2 quantized values, which stay as they are"));
    // conv1 came quantized; conv2 and fc have integer weights and biases by now.
    for (NodeProto n : after.getNodeList()) {
      if (n.getOpType().equals("Conv") || n.getOpType().equals("Gemm")) {
        assertThat(n.getInputList()).allMatch(in -> makes(after, in, "DequantizeLinear"));
      }
      if (n.getOpType().equals("QuantizeLinear")) {
        assertThat(makes(after, n.getInput(0), "DequantizeLinear")).as(n.getName()).isFalse();
      }
    }
  }

  @Test
  void ourOwnExportHasNothingLeftToQuantize() {
    Tensor x = Tensors.normal(random, 6, 3, 6, 6);
    Exported first =
        Exported.of(
            new TinyModel(17)
                .input("x", x)
                .constant("w", Tensors.normal(random, 4, 3, 3, 3))
                .constant("b", Tensors.normal(random, 4))
                .constant("half", Tensors.longs(2, 2))
                .node("Conv", List.of("x", "w", "b"), List.of("c"), "pads", new int[] {1, 1, 1, 1})
                .node("Clip", List.of("c", "zero", "six"), List.of("r"))
                .constant("zero", Tensor.scalar(0f))
                .constant("six", Tensor.scalar(6f))
                .node("Split", List.of("r", "half"), List.of("s1", "s2"), "axis", 1)
                .node("Sigmoid", List.of("s1"), List.of("g"))
                .node("Mul", List.of("g", "s2"), List.of("y"))
                .output("y"));
    first.agrees(26);
    Exported second = Exported.of(first.model(), Map.of("x", x));
    assertThat(observers(second.prepared())).isZero();
    assertThat(second.model().graph()).isEqualTo(first.model().graph());
    assertThat(warnings(second)).anyMatch(w -> w.contains("nothing is left to quantize"));
  }

  private static Set<String> names(GraphProto graph) {
    Set<String> out = new HashSet<>();
    graph.getNodeList().forEach(n -> out.add(n.getOpType() + " " + n.getName()));
    return out;
  }

  private static boolean makes(GraphProto graph, String tensor, String opType) {
    return graph.getNodeList().stream()
        .anyMatch(n -> n.getOutputList().contains(tensor) && n.getOpType().equals(opType));
  }

  /** No quantized operator reads such integers: they are quantized anew, with one scale. */
  @Test
  void valuesWithAScaleForEachChannelAreReadAsFloats() {
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(random, 4, 3, 6, 6))
            .constant("s", Tensor.of(new float[] {0.02f, 0.025f, 0.03f}, 3))
            .constant("z", Tensor.of(DType.UINT8, Shape.of(3), new int[] {120, 128, 130}))
            .constant("w", Tensors.normal(random, 8, 3, 3, 3))
            .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"), "axis", 1)
            .node("DequantizeLinear", List.of("q", "s", "z"), List.of("d"), "axis", 1)
            .node("Conv", List.of("d", "w"), List.of("c"))
            .node("Add", List.of("d", "d"), List.of("sum"))
            .output("c")
            .output("sum");
    Exported.of(tiny).agrees(32);
  }

  @Test
  void aDynamicallyQuantizedLayerBehindAQuantizedOne() {
    Random random = new Random(4);
    int[] integers = random.ints(4 * 8 * 9, -127, 128).toArray();
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(random, 4, 3, 6, 6))
            .constant("w", Tensors.normal(random, 8, 3, 3, 3))
            .constant("v", Tensor.of(DType.INT8, Shape.of(4, 8, 3, 3), integers))
            .constant("vs", Tensor.scalar(0.01f))
            .node("Conv", List.of("x", "w"), List.of("c"))
            .node("DynamicQuantizeLinear", List.of("c"), List.of("q", "qs", "qz"))
            .node("ConvInteger", List.of("q", "v", "qz"), List.of("p"))
            .node("Cast", List.of("p"), List.of("pf"), "to", 1)
            .node("Mul", List.of("qs", "vs"), List.of("scale"))
            .node("Mul", List.of("pf", "scale"), List.of("y"))
            .constant("u", Tensors.normal(random, 2, 8, 1, 1))
            .node("Conv", List.of("c", "u"), List.of("z"))
            .output("y")
            .output("z");

    Exported e = Exported.of(tiny).agrees(30);

    assertThat(e.model().graph().getNodeList())
        .filteredOn(n -> n.getOpType().equals("DynamicQuantizeLinear"))
        .singleElement()
        .satisfies(n -> assertThat(n.getInput(0)).isEqualTo("c_dequantized"));
  }
}
