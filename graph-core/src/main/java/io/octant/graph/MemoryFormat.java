package io.octant.graph;

/**
 * A memory format argument, for example {@code torch.channels_last}; carried, never acted upon by
 * the row-major kernels.
 */
public record MemoryFormat(String torchName) {
  @Override
  public String toString() {
    return torchName;
  }
}
