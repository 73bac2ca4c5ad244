package io.octant.graph;

import java.util.Map;

/**
 * A free function by its canonical name. A function that PyTorch exports under several names is
 * known by the first of {@code torch.nn.functional}, {@code torch}, {@code operator}, {@code math},
 * {@code builtins}; {@link #of} resolves the others.
 */
public record FunctionType(String name) implements TargetType {
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("torch.adaptive_avg_pool1d", "torch.nn.functional.adaptive_avg_pool1d"),
          Map.entry("torch.avg_pool1d", "torch.nn.functional.avg_pool1d"),
          Map.entry("torch.bilinear", "torch.nn.functional.bilinear"),
          Map.entry("torch.celu_", "torch.nn.functional.celu_"),
          Map.entry("torch.channel_shuffle", "torch.nn.functional.channel_shuffle"),
          Map.entry("torch.conv1d", "torch.nn.functional.conv1d"),
          Map.entry("torch.conv2d", "torch.nn.functional.conv2d"),
          Map.entry("torch.conv3d", "torch.nn.functional.conv3d"),
          Map.entry("torch.conv_tbc", "torch.nn.functional.conv_tbc"),
          Map.entry("torch.conv_transpose1d", "torch.nn.functional.conv_transpose1d"),
          Map.entry("torch.conv_transpose2d", "torch.nn.functional.conv_transpose2d"),
          Map.entry("torch.conv_transpose3d", "torch.nn.functional.conv_transpose3d"),
          Map.entry("torch.cosine_similarity", "torch.nn.functional.cosine_similarity"),
          Map.entry("torch.hardshrink", "torch.nn.functional.hardshrink"),
          Map.entry("torch.native_channel_shuffle", "torch.nn.functional.native_channel_shuffle"),
          Map.entry("torch.pairwise_distance", "torch.nn.functional.pairwise_distance"),
          Map.entry("torch.pdist", "torch.nn.functional.pdist"),
          Map.entry("torch.pixel_shuffle", "torch.nn.functional.pixel_shuffle"),
          Map.entry("torch.pixel_unshuffle", "torch.nn.functional.pixel_unshuffle"),
          Map.entry("torch.prelu", "torch.nn.functional.prelu"),
          Map.entry("torch.relu_", "torch.nn.functional.relu_"),
          Map.entry("torch.rrelu_", "torch.nn.functional.rrelu_"),
          Map.entry("torch.selu_", "torch.nn.functional.selu_"),
          Map.entry("torch.threshold_", "torch.nn.functional.threshold_"),
          Map.entry("builtins.abs", "operator.abs"));

  /** A function by any of its public names. */
  public static FunctionType of(String name) {
    return new FunctionType(ALIASES.getOrDefault(name, name));
  }

  /**
   * Python's {@code __name__}: the last part, or the last two of an operator overload ({@code
   * add.default}).
   */
  public String shortName() {
    if (name.startsWith("torch.ops.")) {
      String[] parts = name.split("\\.", 4);
      return parts[parts.length - 1];
    }
    return name.substring(name.lastIndexOf('.') + 1);
  }

  @Override
  public String toString() {
    return name;
  }
}
