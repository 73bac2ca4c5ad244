package io.octant.autograd;

import io.octant.graph.Node;
import io.octant.reference.binding.NamedValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Padding of convolutions that is not of zeros, as a call of {@code pad} before them. */
final class ExplicitPadding {
  private ExplicitPadding() {}

  /** Whether a module with these hyperparameters pads with something else than zeros. */
  static boolean isNeeded(Map<String, Object> settings) {
    return !"zeros".equals(settings.getOrDefault("padding_mode", "zeros"));
  }

  /** The padded input; {@code settings} pad no more then. */
  static Node pad(Expansion expansion, Object input, Map<String, Object> settings) {
    NamedValues s = new NamedValues("padding", settings);
    int[] kernel = s.ints("kernel_size");
    int[] dilation = s.ints("dilation");
    boolean named = settings.get("padding") instanceof String;
    List<Object> sides = new ArrayList<>();
    for (int axis = kernel.length - 1; axis >= 0; axis--) {
      int total =
          !named
              ? 2 * s.ints("padding")[axis]
              : s.text("padding").equals("same") ? dilation[axis] * (kernel[axis] - 1) : 0;
      sides.add((long) (total / 2));
      sides.add((long) (total - total / 2));
    }
    settings.put("padding", 0L);
    return expansion.function(
        "torch.nn.functional.pad", List.of(input, sides, s.text("padding_mode")), Map.of());
  }
}
