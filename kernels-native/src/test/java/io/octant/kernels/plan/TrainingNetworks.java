package io.octant.kernels.plan;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.nn.Bias;
import io.octant.nn.Initialization;
import io.octant.nn.activation.Hardtanh;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.ReLU6;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.pooling.AdaptiveAvgPool2d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.PoolSettings;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.trace.Torch;
import io.octant.trace.TraceableModule;
import io.octant.trace.Tracer;
import io.octant.trace.Value;
import java.util.Random;

/** Small networks to be trained, in the shape of real ones; inputs are {@code [n, 3, 13, 13]}. */
final class TrainingNetworks {
  private TrainingNetworks() {}

  /** Prepared for quantization-aware training with the mapping of x86, in training. */
  static GraphModule prepared(Module network) {
    Initialization.reset(network, 5);
    network.train(true);
    GraphModule out =
        QuantizeFx.prepareQat(network, DefaultQConfigMappings.qat(QuantizedEngine.X86));
    out.train(true);
    return out;
  }

  /** As it is, in training. */
  static GraphModule plain(Module network) {
    Initialization.reset(network, 5);
    network.train(true);
    GraphModule out = new Tracer().trace(network);
    out.train(true);
    return out;
  }

  private static ConvSettings unbiased(ConvSettings settings) {
    return settings.withBias(Bias.WITHOUT);
  }

  /** A stem with a pool, a block with a projection, a block without, a classifier. */
  static final class Residual extends TraceableModule {
    Residual() {
      super("x");
      setChild("stem", new Conv2d(unbiased(ConvSettings.of(3, 8, 5).withStride(2).withPadding(2))));
      setChild("stem_bn", new BatchNorm2d(8));
      setChild("relu", new ReLU());
      setChild("pool", new MaxPool2d(PoolSettings.of(3).withStride(2).withPadding(1)));
      conv("a1", 8, 20, 3, 2);
      conv("a2", 20, 20, 3, 1);
      conv("down", 8, 20, 1, 2);
      conv("b1", 20, 20, 3, 1);
      conv("b2", 20, 20, 3, 1);
      setChild("average", new AdaptiveAvgPool2d(1));
      setChild("fc", new Linear(20, 6));
    }

    private void conv(String name, int in, int out, int kernel, int stride) {
      setChild(
          name,
          new Conv2d(
              unbiased(
                  ConvSettings.of(in, out, kernel).withStride(stride).withPadding(kernel / 2))));
      setChild(name + "_bn", new BatchNorm2d(out));
    }

    private Value normed(String name, Value x) {
      return call(name + "_bn", call(name, x));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = call("pool", call("relu", normed("stem", inputs[0])));
      Value a = normed("a2", call("relu", normed("a1", x)));
      Value y = call("relu", Torch.add(a, normed("down", x)));
      Value b = normed("b2", call("relu", normed("b1", y)));
      Value z = call("relu", Torch.add(b, y));
      return call("fc", Torch.flatten(call("average", z), 1));
    }
  }

  /** Expand, depthwise, project, with clamps at 6 and a residual sum; a convolution with a bias. */
  static final class Inverted extends TraceableModule {
    Inverted() {
      super("x");
      setChild("stem", new Conv2d(ConvSettings.of(3, 8, 3).withPadding(1)));
      setChild("stem_bn", new BatchNorm2d(8));
      setChild("act", new ReLU6());
      setChild("expand", new Conv2d(unbiased(ConvSettings.of(8, 24, 1))));
      setChild("expand_bn", new BatchNorm2d(24));
      setChild("act1", new ReLU6());
      setChild(
          "depthwise",
          new Conv2d(unbiased(ConvSettings.of(24, 24, 3).withPadding(1).withGroups(24))));
      setChild("depthwise_bn", new BatchNorm2d(24));
      setChild("act2", new Hardtanh(0, 6));
      setChild("project", new Conv2d(unbiased(ConvSettings.of(24, 8, 1))));
      setChild("project_bn", new BatchNorm2d(8));
      setChild("head", new Conv2d(ConvSettings.of(8, 12, 1)));
      setChild("average", new AdaptiveAvgPool2d(1));
      setChild("fc", new Linear(12, 6));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = call("act", call("stem_bn", call("stem", inputs[0])));
      Value y = call("act1", call("expand_bn", call("expand", x)));
      y = call("act2", call("depthwise_bn", call("depthwise", y)));
      y = Torch.add(x, call("project_bn", call("project", y)));
      Value z = call("average", Torch.relu(call("head", y)));
      return call("fc", Torch.flatten(z, 1));
    }
  }

  /** Patches with a position added to each: a sum of two shapes, as in vision transformers. */
  static final class Patches extends TraceableModule {
    Patches() {
      super("x");
      setChild("patch", new Conv2d(ConvSettings.of(3, 8, 5).withStride(4)));
      setParameter("position", Initialization.uniform(new Random(6), 1, 1, 9, 8));
      setChild("norm", new LayerNorm(8));
      setChild("mix", new Linear(8, 8));
      setChild("fc", new Linear(8, 6));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = Torch.flatten(call("patch", inputs[0]), 2).transpose(1, 2);
      Value y = Torch.relu(x.plus(state("position")));
      Value z = Torch.relu(y.plus(call("mix", call("norm", y))));
      return call("fc", z.mean(1));
    }
  }
}
