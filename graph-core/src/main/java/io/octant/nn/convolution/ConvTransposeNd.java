package io.octant.nn.convolution;

import io.octant.nn.Bias;
import io.octant.nn.Initialization;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.TransposedConvolution;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Transposed convolution over some spatial axes.
 *
 * <p>Input [N, inChannels, spatial…] or without N; weight [inChannels, outChannels / groups,
 * kernel…], bias [outChannels]. Zero padding only.
 */
public abstract class ConvTransposeNd extends UnaryModule implements Initialization.Resettable {
  private final ConvSettings settings;

  /** A transposed convolution with drawn parameters. */
  protected ConvTransposeNd(ConvSettings settings, int rank) {
    this.settings = settings.forRank(rank);
    ConvNd.draw(this, weightDims(), this.settings, new Random(0));
  }

  /** A transposed convolution with given parameters. */
  protected ConvTransposeNd(ConvSettings settings, int rank, Tensor weight, @Nullable Tensor bias) {
    this.settings = settings.forRank(rank).withBias(Bias.of(bias != null));
    setParameter("weight", weight);
    if (bias != null) {
      setParameter("bias", bias);
    }
  }

  private int[] weightDims() {
    List<Integer> dims =
        new ArrayList<>(List.of(settings.inChannels(), settings.outChannels() / settings.groups()));
    dims.addAll(settings.kernelSize());
    return dims.stream().mapToInt(i -> i).toArray();
  }

  @Override
  public void resetParameters(Random random) {
    ConvNd.draw(this, weightDims(), settings, random);
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
    return TransposedConvolution.convolve(input, weight, bias, settings.transposedGeometry());
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return ConvNd.hyperparameters(settings, true);
  }
}
