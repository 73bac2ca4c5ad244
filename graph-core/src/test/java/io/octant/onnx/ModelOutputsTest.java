package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.onnx.ModelOutput.Samples;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelOutputsTest {
  private static GraphModule load(String name) {
    return OnnxImporter.load(Path.of("src/test/resources/onnx-cases", name, "model.onnx"));
  }

  private static ModelOutput separate(String name, int axis) {
    return new ModelOutput(name, Samples.SEPARATE, BatchAxis.of(axis));
  }

  private static ModelOutput constant(String name) {
    return new ModelOutput(name, Samples.CONSTANT, BatchAxis.NONE);
  }

  @Test
  void everyOutputHasItsBatchAxisOrNone() {
    for (int batch : new int[] {2, 3, 32}) {
      assertThat(ModelOutputs.of(load("crnn_time_major"), batch)).containsExactly(separate("y", 1));
      assertThat(ModelOutputs.of(load("crnn_flat_time_major"), batch))
          .containsExactly(separate("y", 1));
      assertThat(ModelOutputs.of(load("torch_mha_dyn"), batch)).containsExactly(separate("y", 0));
      assertThat(ModelOutputs.of(load("anchors_first"), batch))
          .containsExactly(constant("anchors"), separate("y", 0));
      assertThat(ModelOutputs.of(load("scalar_output"), batch))
          .containsExactly(new ModelOutput("y", Samples.WHOLE, BatchAxis.NONE), separate("z", 0));
    }
    assertThat(ModelOutputs.of(load("gemm_column_bias"), 4)).containsExactly(separate("y", 0));
  }

  @Test
  void aBatchOfOneIsTheSample() {
    assertThat(ModelOutputs.of(load("crnn_time_major"), 1))
        .containsExactly(new ModelOutput("y", Samples.SEPARATE, new BatchAxis(0, 1, 18)));
    assertThat(ModelOutputs.of(load("anchors_first"), 1).get(0)).isEqualTo(constant("anchors"));
    assertThat(ModelOutputs.of(load("scalar_output"), 1).get(0).samples()).isEqualTo(Samples.WHOLE);
  }

  @Test
  void anOutputThatMixesSamplesIsRefusedByName() {
    GraphModule centred =
        OnnxImporter.run(
            new TinyModel(13)
                .input("x", Tensor.of(new float[6], 2, 3))
                .node("ReduceMean", List.of("x"), List.of("m"), "axes", new int[] {0})
                .node("Sub", List.of("x", "m"), List.of("y"))
                .output("y")
                .build(),
            ImportOptions.none());
    assertThatThrownBy(() -> ModelOutputs.of(centred, 8))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("ReduceMean ReduceMean_0")
        .hasMessageContaining("mixes the samples of the batch")
        .hasMessageContaining("a batch of 1");
    assertThat(ModelOutputs.of(centred, 1).get(0).samples()).isEqualTo(Samples.SEPARATE);
  }

  @Test
  void aSampleIsFoundOnAnyAxis() {
    // [2 blocks, 3 samples, 2 rows] on axis 1 of [2, 12].
    Tensor whole = Tensor.of(new float[24], 2, 12);
    ModelOutput output = new ModelOutput("y", Samples.SEPARATE, new BatchAxis(1, 2, 2));
    assertThat(output.batch(whole)).isEqualTo(3);
    assertThat(output.length(whole)).isEqualTo(8);
    assertThat(IntStream.range(0, 8).map(i -> output.index(whole, 1, i)))
        .containsExactly(2, 3, 8, 9, 14, 15, 20, 21);
    Tensor ids = Tensor.of(DType.INT64, Shape.of(3, 1), new long[] {7, 8, 9});
    assertThat(separate("y", 0).index(ids, 2, 0)).isEqualTo(2);
    assertThat(constant("a").index(whole, 0, 5)).isEqualTo(5);
  }
}
