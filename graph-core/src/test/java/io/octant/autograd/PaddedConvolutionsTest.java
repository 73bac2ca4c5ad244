package io.octant.autograd;

import static io.octant.autograd.Derivatives.calling;
import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.nn.Initialization;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.qat.QatModule;
import io.octant.quantization.fakequant.Toggle;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A quantization-aware convolution that does not round yet has the float one's gradients. */
class PaddedConvolutionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"zeros", "reflect", "replicate", "circular"})
  void paddingIsDifferentiatedAsInTheFloatModule(String mode) {
    Conv2d conv =
        new Conv2d(
            ConvSettings.of(2, 3, 3).withPadding(2, 1).withDilation(1, 2).withPaddingMode(mode));
    QatModule aware =
        QatModule.of(conv, ObserverSpec.of(ObserverSpec.TORCH + "FakeQuantize").create());
    Toggle.DISABLE_FAKE_QUANT.applyTo(aware);
    Tensor x = Initialization.uniform(new Random(1), 1, 2, 2, 5, 6);

    Map<String, Tensor> expected = gradients(calling(conv, 1), x);

    assertThat(expected).containsOnlyKeys("x0", "m.weight", "m.bias");
    assertThat(gradients(calling(aware, 1), x)).isEqualTo(expected);
  }

  private static Map<String, Tensor> gradients(GraphModule model, Tensor x) {
    Differentiated.Run run = Differentiated.of(model, List.of("x0")).run(List.of(x));
    Tensor y = (Tensor) run.output();
    return run.gradients(Initialization.uniform(new Random(2), 1, y.shape().toArray()));
  }
}
