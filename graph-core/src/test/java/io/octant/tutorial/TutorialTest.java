package io.octant.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.autograd.Differentiated;
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
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.trace.TraceableModule;
import io.octant.trace.Tracer;
import io.octant.trace.Value;
import io.octant.training.Loss;
import io.octant.training.Losses;
import io.octant.training.QatSchedule;
import io.octant.training.Schedule;
import io.octant.training.Sgd;
import io.octant.training.Trainer;
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

  /** One batch. */
  record Example(Tensor image, Tensor target) {}

  static void trainLoop(GraphModule model, List<Example> data) {
    model.train(true);
    Trainer trainer =
        new Trainer(model, Losses.crossEntropy(), new Sgd(0.1).withMomentum(0.9))
            .withSchedule(Schedule.cosine(90, 0))
            .withQatSchedule(QatSchedule.none().withObserversUntil(60));
    for (int epoch = 0; epoch < 30; epoch++) {
      for (Example batch : data) {
        trainer.step(batch.image(), batch.target());
      }
    }
  }

  /** The class of a row is where its largest value stands. */
  private static Example example(Tensor image) {
    long[] classes = new long[image.shape().dim(0)];
    for (int row = 0; row < classes.length; row++) {
      classes[row] = largest(image, row);
    }
    return new Example(image, Tensor.of(DType.INT64, Shape.of(classes.length), classes));
  }

  private static int largest(Tensor rows, int row) {
    int width = rows.shape().dim(1);
    int best = 0;
    for (int c = 1; c < width; c++) {
      best = rows.doubleAt(row * width + c) > rows.doubleAt(row * width + best) ? c : best;
    }
    return best;
  }

  private static int right(GraphModule model, List<Example> examples) {
    int right = 0;
    for (Example example : examples) {
      Tensor out = (Tensor) model.run(example.image());
      for (int row = 0; row < example.target().numel(); row++) {
        right += largest(out, row) == example.target().longAt(row) ? 1 : 0;
      }
    }
    return right;
  }

  @Test
  void documentationExampleIsTrained() {
    M model = new M();
    Initialization.reset(model, 42);
    List<Example> examples = CALIBRATION.stream().map(TutorialTest::example).toList();

    QConfigMapping mapping = DefaultQConfigMappings.qat(QuantizedEngine.X86);
    GraphModule prepared = QuantizeFx.prepareQat(model, mapping);
    trainLoop(prepared, examples);
    prepared.train(false);
    GraphModule quantized = QuantizeFx.convert(prepared);

    assertThat(right(new Tracer().trace(model), examples)).isLessThan(12);
    assertThat(right(quantized, examples)).isGreaterThan(16); // of 24
    assertThat(quantized.module("linear").type().name()).isEqualTo("torch.ao.nn.quantized.Linear");
  }

  @Test
  void trainingGoesOnFromAFile(@TempDir Path folder) {
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    QConfigMapping mapping = DefaultQConfigMappings.qat(QuantizedEngine.X86);
    GraphModule prepared = QuantizeFx.prepareQat(new M(), mapping);
    Trainer trainer = new Trainer(prepared, Losses.mse(), new Sgd(0.01).withMomentum(0.9));
    trainer.step(batch(0), batch(1));
    Map<String, Tensor> then = prepared.stateDict();

    trainer.save(checkpoint);
    trainer.step(batch(2), batch(3));
    assertThat(prepared.stateDict()).isNotEqualTo(then);
    new Trainer(prepared, Losses.mse(), new Sgd(0.01).withMomentum(0.9)).resume(checkpoint);

    assertThat(prepared.stateDict()).isEqualTo(then);
  }

  @Test
  void aStepIsWrittenOut() {
    QConfigMapping mapping = DefaultQConfigMappings.qat(QuantizedEngine.X86);
    M model = new M();
    Initialization.reset(model, 42);
    GraphModule prepared = QuantizeFx.prepareQat(model, mapping);
    Tensor x = batch(0);
    Tensor target = batch(1);

    Differentiated graphs = Differentiated.of(prepared);
    Differentiated.Run run = graphs.run(List.of(x));
    Loss.Value loss = Losses.mse().of((Tensor) run.output(), target);
    Map<String, Tensor> gradients = run.gradients(loss.gradient());
    new Sgd(0.01).step(prepared, gradients);

    double after = Losses.mse().of((Tensor) prepared.run(x), target).value();
    assertThat(after).isLessThan(loss.value());
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
    String onSpark = "../pipeline/src/test/java/io/octant/pipeline/JavaModelTest.java";
    String source =
        unindented(
            Files.readString(Path.of("src/test/java/io/octant/tutorial/TutorialTest.java"))
                + Files.readString(Path.of(onSpark)));
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
