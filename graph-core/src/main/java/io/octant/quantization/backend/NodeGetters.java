package io.octant.quantization.backend;

import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.Scalars;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The getters of oneDNN's fusions of convolution and addition, by their PyTorch names: the
 * convolution may be the left or the right operand, and a batch norm and a ReLU may be there.
 */
final class NodeGetters {
  private static final Map<String, NodeGetter> BY_NAME = new LinkedHashMap<>();

  static {
    for (boolean bn : new boolean[] {false, true}) {
      for (boolean relu : new boolean[] {false, true}) {
        for (boolean left : new boolean[] {true, false}) {
          String stem = "_conv" + (bn ? "_bn" : "") + "_add" + (relu ? "_relu" : "");
          String side = left ? "_left" : "_right";
          List<Integer> add = relu ? List.of(1) : List.of();
          List<Integer> conv = plus(add, left ? 1 : 2);
          put(stem + "_root_node_getter" + side, bn ? plus(conv, 1) : conv);
          put(stem + "_extra_inputs_getter" + side, plus(add, left ? 2 : 1));
        }
      }
    }
  }

  private NodeGetters() {}

  static NodeGetter read(@Nullable Object value) {
    String name = Scalars.text(value);
    NodeGetter found = BY_NAME.get(name);
    if (found == null) {
      throw new ConfigurationException(
          "Cannot resolve node getter: " + name + ", expected one of " + BY_NAME.keySet());
    }
    return found;
  }

  private static void put(String name, List<Integer> path) {
    BY_NAME.put(name, new NodeGetter(name, List.of(path)));
  }

  private static List<Integer> plus(List<Integer> path, int index) {
    List<Integer> out = new ArrayList<>(path);
    out.add(index);
    return List.copyOf(out);
  }
}
