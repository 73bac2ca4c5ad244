package io.octant.quantization.backend;

import java.util.List;

/**
 * Picks parts of a match: the root of a fusion, or further inputs of the fused module.
 *
 * <p>The functions given to {@code _set_root_node_getter} and {@code _set_extra_inputs_getter} of
 * PyTorch's {@code BackendPatternConfig}.
 *
 * @param name name in the map form
 * @param paths index paths into the match, see {@link MatchedNodes#at(List)}
 */
public record NodeGetter(String name, List<List<Integer>> paths) {
  public NodeGetter {
    paths = List.copyOf(paths);
  }

  /**
   * Picks one part of a match.
   *
   * @param path positions to go down from the whole match to the part
   */
  public static NodeGetter of(String name, Integer... path) {
    return new NodeGetter(name, List.of(List.of(path)));
  }

  /** The picked parts, in order. */
  public List<MatchedNodes> pick(MatchedNodes match) {
    return paths.stream().map(match::at).toList();
  }
}
