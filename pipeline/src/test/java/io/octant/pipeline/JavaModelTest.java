package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.nn.Initialization;
import io.octant.nn.activation.ReLU;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.onnx.OnnxModel;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Model;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.safetensors.SafetensorsFile;
import io.octant.safetensors.SafetensorsWriter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.TensorSpec;
import io.octant.trace.Torch;
import io.octant.trace.TraceableModule;
import io.octant.trace.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model written in Java, from its weights to the int8 file; what docs/tutorial.md ends with. */
class JavaModelTest {
  static final class Digits extends TraceableModule {
    Digits() {
      super("input");
      setChild("conv", new Conv2d(ConvSettings.of(1, 8, 5).withStride(3)));
      setChild("bn", new BatchNorm2d(8));
      setChild("relu", new ReLU());
      setChild("fc", new Linear(8 * 8 * 8, 10));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = call("relu", call("bn", call("conv", inputs[0])));
      return call("fc", Torch.flatten(x, 1));
    }
  }

  private static final int SAMPLES = 64;

  @TempDir Path folder;

  @Test
  void aJavaModelGivesTheBytesOfItsExportedFile() throws IOException {
    Path weights = folder.resolve("digits.safetensors");
    Digits untrained = new Digits();
    Initialization.reset(untrained, 1);
    SafetensorsWriter.write(weights, untrained.stateDict());
    SparkSession spark = SharedSpark.session();
    QuantizationMethod method = DigitsRun.X86;
    String output = folder.resolve("int8").toString();

    Digits digits = new Digits();
    digits.loadStateDict(SafetensorsFile.read(weights).tensors());
    TensorSpec input = new TensorSpec("input", DType.FLOAT32, Shape.of(1, 1, 28, 28));
    Model model = Model.of(digits, List.of(input));
    Data data = new Data(DigitsRun.CALIBRATION.withLimit(SAMPLES), Optional.empty(), 16);
    QuantizationSpec spec =
        QuantizationSpec.of(model, data, method, new Output(output, IfPresent.REFUSE));
    QuantizationResult result = new QuantizationPipeline(spark).run(spec);
    Path file = folder.resolve("digits.onnx");
    Files.write(file, model.written().orElseThrow().toBytes());

    QuantizationSpec again =
        QuantizationSpec.of(
            Model.of(file.toString()),
            data,
            method,
            new Output(folder.resolve("again").toString(), IfPresent.REFUSE));
    new QuantizationPipeline(spark).run(again);
    assertThat(folder.resolve("int8/model.int8.onnx"))
        .hasSameBinaryContentAs(folder.resolve("again/model.int8.onnx"));
    assertThat(result.nodes().warnings()).isEmpty();
    assertThat(Model.of(digits, List.of(input)).written().orElseThrow().sha256())
        .isEqualTo(OnnxModel.load(file).sha256());
  }
}
