package io.octant.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.nn.Initialization;
import io.octant.nn.linear.Linear;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.report.QuantizationReport;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.safetensors.SafetensorsFile;
import io.octant.safetensors.SafetensorsWriter;
import io.octant.tensor.Tensor;
import io.octant.trace.TraceableModule;
import io.octant.trace.Tracer;
import io.octant.trace.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/tutorial.md, compiled and run; every Java block of the page stands here. */
class TutorialTest {
  static final class Submodule extends TraceableModule {
    Submodule() {
      setChild("linear", new Linear(5, 5));
    }

    @Override
    protected Value forward(Value... inputs) {
      return call("linear", inputs[0]);
    }
  }

  static final class M extends TraceableModule {
    M() {
      setChild("linear", new Linear(5, 5));
      setChild("sub", new Submodule());
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = call("linear", inputs[0]);
      return call("sub", x).plus(x);
    }
  }

  private static Tensor batch(int seed) {
    return Initialization.uniform(new Random(seed), 1, 8, 5);
  }

  private static final List<Tensor> CALIBRATION = List.of(batch(1), batch(2), batch(3));

  private static List<String> names(GraphModule model) {
    return model.graph().nodes().stream().map(Node::name).toList();
  }

  @Test
  void documentationExampleIsQuantized() {
    M model = new M();
    Initialization.reset(model, 42);
    Tensor x = batch(0);

    Tensor y = (Tensor) model.evaluate(List.of(x), Map.of());

    GraphModule graph = new Tracer().trace(model);
    assertThat(names(graph)).containsExactly("x", "linear", "sub_linear", "add", "output");
    assertThat(graph.run(x)).isEqualTo(y);

    QConfigMapping mapping = DefaultQConfigMappings.ptq(QuantizedEngine.X86);
    GraphModule prepared = QuantizeFx.prepare(model, mapping);
    for (Tensor batch : CALIBRATION) {
      prepared.run(batch);
    }
    GraphModule quantized = QuantizeFx.convert(prepared);
    Tensor z = (Tensor) quantized.run(x);

    assertThat(names(quantized))
        .containsExactly(
            "x",
            "linear_input_scale_0",
            "linear_input_zero_point_0",
            "quantize_per_tensor",
            "linear",
            "sub_linear",
            "_scale_0",
            "_zero_point_0",
            "add_1",
            "dequantize_3",
            "output");
    assertThat(quantized.module("linear").type().name()).isEqualTo("torch.ao.nn.quantized.Linear");
    assertClose(z, y);
    assertThat(model.module("linear")).isInstanceOf(Linear.class);
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    for (int i = 0; i < expected.numel(); i++) {
      double e = expected.doubleAt(i);
      assertThat(actual.doubleAt(i)).as("element %d", i).isBetween(e - 0.1, e + 0.1);
    }
  }

  @Test
  void weightsComeFromAFile(@TempDir Path folder) {
    M other = new M();
    Initialization.reset(other, 7);
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, other.stateDict());
    Path copy = folder.resolve("copy.safetensors");
    M model = new M();

    model.loadStateDict(SafetensorsFile.read(file).tensors());
    SafetensorsWriter.write(copy, model.stateDict());

    assertThat(model.stateDict()).isEqualTo(other.stateDict());
    assertThat(model.stateDict())
        .containsOnlyKeys("linear.weight", "linear.bias", "sub.linear.weight", "sub.linear.bias");
    assertThat(copy).hasSameBinaryContentAs(file);
  }

  @Test
  void partsOfTheModelStayFloat() {
    M model = new M();

    QConfigMapping mapping =
        DefaultQConfigMappings.ptq(QuantizedEngine.X86).withModuleName("sub", null);
    GraphModule prepared = QuantizeFx.prepare(model, mapping);
    prepared.run(CALIBRATION.get(0));
    GraphModule quantized = QuantizeFx.convert(prepared);
    QuantizationReport report = quantized.attachment(QuantizationReport.class).orElseThrow();

    assertThat(quantized.module("sub.linear").type().name()).isEqualTo("torch.nn.Linear");
    assertThat(quantized.module("linear").type().name()).isEqualTo("torch.ao.nn.quantized.Linear");
    assertThat(report.toString()).contains("sub_linear");
  }

  @Test
  void everyJavaBlockOfThePageIsCompiledHere() throws IOException {
    String page = Files.readString(Path.of("../docs/tutorial.md"));
    String source =
        unindented(Files.readString(Path.of("src/test/java/io/octant/tutorial/TutorialTest.java")));
    List<String> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map((MatchResult m) -> unindented(m.group(1)))
            .toList();

    assertThat(blocks).hasSizeGreaterThanOrEqualTo(4);
    assertThat(blocks).allSatisfy(block -> assertThat(source).contains(block));
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).reduce("", (a, b) -> a + b + "\n");
  }
}
