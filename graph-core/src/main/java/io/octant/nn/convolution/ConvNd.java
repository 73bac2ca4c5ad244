package io.octant.nn.convolution;

import io.octant.nn.Bias;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Convolution;
import io.octant.reference.kernel.Padding;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Convolution over some spatial axes.
 *
 * <p>Input [N, inChannels, spatial…] or without N; weight [outChannels, inChannels / groups,
 * kernel…], bias [outChannels].
 */
public abstract class ConvNd extends UnaryModule implements Initialization.Resettable {
  private final ConvSettings settings;

  /** A convolution with drawn parameters. */
  protected ConvNd(ConvSettings settings, int rank) {
    this.settings = settings.forRank(rank);
    draw(this, weightDims(), this.settings, new Random(0));
  }

  /** A convolution with given parameters; {@code settings.bias} follows from the bias. */
  protected ConvNd(ConvSettings settings, int rank, Tensor weight, @Nullable Tensor bias) {
    this.settings = settings.forRank(rank).withBias(Bias.of(bias != null));
    setParameter("weight", weight);
    if (bias != null) {
      setParameter("bias", bias);
    }
  }

  static void draw(UnaryModule module, int[] weightDims, ConvSettings s, Random random) {
    int fanIn = weightDims[1];
    for (int k : s.kernelSize()) {
      fanIn *= k;
    }
    double bound = fanIn == 0 ? 0 : 1 / Math.sqrt(fanIn);
    module.setParameter("weight", Initialization.uniform(random, bound, weightDims));
    if (s.bias() == Bias.WITH) {
      module.setParameter("bias", Initialization.uniform(random, bound, s.outChannels()));
    }
  }

  private int[] weightDims() {
    List<Integer> dims =
        new ArrayList<>(List.of(settings.outChannels(), settings.inChannels() / settings.groups()));
    dims.addAll(settings.kernelSize());
    return dims.stream().mapToInt(i -> i).toArray();
  }

  @Override
  public void resetParameters(Random random) {
    draw(this, weightDims(), settings, random);
  }

  /** The hyperparameters, with an entry for each spatial axis. */
  public final ConvSettings settings() {
    return settings;
  }

  @Override
  public Tensor forward(Tensor input) {
    return convolve(input, tensor("weight"), findTensor("bias"));
  }

  /** Applies this convolution with other parameters. */
  public final Tensor convolve(Tensor input, Tensor weight, @Nullable Tensor bias) {
    Tensor x = input;
    if (!settings.paddingMode().equals("zeros")) {
      x = Padding.pad(x, settings.explicitPadding(), Padding.Mode.of(settings.paddingMode()), 0);
    }
    return Convolution.convolve(x, weight, bias, settings.geometry());
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return hyperparameters(settings, false);
  }

  static Map<String, Object> hyperparameters(ConvSettings s, boolean transposed) {
    return Hyperparameters.of(
        "in_channels",
        s.inChannels(),
        "out_channels",
        s.outChannels(),
        "kernel_size",
        Hyperparameters.tuple(s.kernelSize()),
        "stride",
        Hyperparameters.tuple(s.stride()),
        "padding",
        s.namedPadding() != null ? s.namedPadding() : Hyperparameters.tuple(s.padding()),
        "dilation",
        Hyperparameters.tuple(s.dilation()),
        "transposed",
        transposed,
        "output_padding",
        Hyperparameters.tuple(s.outputPadding()),
        "groups",
        s.groups(),
        "padding_mode",
        s.paddingMode());
  }
}
