package io.octant.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.OctantException;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.nn.Bias;
import io.octant.nn.activation.PReLU;
import io.octant.nn.activation.ReLU;
import io.octant.nn.attention.AttentionSettings;
import io.octant.nn.attention.MultiheadAttention;
import io.octant.nn.container.Sequential;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.recurrent.LSTM;
import io.octant.nn.recurrent.RecurrentSettings;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.trace.TraceableModule;
import io.octant.trace.Tracer;
import io.octant.trace.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State dicts of models written in Java, against those of the same models in PyTorch. */
class StateDictTest {
  @TempDir Path folder;

  private static final class Block extends TraceableModule {
    Block(int channels) {
      setChild(
          "conv1",
          new Conv2d(ConvSettings.of(channels, channels, 3).withPadding(1).withBias(Bias.WITHOUT)));
      setChild("bn1", new BatchNorm2d(channels));
      setChild("prelu", new PReLU(channels, 0.25));
    }

    @Override
    protected Value forward(Value... inputs) {
      return call("prelu", call("bn1", call("conv1", inputs[0])).plus(inputs[0]));
    }
  }

  private static final class Net extends TraceableModule {
    Net() {
      setChild("conv1", new Conv2d(2, 4, 3));
      setChild("layer1", new Sequential(new Block(4), new Block(4)));
      setChild(
          "rnn",
          new LSTM(RecurrentSettings.of(4, 3).withLayers(2).withBatchFirst().withBothDirections()));
      setChild("attention", new MultiheadAttention(AttentionSettings.of(6, 2).withBatchFirst()));
      Module norm = setChild("norm", new LayerNorm(6));
      setChild("again", norm);
      setChild("fc", new Linear(6, 3));
      setParameter("gain", Tensor.of(new float[3], 3));
      setBuffer("offset", Tensor.of(new float[3], 3));
      setBuffer("steps", Tensor.scalar(0L));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = call("layer1", call("conv1", inputs[0])).flatten(2).transpose(1, 2);
      Value y = call("norm", call("rnn", x).get(0));
      Value z = call("again", call("attention", y, y, y).get(0));
      return call("fc", z).times(state("gain")).plus(state("offset"));
    }
  }

  private static final class Small extends TraceableModule {
    Small() {
      setChild("conv", new Conv2d(ConvSettings.of(2, 4, 3).withBias(Bias.WITHOUT)));
      setChild("bn", new BatchNorm2d(4));
      setChild("relu", new ReLU());
      setChild("fc", new Linear(16, 3));
    }

    @Override
    protected Value forward(Value... inputs) {
      return call("fc", call("relu", call("bn", call("conv", inputs[0]))).flatten(1));
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = StateDictTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static SafetensorsFile file(String name) throws IOException {
    return SafetensorsFile.parse(name, bytes(name));
  }

  private static List<String> names(String document) throws IOException {
    List<String> out = new ArrayList<>();
    for (JsonNode name : new ObjectMapper().readTree(bytes(document)).get("names")) {
      out.add(name.asText());
    }
    return out;
  }

  private static void assertComputesAsRecorded(Module model, String name) throws IOException {
    SafetensorsFile data = file(name + ".data.safetensors");
    Tensor y = (Tensor) model.evaluate(List.of(data.tensor("x")), Map.of());
    assertThat(y.shape()).isEqualTo(data.tensor("y").shape());
    assertThat(y.floats()).containsExactly(data.tensor("y").floats(), within(1e-5f));
  }

  @Test
  void aModelHasPyTorchsNamesAndRunsOnItsFile() throws IOException {
    SafetensorsFile saved = file("net.safetensors");
    Module net = new Net();
    assertThat(net.stateDict().keySet()).containsExactlyElementsOf(names("net.json"));

    net.loadStateDict(saved.tensors());

    assertThat(net.stateDict()).isEqualTo(saved.tensors());
    assertComputesAsRecorded(net, "net");
    GraphModule traced = new Tracer().trace(net);
    assertThat(traced.stateDict().keySet()).containsExactlyElementsOf(names("traced.json"));
    assertComputesAsRecorded(traced, "net");
  }

  @Test
  void aTrainingGraphHasPyTorchsNamesAndRunsOnItsFile() throws IOException {
    Module small = new Small();
    small.train(true);
    GraphModule qat = QuantizeFx.prepareQat(small, DefaultQConfigMappings.qat(QuantizedEngine.X86));
    assertThat(qat.stateDict().keySet()).containsExactlyElementsOf(names("qat.json"));
    assertThat(qat.stateDict().get("conv.weight_fake_quant.scale").shape()).isEqualTo(Shape.of(1));

    qat.loadStateDict(file("qat.safetensors").tensors());

    assertThat(qat.stateDict().get("conv.weight_fake_quant.scale").shape()).isEqualTo(Shape.of(4));
    qat.train(false);
    assertComputesAsRecorded(qat, "qat");
  }

  @Test
  void writesTheBytesThatTheLibraryWrites() throws IOException {
    for (String name : List.of("net.safetensors", "qat.safetensors", "types.safetensors")) {
      Path out = folder.resolve(name);
      List<String> backwards = new ArrayList<>(file(name).names());
      java.util.Collections.reverse(backwards);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String tensor : backwards) {
        tensors.put(tensor, file(name).tensor(tensor));
      }

      SafetensorsWriter.write(out, tensors);

      assertThat(Files.readAllBytes(out)).as(name).isEqualTo(bytes(name));
    }
    assertThat(file("net.safetensors").metadata()).containsExactly(Map.entry("format", "pt"));
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(3);
    }
  }

