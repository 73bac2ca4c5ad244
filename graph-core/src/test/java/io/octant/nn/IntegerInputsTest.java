package io.octant.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.nn.activation.ELU;
import io.octant.nn.activation.GELU;
import io.octant.nn.activation.Hardswish;
import io.octant.nn.activation.LeakyReLU;
import io.octant.nn.activation.PReLU;
import io.octant.nn.activation.SiLU;
import io.octant.nn.activation.Softmax;
import io.octant.nn.convolution.Conv1d;
import io.octant.nn.convolution.ConvTranspose1d;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.nn.normalization.LayerNorm;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of floating point numbers refuse integers, as PyTorch does. */
class IntegerInputsTest {
  static Stream<Module> layers() {
    return Stream.of(
        new Linear(4, 3),
        new Conv1d(4, 3, 1),
        new ConvTranspose1d(4, 3, 1),
        new BatchNorm1d(4),
        new LayerNorm(4),
        new GELU(),
        new SiLU(),
        new Hardswish(),
        new Softmax(-1),
        new PReLU(),
        new ELU(),
        new LeakyReLU());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void integersAreRefused(Module layer) {
    Tensor x = Tensor.of(DType.INT64, Shape.of(2, 4, 4), new long[32]);
    assertThatThrownBy(() -> layer.evaluate(List.of(x), Map.of()))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("torch.int64")
        .hasMessageContaining("expected");
  }
}
