package io.octant.benchmarks;

import io.octant.nn.Bias;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.ReLU6;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.pooling.AdaptiveAvgPool2d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.PoolSettings;
import io.octant.trace.Torch;
import io.octant.trace.TraceableModule;
import io.octant.trace.Value;
import java.util.ArrayList;
import java.util.List;

/** The networks of the training benchmark, layer by layer those of torchvision; images of 224². */
final class TrainedNetworks {
  private TrainedNetworks() {}

  /** A network by torchvision's name. */
  static TraceableModule of(String name) {
    return switch (name) {
      case "resnet18" -> new ResNet18();
      case "mobilenet_v2" -> new MobileNetV2();
      default ->
          throw new IllegalArgumentException(
              "Cannot train " + name + ", expected resnet18 or mobilenet_v2");
    };
  }

  /** Layers with names that count up. */
  private abstract static class Network extends TraceableModule {
    Network() {
      super("x");
    }

    final String conv(String name, int in, int out, int kernel, int stride, int groups) {
      ConvSettings settings =
          ConvSettings.of(in, out, kernel)
              .withStride(stride)
              .withPadding(kernel / 2)
              .withGroups(groups)
              .withBias(Bias.WITHOUT);
      setChild(name, new Conv2d(settings));
      setChild(name + "_bn", new BatchNorm2d(out));
      return name;
    }

    final Value normed(String name, Value x) {
      return call(name + "_bn", call(name, x));
    }
  }

  private static final class ResNet18 extends Network {
    private record Block(String first, String second, String projection) {}

    private final List<Block> blocks = new ArrayList<>();

    ResNet18() {
      conv("conv1", 3, 64, 7, 2, 1);
      setChild("relu", new ReLU());
      setChild("maxpool", new MaxPool2d(PoolSettings.of(3).withStride(2).withPadding(1)));
      int in = 64;
      for (int stage = 0; stage < 4; stage++) {
        int out = 64 << stage;
        for (int i = 0; i < 2; i++) {
          String name = "layer" + (stage + 1) + "_" + i;
          int stride = stage > 0 && i == 0 ? 2 : 1;
          blocks.add(
              new Block(
                  conv(name + "_conv1", in, out, 3, stride, 1),
                  conv(name + "_conv2", out, out, 3, 1, 1),
                  in == out ? "" : conv(name + "_downsample", in, out, 1, stride, 1)));
          in = out;
        }
      }
      setChild("avgpool", new AdaptiveAvgPool2d(1));
      setChild("fc", new Linear(512, 1000));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = call("maxpool", call("relu", normed("conv1", inputs[0])));
      for (Block b : blocks) {
        Value y = normed(b.second, call("relu", normed(b.first, x)));
        x = call("relu", Torch.add(y, b.projection.isEmpty() ? x : normed(b.projection, x)));
      }
      return call("fc", Torch.flatten(call("avgpool", x), 1));
    }
  }

  private static final class MobileNetV2 extends Network {
    private static final int[][] STAGES = {
      {1, 16, 1, 1},
      {6, 24, 2, 2},
      {6, 32, 3, 2},
      {6, 64, 4, 2},
      {6, 96, 3, 1},
      {6, 160, 3, 2},
      {6, 320, 1, 1}
    };

    private record Block(String expand, String depthwise, String project, boolean residual) {}

    private final List<Block> blocks = new ArrayList<>();

    MobileNetV2() {
      conv("stem", 3, 32, 3, 2, 1);
      setChild("act", new ReLU6());
      int in = 32;
      for (int[] s : STAGES) {
        for (int i = 0; i < s[2]; i++) {
          String name = "block" + blocks.size();
          int inner = in * s[0];
          int stride = i == 0 ? s[3] : 1;
          blocks.add(
              new Block(
                  s[0] == 1 ? "" : conv(name + "_expand", in, inner, 1, 1, 1),
                  conv(name + "_depthwise", inner, inner, 3, stride, inner),
                  conv(name + "_project", inner, s[1], 1, 1, 1),
                  stride == 1 && in == s[1]));
          in = s[1];
        }
      }
      conv("last", in, 1280, 1, 1, 1);
      setChild("avgpool", new AdaptiveAvgPool2d(1));
      setChild("classifier", new Linear(1280, 1000));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = call("act", normed("stem", inputs[0]));
      for (Block b : blocks) {
        Value y = b.expand.isEmpty() ? x : call("act", normed(b.expand, x));
        y = normed(b.project, call("act", normed(b.depthwise, y)));
        x = b.residual ? Torch.add(x, y) : y;
      }
      x = call("avgpool", call("act", normed("last", x)));
      return call("classifier", Torch.flatten(x, 1));
    }
  }
}
