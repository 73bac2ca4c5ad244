package io.octant.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.nn.Bias;
import io.octant.nn.Initialization;
import io.octant.nn.activation.ReLU;
import io.octant.nn.attention.AttentionSettings;
import io.octant.nn.attention.MultiheadAttention;
import io.octant.nn.container.Sequential;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.embedding.Embedding;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.recurrent.GRUCell;
import io.octant.nn.recurrent.LSTM;
import io.octant.nn.recurrent.RecurrentSettings;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxRuntime;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import io.octant.trace.Functional;
import io.octant.trace.Torch;
import io.octant.trace.TraceableModule;
import io.octant.trace.Tracer;
import io.octant.trace.Value;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whole models written in Java: exported, run in ONNX Runtime, imported again. */
class OnnxExportTest {
  /** A residual block, sizes asked for in the graph, and a weight used twice. */
  private static final class Picture extends TraceableModule {
    Picture() {
      setChild("conv1", new Conv2d(ConvSettings.of(3, 4, 3).withPadding(1)));
      setChild(
          "layer1",
          new Sequential(
              new Conv2d(ConvSettings.of(4, 4, 3).withPadding(1).withBias(Bias.WITHOUT)),
              new BatchNorm2d(4),
              new ReLU()));
      setChild("pool", new MaxPool2d(2));
      setChild("fc", new Linear(64, 5));
      setParameter("gain", Tensor.of(new float[] {1, 2, 3, 4, 5}, 5));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = Functional.relu(call("conv1", inputs[0]));
      Value y = call("pool", call("layer1", x).plus(x));
      Value flat = y.view(y.size(0), -1);
      return Functional.softmax(call("fc", flat).times(state("gain")), -1);
    }
  }

  /** Words to states, with attention, and two outputs. */
  private static final class Text extends TraceableModule {
    Text() {
      super("ids");
      setChild("words", new Embedding(11, 8));
      setChild("norm", new LayerNorm(8));
      setChild("attention", new MultiheadAttention(AttentionSettings.of(8, 2).withBatchFirst()));
      setChild("head", new Linear(8, 3));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = call("norm", call("words", inputs[0]));
      Value attended = call("attention", x, x, x).get(0).plus(x);
      return Value.tuple(call("head", attended), attended.mean(1));
    }
  }

  /** Words in both directions and two layers, then a cell over the last of them. */
  private static final class Speech extends TraceableModule {
    Speech() {
      super("ids");
      setChild("words", new Embedding(11, 6));
      setChild(
          "lstm",
          new LSTM(RecurrentSettings.of(6, 4).withLayers(2).withBatchFirst().withBothDirections()));
      setChild("cell", new GRUCell(8, 5));
      setChild("head", new Linear(5, 3));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value outputs = call("lstm", call("words", inputs[0])).get(0);
      return call("head", call("cell", outputs.mean(1)));
    }
  }

  private static Tensor pictures(int batch) {
    return Initialization.uniform(new Random(batch), 1, batch, 3, 8, 8);
  }

  private static OnnxModel exported(GraphModule graph, TensorSpec input) {
    return OnnxExport.of(graph, List.of(input));
  }

  private static final TensorSpec PICTURE =
      new TensorSpec("picture", DType.FLOAT32, Shape.of(2, 3, 8, 8));

  @Test
  void aNetworkRunsElsewhereAndComesBackBitForBit() {
    Picture model = new Picture();
    Initialization.reset(model, 3);
    GraphModule graph = new Tracer().trace(model);

    OnnxModel onnx = exported(graph, PICTURE);

    assertThat(onnx.graph().getInitializerList())
        .extracting(t -> t.getName())
        .filteredOn(name -> !name.startsWith("constant"))
        .containsExactlyInAnyOrderElementsOf(
            model.stateDict().keySet().stream()
                .filter(name -> !name.endsWith("num_batches_tracked"))
                .toList());
    assertThat(onnx.graph().getNodeList()).noneMatch(n -> n.getOpType().equals("Shape"));
    GraphModule imported = OnnxImporter.run(onnx, ImportOptions.none());
    assertThat(imported.findModule("layer1.0")).isInstanceOf(Conv2d.class);
    for (int batch : new int[] {1, 2, 5}) {
      Tensor x = pictures(batch);
      Tensor y = graph.runTensor(x);
      assertThat(imported.runTensor(x)).isEqualTo(y);
      assertClose(OnnxRuntime.run(onnx, Map.of("picture", x)).get(0), y);
    }
  }

