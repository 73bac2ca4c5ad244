package io.octant.autograd;

import static io.octant.autograd.Derivatives.calling;
import static io.octant.autograd.Derivatives.values;

import io.octant.graph.Module;
import io.octant.nn.activation.GELU;
import io.octant.nn.activation.PReLU;
import io.octant.nn.activation.Softmax2d;
import io.octant.nn.container.Sequential;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.embedding.Embedding;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.GroupNorm;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.padding.ReflectionPad2d;
import io.octant.nn.pooling.AvgPool2d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.PoolSettings;
import io.octant.nn.shape.Flatten;
import io.octant.nn.shape.PixelShuffle;
import io.octant.tensor.Tensor;

/** Modules, whose parameters have gradients too. */
class ModuleDerivativesTest extends DerivativeCases {
  @Override
  void define() {
    modules();
  }

  private void modules() {
    Tensor image = values(70, 2, 4, 5, 5);
    module(new Conv2d(ConvSettings.of(4, 2, 3).withPadding(1).withStride(2)), image);
    module(new ConvTranspose2d(ConvSettings.of(4, 2, 3).withStride(2)), image);
    module(new Linear(5, 3), image);
    module(new BatchNorm2d(4), image);
    module(new LayerNorm(5, 5), image);
    module(new GroupNorm(2, 4), image);
    module(new PReLU(4, 0.2), image);
    module(new ReflectionPad2d(1), image);
    module(new Softmax2d(), image);
    module(new AvgPool2d(2), image);
    module(new MaxPool2d(PoolSettings.of(3).withStride(2).withPadding(1)), image);
    module(new Flatten(), image);
    module(new GELU(), image);
    module(new PixelShuffle(2), image);
    module(new Embedding(4, 3), longs(dims(3), 0, 3, 3));
    module(new Sequential(new Linear(5, 3), new GELU(), new Linear(3, 2)), image);
  }

  private void module(Module module, Tensor... inputs) {
    add(module.type().name(), calling(module, inputs.length), inputs);
  }
}