  @Test
  void everythingThatDoesNotFitIsNamedAndNothingIsLoaded() throws IOException {
    Map<String, Tensor> state = new LinkedHashMap<>(file("net.safetensors").tensors());
    state.remove("fc.bias");
    state.put("fc2.bias", Tensor.of(new float[1], 1));
    state.put("fc.weight", Tensor.of(new float[18], 6, 3));
    state.put("steps", Tensor.of(DType.INT32, Shape.SCALAR, new int[] {7}));
    state.put("again.weight", Tensor.of(new float[6], 6));
    Module net = new Net();
    Map<String, Tensor> before = net.stateDict();

    assertThatThrownBy(() -> net.loadStateDict(state))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "Cannot load state into "
                + Net.class.getName()
                + ": missing [fc.bias]; unexpected [fc2.bias]; not fitting [steps: torch.int32[],"
                + " expected torch.int64[], again.weight: another value than under an earlier name"
                + " of the same module, fc.weight: torch.float32[6, 3], expected"
                + " torch.float32[3, 6]]");

    assertThat(net.stateDict()).isEqualTo(before);
  }

  @Test
  void aSharedModuleIsLoadedUnderOneOfItsNames() throws IOException {
    Map<String, Tensor> state = new LinkedHashMap<>(file("net.safetensors").tensors());
    state.remove("norm.weight");
    Module net = new Net();

    net.loadStateDict(state);

    assertThat(net.stateDict()).isEqualTo(file("net.safetensors").tensors());
  }

  @Test
  void aQuantizedModelHasNoStateDict() {
    GraphModule prepared =
        QuantizeFx.prepare(new Small(), DefaultQConfigMappings.ptq(QuantizedEngine.X86));
    prepared.run(Tensor.of(new float[32], 1, 2, 4, 4));
    GraphModule quantized = QuantizeFx.convert(prepared);

    assertThatThrownBy(quantized::stateDict)
        .hasMessageContaining("module 'conv' (torch.ao.nn.intrinsic.quantized.ConvReLU2d) keeps");
  }

  @Test
  void tensorsThatTheFormatHasNotAreRefusedBeforeAnythingIsWritten() {
    Tensor quantized =
        Tensor.zeros(DType.QINT8, Shape.of(2), io.octant.tensor.QParams.perTensor(0.5, 0));
    Path out = folder.resolve("q.safetensors");

    assertThatThrownBy(() -> SafetensorsWriter.write(out, Map.of("w", quantized)))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("Cannot write tensor w to ")
        .hasMessageContaining("torch.qint8[2]");
    assertThatThrownBy(
            () -> SafetensorsWriter.write(out, Map.of("__metadata__", Tensor.scalar(1L))))
        .hasMessageContaining("expected a name other than __metadata__");
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    folder.resolve("none/x.safetensors"), Map.of("w", Tensor.scalar(1L))))
        .hasMessageContaining("Cannot write safetensors file: ")
        .hasMessageContaining("none");

    assertThat(folder).isEmptyDirectory();
  }
}