  @Test
  void equalModelsGiveEqualBytes() {
    byte[] first = exported(new Tracer().trace(new Picture()), PICTURE).toBytes();
    byte[] second = exported(new Tracer().trace(new Picture()), PICTURE).toBytes();

    assertThat(second).isEqualTo(first);
  }

  @Test
  void recurrentLayersTakeAnyBatch() {
    Speech model = new Speech();
    Initialization.reset(model, 5);
    GraphModule graph = new Tracer().trace(model);

    OnnxModel onnx = exported(graph, new TensorSpec("ids", DType.INT64, Shape.of(2, 6)));

    GraphModule imported = OnnxImporter.run(onnx, ImportOptions.none());
    for (int batch : new int[] {1, 2, 5}) {
      long[] words = new Random(batch).longs(6L * batch, 0, 11).toArray();
      Tensor ids = Tensor.of(DType.INT64, Shape.of(batch, 6), words);
      Tensor y = graph.runTensor(ids);
      assertClose(OnnxRuntime.run(onnx, Map.of("ids", ids)).get(0), y);
      assertClose(imported.runTensor(ids), y);
    }
  }

  @Test
  void attentionOverWordsWithTwoOutputs() {
    Text model = new Text();
    Initialization.reset(model, 4);
    GraphModule graph = new Tracer().trace(model);

    OnnxModel onnx = exported(graph, new TensorSpec("ids", DType.INT64, Shape.of(2, 6)));

    Tensor ids = Tensor.of(DType.INT64, Shape.of(3, 6), new Random(1).longs(18, 0, 11).toArray());
    io.octant.graph.Tuple expected = (io.octant.graph.Tuple) graph.run(ids);
    List<Tensor> actual = OnnxRuntime.run(onnx, Map.of("ids", ids));
    io.octant.graph.Tuple back =
        (io.octant.graph.Tuple) OnnxImporter.run(onnx, ImportOptions.none()).run(ids);
    assertThat(onnx.graph().getOutputList())
        .extracting(o -> o.getName())
        .containsExactly("output_0", "output_1");
    for (int i = 0; i < 2; i++) {
      assertClose(actual.get(i), (Tensor) expected.items().get(i));
      assertClose((Tensor) back.items().get(i), (Tensor) expected.items().get(i));
    }
  }

  private static final class Cumulative extends TraceableModule {
    @Override
    protected Value forward(Value... inputs) {
      return Torch.relu(inputs[0]).method("cumprod", 1);
    }
  }

  @Test
  void whatOnnxCannotSayIsRefusedByNode() {
    TensorSpec x = new TensorSpec("x", DType.FLOAT32, Shape.of(2, 3));

    assertThatThrownBy(() -> exported(new Tracer().trace(new Cumulative()), x))
        .isInstanceOf(OnnxException.class)
        .hasMessageStartingWith("Cannot export node cumprod")
        .hasMessageContaining("ONNX has no counterpart of cumprod");
    Picture training = new Picture();
    training.train(true);
    assertThatThrownBy(() -> exported(new Tracer().trace(training), PICTURE))
        .hasMessageContaining("Cannot export node layer1_1")
        .hasMessageContaining("it is in training");
    assertThatThrownBy(() -> OnnxExport.of(new Tracer().trace(new Picture()), List.of()))
        .hasMessage("Cannot export graph: 0 inputs [], expected one for each of [x]");
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < expected.numel(); i++) {
      assertThat(actual.doubleAt(i))
          .isCloseTo(expected.doubleAt(i), org.assertj.core.api.Assertions.within(1e-5));
    }
  }
}
